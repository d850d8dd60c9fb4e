"""Product details of the demo shop: costs, suppliers, descriptions, and some gaps.

The menu health check finds the gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from local.demo.menus import PRODUCTS, DemoProduct

SUPPLIERS = {
    "Flower": "Finger Lakes Growers",
    "Pre-Rolls": "Finger Lakes Growers",
    "Vapes": "Empire Extracts",
    "Concentrates": "Empire Extracts",
    "Edibles": "Salt City Kitchens",
    "Beverages": "Salt City Kitchens",
    "Tinctures": "Onondaga Botanicals",
    "Topicals": "Onondaga Botanicals",
}
_TEXTS = {
    "Flower": "Slow-cured flower from New York sun and soil, hand-trimmed in small batches.",
    "Pre-Rolls": "Rolled from whole flower, never from trim, and packed the week it is rolled.",
    "Vapes": "Strain-specific oil without additives, in a ceramic cartridge.",
    "Concentrates": "Pressed from fresh-frozen flower for all of its taste.",
    "Edibles": "Evenly dosed, ten pieces in a child-resistant tin.",
    "Beverages": "A light seltzer that begins to work within fifteen minutes.",
    "Tinctures": "Coconut oil with a dropper that shows the dose.",
    "Topicals": "A balm for after a long day, with menthol and arnica.",
}
_COST_SHARE = Decimal("0.52")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A product's deliberate flaws."""

    no_description: bool = False
    no_image: bool = False
    description: str | None = None
    cost_share: Decimal = _COST_SHARE
    expires_in_days: int | None = None
    listed_days_ago: int = 200


FLAWS = {
    "northern-lights-3-5g": Flaw(no_image=True),
    "white-widow-28g": Flaw(no_description=True),
    "durban-poison-pre-roll-5-pack": Flaw(no_description=True, no_image=True),
    "zkittlez-vape-cartridge-0-5g": Flaw(description="Fruity."),
    "mango-gummies-100mg": Flaw(expires_in_days=12),
    "peanut-butter-cups-50mg": Flaw(expires_in_days=24),
    "bubble-hash-1g": Flaw(no_image=True),
    "rosin-garlic-cookies-1g": Flaw(cost_share=Decimal("0.87")),
    "lemon-seltzer-5mg-4-pack": Flaw(listed_days_ago=4, expires_in_days=150),
    "maui-wowie-disposable-vape-1g": Flaw(listed_days_ago=10),
}
SLOW = frozenset({"white-widow-28g", "bubble-hash-1g", "muscle-balm-60ml", "relief-tincture-30ml"})
"""Slow sellers."""


def cost_of(product: DemoProduct) -> Decimal:
    """The unit cost in whole cents."""
    share = FLAWS.get(product.item_id, Flaw()).cost_share
    return (product.price * share).quantize(Decimal("0.01"), ROUND_HALF_UP)


def listed_days_ago(product: DemoProduct) -> int:
    return FLAWS.get(product.item_id, Flaw()).listed_days_ago


def item_fields(product: DemoProduct, now: datetime) -> dict[str, Any]:
    """The inventory document."""
    flaw = FLAWS.get(product.item_id, Flaw())
    fields: dict[str, Any] = {
        "name": product.name,
        "category": product.category,
        "price": float(product.price),
        "cost": float(cost_of(product)),
        "quantity": product.quantity,
        "reorderPoint": product.reorder_point,
        "supplier": SUPPLIERS[product.category],
        "locationId": "downtown",
        "createdAt": now - timedelta(days=flaw.listed_days_ago),
    }
    if not flaw.no_description:
        fields["description"] = flaw.description or f"{product.name}. {_TEXTS[product.category]}"
    if not flaw.no_image:
        fields["imageUrl"] = f"https://images.thrivesyracuse.example/{product.item_id}.jpg"
    if flaw.expires_in_days is not None:
        fields["expiresAt"] = now + timedelta(days=flaw.expires_in_days)
    if product.category == "Flower":
        fields["thcPercent"] = 18 + PRODUCTS.index(product) * 1.3
    return fields
