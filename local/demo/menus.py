"""The demo org's products, and four competitors' prices for them. In USD."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DemoStore:
    """A competitor; `slug` is both its document's id and its page at the console."""

    slug: str
    name: str


HIGHER_LEVEL = DemoStore("higher-level-syracuse", "Higher Level Syracuse")
SALT_CITY = DemoStore("salt-city-greens", "Salt City Greens")
FINGER_LAKES = DemoStore("finger-lakes-cannabis", "Finger Lakes Cannabis Co.")
EMPIRE_LEAF = DemoStore("empire-leaf-dispensary", "Empire Leaf Dispensary")
STORES = (HIGHER_LEVEL, SALT_CITY, FINGER_LAKES, EMPIRE_LEAF)
"""By importance: the first has priority 1. "The top 3" are the first three."""


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product in our inventory; `rival_prices` are in the order of `STORES`, None if not sold."""

    item_id: str
    name: str
    category: str
    price: Decimal
    quantity: int
    reorder_point: int
    rival_prices: tuple[Decimal | None, ...]


def _product(
    name: str, category: str, price: str, quantity: int, reorder_point: int, *rival_prices: str | None
) -> DemoProduct:
    item_id = name.lower().replace(".", "-").replace("'", "").replace(" ", "-")
    rivals = tuple(Decimal(each) if each else None for each in rival_prices)
    return DemoProduct(item_id, name, category, Decimal(price), quantity, reorder_point, rivals)


# Blue Dream 3.5g is the only undercut above 10%: 34.00 is 15% below 40.00.
PRODUCTS = (
    _product("Blue Dream 3.5g", "Flower", "40.00", 64, 12, "34.00", "41.00", "39.00", "40.00"),
    _product("Sour Diesel 3.5g", "Flower", "42.00", 38, 12, "41.00", "44.00", "42.00", "43.00"),
    _product("Northern Lights 3.5g", "Flower", "38.00", 27, 10, "37.00", None, "39.00", "38.00"),
    _product("Granddaddy Purple 3.5g", "Flower", "45.00", 11, 10, "46.00", "44.00", "47.00", "46.00"),
    _product("Jack Herer 3.5g", "Flower", "44.00", 31, 10, "42.00", "45.00", None, "44.00"),
    _product("Wedding Cake 3.5g", "Flower", "48.00", 22, 8, "47.00", "50.00", "48.00", "49.00"),
    _product("OG Kush 7g", "Flower", "75.00", 16, 6, "72.00", "78.00", "76.00", "77.00"),
    _product("White Widow 28g", "Flower", "210.00", 7, 4, "205.00", None, "215.00", "212.00"),
    _product("Gelato Pre-Roll 1g", "Pre-Rolls", "12.00", 44, 40, "11.50", "12.00", "12.50", "12.00"),
    _product("Pineapple Express Pre-Roll 1g", "Pre-Rolls", "11.00", 118, 40, "11.00", "11.50", "10.50", None),
    _product("Durban Poison Pre-Roll 5 Pack", "Pre-Rolls", "34.00", 42, 15, "33.00", "35.00", None, "34.50"),
    _product("Zkittlez Vape Cartridge 0.5g", "Vapes", "38.00", 17, 15, "37.00", "39.00", "38.00", "39.00"),
    _product("Strawberry Cough Vape Cartridge 1g", "Vapes", "62.00", 33, 12, "60.00", None, "64.00", "63.00"),
    _product("Maui Wowie Disposable Vape 1g", "Vapes", "55.00", 29, 10, "54.00", "57.00", "55.00", "56.00"),
    _product("Mango Gummies 100mg", "Edibles", "24.00", 30, 25, "23.00", "24.00", "25.00", "24.00"),
    _product("Sour Watermelon Gummies 100mg", "Edibles", "24.00", 81, 25, "24.00", "25.00", None, "24.50"),
    _product("Dark Chocolate Bar 100mg", "Edibles", "26.00", 47, 15, "25.00", "27.00", "26.00", "26.50"),
    _product("Peanut Butter Cups 50mg", "Edibles", "18.00", 52, 15, None, "18.50", "17.50", "18.00"),
    _product("Live Resin Runtz 1g", "Concentrates", "58.00", 7, 6, "56.00", "60.00", "59.00", "58.00"),
    _product("Rosin Garlic Cookies 1g", "Concentrates", "70.00", 11, 4, None, "72.00", "69.00", "71.00"),
    _product("Bubble Hash 1g", "Concentrates", "45.00", 14, 5, "44.00", None, "46.00", None),
    _product("Relief Tincture 30ml", "Tinctures", "48.00", 23, 8, "47.00", "49.00", None, "48.50"),
    _product("Sleep Tincture 30ml", "Tinctures", "50.00", 20, 8, "49.00", "51.00", "52.00", "50.00"),
    _product("Lemon Seltzer 5mg 4 Pack", "Beverages", "20.00", 60, 20, "19.50", "20.00", "21.00", "20.50"),
    _product("Muscle Balm 60ml", "Topicals", "36.00", 25, 8, "35.00", "37.00", "36.00", "36.50"),
)


def menu_of(store: DemoStore) -> dict[str, object]:
    """The body that `PUT /api/stores/{slug}` takes."""
    index = STORES.index(store)
    products = [
        {"name": product.name, "category": product.category, "price": str(product.rival_prices[index])}
        for product in PRODUCTS
        if product.rival_prices[index] is not None
    ]
    return {"name": store.name, "products": products}
