"""What customers took of each item: per day, and how fast it goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.retail.periods import local_day
from shared.retail.records import Item, Order, OrderLine

VELOCITY_DAYS = 30
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Velocity:
    """How an item went in the window: units in all, and units a day while it was on the shelf."""

    sold: float = 0.0
    per_day: float = 0.0

    def days_of_cover(self, on_hand: float) -> float | None:
        """How long the stock lasts at this pace, to a tenth of a day; None where nothing was sold."""
        return round(on_hand / self.per_day, 1) if self.per_day > 0 else None


def units_by_day(items: Iterable[Item], orders: Iterable[Order], zone: str) -> dict[str, dict[date, float]]:
    """Units of each item by the shop's days; an item that was never sold has no days.

    A line is an item's by its id, else by its name. More taken back than sold on a day counts as nothing sold.
    """
    listed = list(items)
    index = {item.id for item in listed}
    by_name = {_name(item.name): item.id for item in reversed(listed)}
    found: dict[str, defaultdict[date, float]] = {item.id: defaultdict(float) for item in listed}
    for order in orders:
        if not order.takes_stock:
            continue
        day = local_day(order.placed_at, zone)
        for line in order.items:
            item_id = _item_of(line, index, by_name)
            if item_id is not None:
                found[item_id][day] += line.quantity
    return {item_id: {day: units for day, units in days.items() if units > 0} for item_id, days in found.items()}


def velocities(
    items: Sequence[Item], orders: Iterable[Order], now: datetime, zone: str, days: int = VELOCITY_DAYS
) -> dict[str, Velocity]:
    """How fast each item went in the `days` before `now`; a younger item is measured over its own days only."""
    since = now - timedelta(days=days)
    within = (order for order in orders if since <= order.placed_at < now)
    sold = units_by_day(items, within, zone)
    return {item.id: _velocity(item, sold[item.id], now, zone, days) for item in items}


def _velocity(item: Item, sold: Mapping[date, float], now: datetime, zone: str, days: int) -> Velocity:
    units = round(sum(sold.values()), 3)
    observed = float(days)
    if item.created_at is not None:
        began = min([local_day(item.created_at, zone), *sold])
        observed = min(observed, max((local_day(now, zone) - began).days, 1))
    return Velocity(units, units / observed)


def _item_of(line: OrderLine, ids: set[str], by_name: Mapping[str, str]) -> str | None:
    if line.item_id in ids:
        return line.item_id
    return by_name.get(_name(line.name))


def _name(text: str) -> str:
    return " ".join(text.casefold().split())
