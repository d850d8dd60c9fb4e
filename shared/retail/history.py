"""Daily units of each item: the input of a forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.retail.demand import ONE_DAY, units_by_day
from shared.retail.periods import local_day

HISTORY_DAYS = 56


@dataclass(frozen=True, slots=True)
class History:
    """Whole days, oldest first, and each item's units per day.

    An item added later has a shorter series; the last entries line up.
    """

    days: tuple[date, ...]
    series: Mapping[str, tuple[float, ...]]

    def before_last(self, count: int) -> History:
        """This history without the last `count` days."""
        keep = len(self.days) - count
        return History(self.days[:keep], {name: units[: len(units) - count] for name, units in self.series.items()})

    def last(self, count: int) -> dict[str, tuple[float, ...]]:
        """Each item's units on the last `count` days; fewer if the item is newer."""
        return {name: units[-count:] for name, units in self.series.items()}


def build_history(items: Sequence[Item], orders: Iterable[Order], today: date, zone: str) -> History:
    """From the first sale in the window through yesterday; today isn't over and doesn't count."""
    first_of_window = today - timedelta(days=HISTORY_DAYS)
    units = {
        item_id: {day: sold for day, sold in days.items() if first_of_window <= day < today}
        for item_id, days in units_by_day(items, orders, zone).items()
    }
    sold_on = [day for days in units.values() for day in days]
    if not sold_on:
        return History((), {item.id: () for item in items})
    first = min(sold_on)
    days = tuple(first + n * ONE_DAY for n in range((today - first).days))
    return History(days, {item.id: _series(item, units[item.id], days, zone) for item in items})


def _series(item: Item, units: Mapping[date, float], days: Sequence[date], zone: str) -> tuple[float, ...]:
    came = days[0]
    if item.created_at is not None:
        came = min([local_day(item.created_at, zone), *units])
    return tuple(units.get(day, 0.0) for day in days if day >= came)
