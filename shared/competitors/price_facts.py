"""A competitor's price as a fact to report, identified by what its reader sees.

That is the competitor's name, the product's name and size, however they are written, and the price.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from shared.competitors.products.names import identify
from shared.notices.dedup.fact import Fact, PriceKind
from shared.values.size_reading import parse_size
from shared.values.text import clean_text


def price_fact(
    kind: PriceKind,
    competitor: str,
    product: str,
    their_price: Decimal,
    percent: Decimal | None = None,
    menu_since: datetime | None = None,
) -> Fact:
    """`product`: with its size, where it has one. `percent`: how far the price lies below ours, where known."""
    name = clean_text(product)
    parts = (
        " ".join(clean_text(competitor).casefold().split()),
        " ".join(sorted(identify(name).words)),
        str(parse_size(name) or ""),
    )
    label = f"{name} at {clean_text(competitor)}"
    return Fact(kind, parts, label, percent, their_price, menu_since)
