"""Units sold of each item per day, and its sales velocity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.retail.periods import local_day

VELOCITY_DAYS = 30
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Velocity:
    """Units sold in the window, and units per day while the item was in stock."""

    sold: float = 0.0
    per_day: float = 0.0

    def days_of_cover(self, on_hand: float) -> float | None:
        """Days the stock lasts at this pace, to one decimal; None without sales."""
        return round(on_hand / self.per_day, 1) if self.per_day > 0 else None


@dataclass(frozen=True, slots=True)
class SoldLine:
    """An order line that took stock. `item_id` is empty if the till wrote none; `name` is a `same_name`."""

    placed_at: datetime
    item_id: str
    name: str
    quantity: float


def same_name(text: str) -> str:
    """The name normalized for comparison."""
    return " ".join(text.casefold().split())


def sold_lines(orders: Iterable[Order]) -> Iterator[SoldLine]:
    for order in orders:
        if order.takes_stock:
            for line in order.items:
                yield SoldLine(order.placed_at, line.item_id or "", same_name(line.name), line.quantity)


def units_by_day(items: Iterable[Item], orders: Iterable[Order], zone: str) -> dict[str, dict[date, float]]:
    """Units of each item per shop day; an item without sales has no days.

    A line is matched by item id, otherwise by name. A day with more returns than sales counts as no sales.
    """
    listed = list(items)
    index = {item.id for item in listed}
    by_name = {same_name(item.name): item.id for item in reversed(listed)}
    found: dict[str, defaultdict[date, float]] = {item.id: defaultdict(float) for item in listed}
    for line in sold_lines(orders):
        item_id = line.item_id if line.item_id in index else by_name.get(line.name)
        if item_id is not None:
            found[item_id][local_day(line.placed_at, zone)] += line.quantity
    return {item_id: _sold(days) for item_id, days in found.items()}


def velocities(
    items: Sequence[Item], orders: Iterable[Order], now: datetime, zone: str, days: int = VELOCITY_DAYS
) -> dict[str, Velocity]:
    """Each item's velocity over the `days` before `now`; a newer item is measured since it was added."""
    since = now - timedelta(days=days)
    within = (order for order in orders if since <= order.placed_at < now)
    sold = units_by_day(items, within, zone)
    return {item.id: _velocity(item, sold[item.id], now, zone, days) for item in items}


def velocity_of(
    item: Item, lines: Iterable[SoldLine], now: datetime, zone: str, days: int = VELOCITY_DAYS
) -> Velocity:
    """One item's velocity, from its own lines in these days."""
    found: defaultdict[date, float] = defaultdict(float)
    for line in lines:
        found[local_day(line.placed_at, zone)] += line.quantity
    return _velocity(item, _sold(found), now, zone, days)


def _sold(days: Mapping[date, float]) -> dict[date, float]:
    return {day: units for day, units in days.items() if units > 0}


def _velocity(item: Item, sold: Mapping[date, float], now: datetime, zone: str, days: int) -> Velocity:
    units = round(sum(sold.values()), 3)
    observed = float(days)
    if item.created_at is not None:
        began = min([local_day(item.created_at, zone), *sold])
        observed = min(observed, max((local_day(now, zone) - began).days, 1))
    return Velocity(units, units / observed)
