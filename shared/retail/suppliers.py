"""Supplier scorecard: what each supplier's products earn, and their stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.retail.demand import same_name
from shared.retail.figures import Percent, Row, cents, change_percent, percent_of, times
from shared.retail.inventory import cost_of, value_of
from shared.retail.reorder import NO_SUPPLIER
from shared.values.money import Money


class SupplierScore(Row):
    """One supplier. Revenue and units cover the window; `changePercent` compares with the window before.

    `marginPercent`: margin on sales with a known cost; None without such sales.
    """

    supplier: str
    products: int
    revenue: Money
    share_percent: Percent | None
    change_percent: Percent | None
    units: float
    margin_percent: Percent | None
    stock_value: Money
    stock_cost: Money
    low_count: int
    out_count: int


class _Sold:
    def __init__(self) -> None:
        self.units = 0.0
        self.revenue = Decimal(0)


def scorecard(items: Sequence[Item], orders: Iterable[Order], now: datetime, days: int) -> list[SupplierScore]:
    """Each supplier over the `days` before `now`, most revenue first; needs orders of twice as many days."""
    since, earlier = now - timedelta(days=days), now - timedelta(days=2 * days)
    before, current = _sold(items, orders, ((earlier, since), (since, now)))
    everything = sum((sold.revenue for sold in current.values()), Decimal(0))
    by_supplier: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_supplier[(item.supplier or "").strip() or NO_SUPPLIER].append(item)
    rows = [_score(name, found, current, before, everything) for name, found in by_supplier.items()]
    return sorted(rows, key=lambda row: (-row.revenue, row.supplier.casefold()))


def _sold(
    items: Iterable[Item], orders: Iterable[Order], windows: Sequence[tuple[datetime, datetime]]
) -> list[dict[str, _Sold]]:
    listed = list(items)
    every = [{item.id: _Sold() for item in listed} for _ in windows]
    by_name = {same_name(item.name): item.id for item in reversed(listed)}
    for order in orders:
        for found, (since, until) in zip(every, windows, strict=True):
            if order.is_revenue and since <= order.placed_at < until:
                _add(order, found, by_name)
    return every


def _add(order: Order, found: dict[str, _Sold], by_name: Mapping[str, str]) -> None:
    for line in order.items:
        item_id = line.item_id if line.item_id in found else by_name.get(same_name(line.name))
        if item_id is not None:
            found[item_id].units += line.quantity
            found[item_id].revenue += times(line.price, line.quantity)


def _score(
    supplier: str, items: Sequence[Item], current: dict[str, _Sold], before: dict[str, _Sold], everything: Decimal
) -> SupplierScore:
    revenue = _revenue(items, current)
    return SupplierScore(
        supplier=supplier,
        products=len(items),
        revenue=cents(revenue),
        share_percent=percent_of(revenue, everything),
        change_percent=change_percent(revenue, _revenue(items, before)),
        units=round(sum(current[item.id].units for item in items), 3),
        margin_percent=_margin(items, current),
        stock_value=sum((value_of(item) for item in items), Decimal(0)),
        stock_cost=sum((cost_of(item) for item in items), Decimal(0)),
        low_count=sum(item.is_low and not item.is_out for item in items),
        out_count=sum(item.is_out for item in items),
    )


def _revenue(items: Iterable[Item], sold: dict[str, _Sold]) -> Decimal:
    return sum((sold[item.id].revenue for item in items), Decimal(0))


def _margin(items: Iterable[Item], sold: dict[str, _Sold]) -> Decimal | None:
    costed = [item for item in items if item.cost is not None]
    revenue = _revenue(costed, sold)
    spent = sum((times(item.cost or Decimal(0), sold[item.id].units) for item in costed), Decimal(0))
    return percent_of(revenue - spent, revenue)
