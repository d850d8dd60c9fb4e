"""Menus out of pages: schema.org data, visible cards, and whatever else a page may hold."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.menus.reading import parse_menu
from shared.competitors.models import MAX_PRODUCTS, PriceRange, Product
from shared.errors import PermanentError
from shared.values.text import MAX_NAME_LENGTH


def _ld(*documents: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(d)}</script>' for d in documents)


def _product(name: str = "Blue Dream", price: Any = "34.00", **more: Any) -> dict[str, Any]:
    return {
        "@type": "Product",
        "name": name,
        "category": "Flower",
        "offers": {"@type": "Offer", "price": price, "priceCurrency": "USD"},
        **more,
    }


BLUE_DREAM = Product(name="Blue Dream", category="Flower", price=Decimal(34))

SHAPES: dict[str, Any] = {
    "a single product": _product(),
    "an array": [_product()],
    "a graph": {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "X"}, _product()]},
    "an item list": {
        "@type": "ItemList",
        "itemListElement": [{"@type": "ListItem", "position": 1, "item": _product()}],
    },
    "full type addresses": _product() | {"@type": ["https://schema.org/Product", "Thing"]},
    "an aggregate offer": _product(offers={"@type": "AggregateOffer", "lowPrice": "$34.00", "highPrice": 90}),
    "several offers": _product(offers=[{"price": 60}, {"price": 34}]),
    "a price specification": _product(offers={"priceSpecification": [{"price": "34", "priceCurrency": "USD"}]}),
    "a numeric price": _product(price=34),
    "a menu with sections": {
        "@type": "Menu",
        "hasMenuSection": {
            "@type": "MenuSection",
            "name": "Flower",
            "hasMenuItem": [{"@type": "MenuItem", "name": "Blue Dream", "offers": {"price": "34.00"}}],
        },
    },
    "an offer catalog": {
        "@type": "Store",
        "hasOfferCatalog": {
            "@type": "OfferCatalog",
            "name": "Flower",
            "itemListElement": [
                {"@type": "Offer", "price": "34", "itemOffered": {"@type": "Product", "name": "Blue Dream"}}
            ],
        },
    },
    "a category object": _product(category={"@type": "Thing", "name": "Flower"}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_schema_org_shape_is_read(shape: str) -> None:
    menu = parse_menu(_ld(SHAPES[shape]))
    assert (menu.source, menu.products) == ("json-ld", (BLUE_DREAM,))


def test_a_broken_block_does_not_lose_the_others() -> None:
    broken = '<script type="application/ld+json">{"@type": "Product", oops</script>'
    deep = f'<script type="application/ld+json">{"[" * 100_000}</script>'
    assert parse_menu(broken + _ld(_product()) + deep + _ld(_product("OG Kush"))).found == 2


def test_a_price_in_another_currency_is_not_read_as_dollars() -> None:
    offer = {"@type": "Offer", "price": "34.00", "priceCurrency": "CAD"}
    assert parse_menu(_ld(_product(offers=offer))).products[0].price is None


def test_a_related_product_is_not_on_the_menu() -> None:
    assert parse_menu(_ld(_product(isRelatedTo=_product("Other")))).products == (BLUE_DREAM,)


def test_repeated_products_on_a_page_count_once() -> None:
    assert parse_menu(_ld(_product(), _product())).products == (BLUE_DREAM,)


def test_too_many_products_are_cut_and_counted() -> None:
    menu = parse_menu(_ld([_product(f"Strain {n}") for n in range(MAX_PRODUCTS + 7)]))
    assert (len(menu.products), menu.found) == (MAX_PRODUCTS, MAX_PRODUCTS + 7)


def test_a_hostile_name_becomes_one_bounded_line() -> None:
    name = parse_menu(_ld(_product("A\r\nBcc: all\u202e\x00" + "x" * 5000))).products[0].name
    assert name.startswith("A Bcc: allxx")
    assert len(name) == MAX_NAME_LENGTH


CARDS = """
<h1>Higher Level</h1><nav><a>Shop</a> $1</nav><p>Free delivery over $50</p>
<section><h2>Flower</h2>
  <div class="card"><h3>Blue Dream</h3><p><del>$45.00</del> <span>$34.00</span></p></div>
  <div class="card"><h3>OG Kush</h3><p><span>1g</span> <b>$12</b></p><p><span>3.5g</span> <b>$38.50</b></p></div>
