"""What to order from each supplier, in whole units, based on sales velocity."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.documents.inventory import Item
from shared.retail.demand import Velocity
from shared.retail.figures import ProductPicture, Row, times
from shared.values.money import Money

NO_SUPPLIER = "No supplier named"


class OrderedItem(Row):
    """One order line. `cost` is None if the item's cost is unknown."""

    item_id: str
    name: str
    category: str | None
    on_hand: float
    sold_per_day: float
    days_of_cover: float | None
    quantity: int
    unit_cost: Money | None
    cost: Money | None
    image_url: ProductPicture = None


class SupplierOrder(Row):
    """One supplier's order; `cost` covers the lines with a known cost."""

    supplier: str
    lines: tuple[OrderedItem, ...]
    units: int
    cost: Money
    lines_without_cost: int


@dataclass(frozen=True, slots=True)
class ReorderPlan:
    """Orders, most expensive first; the totals include lines that were left out."""

    orders: tuple[SupplierOrder, ...]
    count: int
    units: int
    cost: Decimal
    without_cost: int
    left_out: int


def plan(
    items: Iterable[Item], speed: Mapping[str, Velocity], cover_days: int, lead_days: int, limit: int
) -> ReorderPlan:
    """The plan; lists only the `limit` most urgent lines."""
    every = ((item, _line(item, speed.get(item.id), cover_days, lead_days)) for item in items)
    lines = [(item, line) for item, line in every if line is not None]
    lines.sort(key=lambda pair: _urgency(pair[1]))
    kept = lines[:limit]
    by_supplier: defaultdict[str, list[OrderedItem]] = defaultdict(list)
    for item, line in kept:
        by_supplier[(item.supplier or "").strip() or NO_SUPPLIER].append(line)
    orders = [_order(supplier, found) for supplier, found in by_supplier.items()]
    return ReorderPlan(
        orders=tuple(sorted(orders, key=lambda order: (-order.cost, order.supplier.casefold()))),
        count=len(lines),
        units=sum(line.quantity for _, line in lines),
        cost=sum((line.cost or Decimal(0) for _, line in lines), Decimal(0)),
        without_cost=sum(line.cost is None for _, line in lines),
        left_out=len(lines) - len(kept),
    )


def quantity_to_order(item: Item, per_day: float, cover_days: int, lead_days: int) -> int:
    """Whole units to order now; 0 if stock will still be at the reorder point when an order could arrive.

    The order brings stock up to the reorder point plus `cover_days` of sales.
    """
    reorder_point = max(item.reorder_point, 0.0)
    at_arrival = max(item.on_hand - per_day * lead_days, 0.0)
    if at_arrival >= reorder_point and not (at_arrival <= 0 < per_day):
        return 0
    # Round first: 12.000000000000002 doesn't need a 13th unit.
    return max(math.ceil(round(reorder_point + per_day * cover_days - at_arrival, 6)), 0)


def _line(item: Item, velocity: Velocity | None, cover_days: int, lead_days: int) -> OrderedItem | None:
    speed = velocity or Velocity()
    quantity = quantity_to_order(item, speed.per_day, cover_days, lead_days)
    if quantity <= 0:
        return None
    return OrderedItem(
        item_id=item.id,
        name=item.name,
        category=item.category,
        on_hand=item.on_hand,
        sold_per_day=round(speed.per_day, 2),
        days_of_cover=speed.days_of_cover(item.on_hand),
        quantity=quantity,
        unit_cost=item.cost,
        cost=None if item.cost is None else times(item.cost, quantity),
        image_url=item.image_url,
    )


def _order(supplier: str, lines: Sequence[OrderedItem]) -> SupplierOrder:
    return SupplierOrder(
        supplier=supplier,
        lines=tuple(lines),
        units=sum(line.quantity for line in lines),
        cost=sum((line.cost or Decimal(0) for line in lines), Decimal(0)),
        lines_without_cost=sum(line.cost is None for line in lines),
    )


def _urgency(line: OrderedItem) -> tuple[float, float, str, str]:
    cover = float("inf") if line.days_of_cover is None else line.days_of_cover
    return cover, line.on_hand, line.name.casefold(), line.item_id
