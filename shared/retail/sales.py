"""What was sold in a period, by product, category, day and location."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from shared.documents.orders import Order, OrderLine
from shared.documents.shop import Location
from shared.retail.figures import Percent, Row, cents, change_percent, percent_of, times
from shared.retail.periods import Compared, Span, local_day
from shared.values.money import Money

NO_CATEGORY = "Uncategorized"
NO_LOCATION = "No location"


class Totals(Row):
    """Totals from `since` until before `until`. `averageOrder` is None without orders."""

    since: datetime
    until: datetime
    revenue: Money
    orders: int
    units: float
    average_order: Money | None


class Change(Row):
    """Percent change vs. the previous period; None if there was nothing."""

    revenue: Percent | None
    orders: Percent | None
    average_order: Percent | None


class ProductSales(Row):
    """`revenue` sums the lines, before discounts on the whole order."""

    item_id: str | None
    name: str
    category: str
    units: float
    revenue: Money
    share_percent: Percent | None


class CategorySales(Row):
    category: str
    units: float
    revenue: Money
    share_percent: Percent | None


class DaySales(Row):
    date: date
    revenue: Money
    orders: int


class WeekSales(Row):
    """Seven shop days starting on `week`."""

    week: date
    revenue: Money
    orders: int


@dataclass(frozen=True, slots=True)
class SalesSummary:
    """`products` is complete, best first."""

    current: Totals
    previous: Totals
    change: Change
    products: tuple[ProductSales, ...]
    categories: tuple[CategorySales, ...]
    days: tuple[DaySales, ...]
    pending: int
    """Orders in the period that aren't paid yet."""
    returned: int
    """Orders in the period that were canceled or refunded."""


class Takings:
    """Running totals of orders."""

    def __init__(self) -> None:
        self.orders = 0
        self._total, self._units = Decimal(0), 0.0

    def add(self, order: Order) -> None:
        self.orders += 1
        self._total += order.total
        for line in order.items:
            self._units += line.quantity

    @property
    def revenue(self) -> Decimal:
        return cents(self._total)

    def totals(self, span: Span) -> Totals:
        return Totals(
            since=span.start,
            until=span.end,
            revenue=self.revenue,
            orders=self.orders,
            units=round(self._units, 3),
            average_order=cents(self.revenue / self.orders) if self.orders else None,
        )


def summarize(orders: Iterable[Order], period: Compared, zone: str) -> SalesSummary:
    """Summarizes the period's orders; earlier orders are only for the comparison. Single pass."""
    now, then = Takings(), Takings()
    products = _Sums(lambda line: line.item_id or line.name.casefold())
    categories = _Sums(lambda line: _category(line).casefold())
    days: defaultdict[date, Takings] = defaultdict(Takings)
    pending = returned = 0
    for order in orders:
        if order.is_revenue and period.previous.holds(order.placed_at):
            then.add(order)
        if not period.current.holds(order.placed_at):
            continue
        pending += order.status == "pending"
        returned += order.status in {"cancelled", "refunded"}
        if order.is_revenue:
            now.add(order)
            days[local_day(order.placed_at, zone)].add(order)
            products.add(order)
            categories.add(order)
    current, previous = now.totals(period.current), then.totals(period.previous)
    return SalesSummary(
        current=current,
        previous=previous,
        change=change(current, previous),
        products=_products(products.best_first()),
        categories=_categories(categories.best_first()),
        days=tuple(
            DaySales(date=day, revenue=days[day].revenue, orders=days[day].orders) for day in period.current.days()
        ),
        pending=pending,
        returned=returned,
    )


def change(current: Totals, previous: Totals) -> Change:
    both = current.average_order is not None and previous.average_order is not None
    return Change(
        revenue=change_percent(current.revenue, previous.revenue),
        orders=change_percent(current.orders, previous.orders),
        average_order=change_percent(current.average_order or 0, previous.average_order or 0) if both else None,
    )