</section>
<section><h2>Edibles</h2><div class="card"><h3>Gummies 100 mg</h3><p><span>$ 1,020.00</span></p></div></section>
<p>BOGO on all edibles!</p><p>20% off vapes</p><p>20% OFF vapes</p>
"""


def test_visible_cards_are_read_with_their_headings() -> None:
    menu = parse_menu(CARDS)
    assert menu.source == "visible"
    assert [(p.name, p.category, p.price) for p in menu.products] == [
        ("Blue Dream", "Flower", Decimal(34)),
        ("OG Kush", "Flower", Decimal(12)),
        ("Gummies 100 mg", "Edibles", Decimal(1020)),
    ]


def test_promotions_are_counted_once_each() -> None:
    menu = parse_menu(CARDS)
    assert menu.promotions == ("BOGO on all edibles!", "20% off vapes")
    assert menu.promo_count == 2


def test_a_table_is_a_menu_too() -> None:
    rows = "<tr><td>Blue Dream</td><td>$34</td></tr><tr><td>OG Kush</td><td>$38.50</td></tr>"
    assert [p.name for p in parse_menu(f"<table>{rows}</table>").products] == ["Blue Dream", "OG Kush"]


def test_name_and_price_in_one_line_are_distinguished() -> None:
    menu = parse_menu("<ul><li>Blue Dream 3.5g — $34</li><li>Runtz: $44</li></ul>")
    assert [(p.name, p.price) for p in menu.products] == [("Blue Dream 3.5g", Decimal(34)), ("Runtz", Decimal(44))]


def test_a_lone_price_is_not_a_menu() -> None:
    assert parse_menu("<p>Free delivery over $50</p>").products == ()


def test_a_page_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(PermanentError, match="nests"):
        parse_menu("<div>" * 100_000)


def test_elements_whose_end_may_be_left_out_do_not_count_as_nesting() -> None:
    assert parse_menu("<ul>" + "<li>Runtz $44<br>" * 1000).products == (Product(name="Runtz", price=Decimal(44)),)


def test_structured_data_wins_over_visible_prices() -> None:
    assert parse_menu(CARDS + _ld(_product("Only This"))).products[0].name == "Only This"


def test_the_price_range_ignores_products_without_a_price() -> None:
    products = [Product(name=str(p), price=p and Decimal(p)) for p in (10, 20, None, 45, 25)]
    found = PriceRange.of(products)
    assert found is not None
    assert (found.min, found.max, found.median) == (Decimal(10), Decimal(45), Decimal("22.50"))


def test_there_is_no_price_range_without_prices() -> None:
    assert PriceRange.of([Product(name="x")]) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "name", "category", "offers", "price", "lowPrice", "itemOffered"]),
            inner | st.sampled_from(["Product", "Offer", "MenuSection", "$-3", "NaN"]),
            max_size=5,
        )
    ),
    max_leaves=25,
)


def _assert_sane(html: str) -> None:
    for product in parse_menu(html).products:
        assert 0 < len(product.name) <= MAX_NAME_LENGTH
        assert product.name.isprintable()
        assert product.price is None or (product.price.is_finite() and product.price > 0)


@given(st.lists(_JSON, max_size=3))
def test_any_structured_data_gives_a_sane_menu(documents: list[Any]) -> None:
    _assert_sane(_ld(*({"@type": "Product", "name": "x", "offers": d} for d in documents), *documents))


_TAGS = st.sampled_from(["div", "p", "h2", "h3", "li", "ul", "del", "table", "tr", "td", "script", "b"])
_PIECES = st.one_of(
    _TAGS.map(lambda tag: f"<{tag}>"), _TAGS.map(lambda tag: f"</{tag}>"), st.text(max_size=8), st.just("$12.50 ")
)


@given(st.lists(_PIECES, max_size=40))
def test_any_page_gives_a_sane_menu(pieces: list[str]) -> None:
    _assert_sane("".join(pieces))
