"""A competitor's prices over time for each of its products, from its menu's snapshots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from pydantic import AwareDatetime

from shared.competitors.models import Product
from shared.competitors.products.offers import Offer, offers_of
from shared.competitors.snapshots.snapshot import KEPT_FOR, Snapshot
from shared.values.camel_model import CamelModel
from shared.values.money import Money

MAX_SNAPSHOTS = 60
"""Read for one answer, the newest: two changes of the menu a day for 30 days."""
MAX_PRODUCTS_READ = 40_000
MAX_POINTS = 20_000
"""About 1 MB of an answer; the snapshot that passes it is the last one."""


_Key = tuple[str, str, str]
"""Name, category, size."""


class _Answer(CamelModel, frozen=True):
    pass


class PricePoint(_Answer):
    """The price in USD, as a scan saw it then."""

    at: AwareDatetime
    price: Money


class PriceHistory(_Answer):
    """One size of a product. `points`, oldest first: where each price was first and last seen."""

    product: str
    category: str | None = None
    size: str | None = None
    points: tuple[PricePoint, ...]


class PriceHistories(_Answer):
    """`items` by name. `truncated`: older prices did not fit. `passedOver`: snapshots that cannot be read."""

    items: tuple[PriceHistory, ...]
    truncated: bool | None = None
    passed_over: int | None = None


@dataclass(slots=True)
class _Series:
    latest: Offer
    points: list[PricePoint] = field(default_factory=list)
    """Newest first."""


def price_histories(
    newest_first: Iterable[Snapshot | None], now: datetime, product: str | None = None
) -> PriceHistories:
    """The prices of the last 30 days; of the product of that name alone, if it is given.

    Where no product has exactly the name, those count whose names have all of its words. Each size has prices of
    its own. What the menu has several times at one moment, in one size, counts with its lowest price. Snapshots
    (None: one that cannot be read) are taken from the iterator only as long as there is room.
    """
    series: dict[_Key, _Series] = {}
    read = points = passed_over = 0
    truncated = False
    for number, snapshot in enumerate(newest_first):
        if snapshot is None:
            passed_over += 1
            continue
        if snapshot.last_seen < now - KEPT_FOR:
            break
        if number >= MAX_SNAPSHOTS or read >= MAX_PRODUCTS_READ or points >= MAX_POINTS:
            truncated = True
            break
        for key, seen in _lowest(snapshot.products).items():
            one = series.setdefault(key, _Series(seen))
            points += _add(one, snapshot, seen.product.price or Decimal(0))
        read += len(snapshot.products)
    chosen = _named(list(series.values()), product)
    items = sorted(
        (_history(one) for one in chosen),
        key=lambda item: (item.product.casefold(), item.category or "", item.size or ""),
    )
    return PriceHistories(items=tuple(items), truncated=truncated or None, passed_over=passed_over or None)


def _lowest(products: Iterable[Product]) -> dict[_Key, Offer]:
    lowest: dict[_Key, Offer] = {}
    for offer in offers_of(products):
        product = offer.product
        if not product.price:
            continue
        key = (product.name.casefold(), (product.category or "").casefold(), (offer.size_text or "").casefold())
        known = lowest.get(key)
        if known is None or product.price < (known.product.price or product.price):
            lowest[key] = offer
    return lowest


def _add(series: _Series, snapshot: Snapshot, price: Decimal) -> int:
    """Put the snapshot's times before those that are there; how many points that adds.

    Of a price that stays, only where it was first and last seen are kept.
    """
    before = len(series.points)
    times = dict.fromkeys((snapshot.last_seen, snapshot.taken_at))
    for at in times:
        kept = series.points
        if len(kept) > 1 and kept[-1].price == kept[-2].price == price:
            kept.pop()
        kept.append(PricePoint(at=at, price=price))
    return len(series.points) - before


def _named(every: list[_Series], product: str | None) -> list[_Series]:
    if product is None:
        return every
    wanted = " ".join(product.casefold().split())
    exact = [one for one in every if one.latest.product.name.casefold() == wanted]
    if exact:
        return exact
    words = set(wanted.split())
    return [one for one in every if words <= set(one.latest.product.name.casefold().split())]


def _history(series: _Series) -> PriceHistory:
    latest = series.latest
    return PriceHistory(
        product=latest.product.name,
        category=latest.product.category,
        size=latest.size_text,
        points=tuple(reversed(series.points)),
    )