@dataclass(slots=True)
class _Sum:
    line: OrderLine
    units: float = 0.0
    revenue: Decimal = Decimal(0)


class _Sums:
    """Order lines summed by `key`."""

    def __init__(self, key: Callable[[OrderLine], str]) -> None:
        self._key = key
        self._found: dict[str, _Sum] = {}

    def add(self, order: Order) -> None:
        for line in order.items:
            entry = self._found.setdefault(self._key(line), _Sum(line))
            entry.units += line.quantity
            entry.revenue += times(line.price, line.quantity)

    def best_first(self) -> list[_Sum]:
        return sorted(
            self._found.values(), key=lambda entry: (-entry.revenue, -entry.units, entry.line.name.casefold())
        )


def _category(line: OrderLine) -> str:
    return (line.category or "").strip() or NO_CATEGORY


def _products(sums: Sequence[_Sum]) -> tuple[ProductSales, ...]:
    whole = sum((entry.revenue for entry in sums), Decimal(0))
    return tuple(
        ProductSales(
            item_id=entry.line.item_id,
            name=entry.line.name,
            category=_category(entry.line),
            units=round(entry.units, 3),
            revenue=entry.revenue,
            share_percent=percent_of(entry.revenue, whole),
        )
        for entry in sums
    )


def _categories(sums: Sequence[_Sum]) -> tuple[CategorySales, ...]:
    whole = sum((entry.revenue for entry in sums), Decimal(0))
    return tuple(
        CategorySales(
            category=_category(entry.line),
            units=round(entry.units, 3),
            revenue=entry.revenue,
            share_percent=percent_of(entry.revenue, whole),
        )
        for entry in sums
    )


def by_week(orders: Iterable[Order], today: date, weeks: int, zone: str) -> list[WeekSales]:
    """The last whole weeks, oldest first, ending yesterday. Weeks before the first sale are left out."""
    first = today - timedelta(days=7 * weeks)
    found = [Takings() for _ in range(weeks)]
    for order in orders:
        day = local_day(order.placed_at, zone)
        if order.is_revenue and first <= day < today:
            found[(day - first).days // 7].add(order)
    began = next((number for number, sold in enumerate(found) if sold.orders), weeks)
    return [
        WeekSales(week=first + timedelta(days=7 * number), revenue=sold.revenue, orders=sold.orders)
        for number, sold in enumerate(found)
        if number >= began
    ]


class LocationSales(Row):
    """One location; `id` is None for orders that name no location."""

    id: str | None
    name: str
    revenue: Money
    orders: int
    average_order: Money | None
    share_percent: Percent | None
    change_percent: Percent | None


def by_location(locations: Iterable[Location], orders: Iterable[Order], period: Compared) -> list[LocationSales]:
    """Every location, best first, including those without sales; unknown ones are listed by id."""
    names: dict[str | None, str] = {location.id: location.name for location in locations}
    sold: defaultdict[str | None, Takings] = defaultdict(Takings)
    before: defaultdict[str | None, Takings] = defaultdict(Takings)
    for order in orders:
        if not order.is_revenue:
            continue
        if period.current.holds(order.placed_at):
            sold[order.location_id].add(order)
        elif period.previous.holds(order.placed_at):
            before[order.location_id].add(order)
    whole = sum((found.revenue for found in sold.values()), Decimal(0))
    rows = []
    for key in dict.fromkeys([*names, *sold, *before]):
        now, then = sold[key].totals(period.current), before[key].totals(period.previous)
        rows.append(
            LocationSales(
                id=key,
                name=names.get(key) or key or NO_LOCATION,
                revenue=now.revenue,
                orders=now.orders,
                average_order=now.average_order,
                share_percent=percent_of(now.revenue, whole),
                change_percent=change_percent(now.revenue, then.revenue),
            )
        )
    return sorted(rows, key=lambda row: (-row.revenue, row.name.casefold()))
