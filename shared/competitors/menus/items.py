"""A product as one part of a page describes it, before parts are merged."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.competitors.menus.money import USD
from shared.competitors.models import Product, SizePrice
from shared.values.text import MAX_NAME_LENGTH, clean_text

MAX_SIZES = 30
_LONGEST_SIZE = 40
_LONGEST_URL = 1_000
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_TIMES_ESCAPED = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to buy a product: a size with its price. `price` is None in other currencies than USD."""

    price: Decimal | None
    currency: str = USD
    size: str | None = None
    list_price: Decimal | None = None
    available: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A product as one part of a page has it. Without offers it is only named there."""

    name: str
    category: str | None = None
    offers: tuple[Offer, ...] = ()
    url: str | None = None

    @property
    def is_priced(self) -> bool:
        """Whether it says what the product costs, if only in another currency."""
        return any(offer.price is not None or offer.currency != USD for offer in self.offers)


def plain(raw: Any, limit: int = MAX_NAME_LENGTH) -> str:
    """Text as people see it on one line: entities that were escaped twice are read, and tags in data are gone."""
    if not isinstance(raw, str):
        return ""
    text = raw[: limit * 20]
    if "<" in text:
        text = _TAG.sub(" ", text)
    for _ in range(_TIMES_ESCAPED):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return clean_text(text, limit)


def size_text(raw: Any) -> str | None:
    """The size as written on the page, or None."""
    return plain(raw, _LONGEST_SIZE) or None


def address_text(raw: Any) -> str | None:
    """The link as written on the page, if it's valid."""
    text = raw.strip() if isinstance(raw, str) else ""
    return text if text and len(text) <= _LONGEST_URL and text.isprintable() and " " not in text else None


def product_of(item: Item) -> Product:
    """At the lowest price that anybody pays today: of a size that is there, before one that is sold out."""
    dollars = [offer for offer in item.offers if offer.currency == USD and offer.price is not None]
    foreign = next((offer.currency for offer in item.offers if offer.currency != USD), None)
    there = [offer for offer in dollars if offer.available]
    best = min(there or dollars, key=lambda offer: offer.price or 0, default=None)
    sizes = _sizes(dollars)
    return Product(
        name=item.name,
        category=item.category,
        price=best.price if best else None,
        list_price=best.list_price if best and best.list_price and best.list_price > (best.price or 0) else None,
        currency=USD if best or not foreign else foreign,
        available=best.available if best else not item.offers or any(offer.available for offer in item.offers),
        size=best.size if best else None,
        sizes=sizes if len(sizes) > 1 else (),
        url=item.url,
    )


def _sizes(offers: Iterable[Offer]) -> tuple[SizePrice, ...]:
    """Each size once, at its lowest price."""
    found: dict[str, SizePrice] = {}
    for offer in offers:
        if offer.size is None or offer.price is None or len(found) >= MAX_SIZES:
            continue
        known = found.get(offer.size.casefold())
        if known is None or (offer.available, -offer.price) > (known.available, -known.price):
            found[offer.size.casefold()] = SizePrice(
                size=offer.size, price=offer.price, list_price=offer.list_price, available=offer.available
            )
    return tuple(found.values())
