"""The sums of a shop's orders as reports define them, over lists of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from shared.documents.orders import Order, OrderLine
from shared.documents.shop import Location
from shared.retail.figures import cents, change_percent, percent_of, times
from shared.retail.periods import Compared, Span, local_day
from shared.retail.sales import (
    NO_CATEGORY,
    NO_LOCATION,
    CategorySales,
    DaySales,
    LocationSales,
    ProductSales,
    SalesSummary,
    Totals,
    WeekSales,
    change,
)


def summarize(orders: Sequence[Order], period: Compared, zone: str) -> SalesSummary:
    """Sum up the orders of the period; those before it only for the comparison."""
    within = [order for order in orders if period.current.holds(order.placed_at)]
    sold = [order for order in within if order.is_revenue]
    before = [order for order in orders if period.previous.holds(order.placed_at) and order.is_revenue]
    current, previous = totals(sold, period.current), totals(before, period.previous)
    return SalesSummary(
        current=current,
        previous=previous,
        change=change(current, previous),
        products=_products(sold),
        categories=_categories(sold),
        days=_days(sold, period.current, zone),
        pending=sum(order.status == "pending" for order in within),
        returned=sum(order.status in {"cancelled", "refunded"} for order in within),
    )


def totals(orders: Sequence[Order], span: Span) -> Totals:
    """The sums of these orders, which all count."""
    revenue = revenue_of(orders)
    return Totals(
        since=span.start,
        until=span.end,
        revenue=revenue,
        orders=len(orders),
        units=round(sum(line.quantity for order in orders for line in order.items), 3),
        average_order=cents(revenue / len(orders)) if orders else None,
    )


def revenue_of(orders: Iterable[Order]) -> Decimal:
    """What these orders brought, in whole cents."""
    return cents(sum((order.total for order in orders if order.is_revenue), Decimal(0)))


@dataclass(slots=True)
class _Sum:
    line: OrderLine
    units: float = 0.0
    revenue: Decimal = Decimal(0)


def _sums(orders: Iterable[Order], key: Callable[[OrderLine], str]) -> list[_Sum]:
    """The lines added up by `key`, best first."""
    found: dict[str, _Sum] = {}
    for order in orders:
        for line in order.items:
            entry = found.setdefault(key(line), _Sum(line))
            entry.units += line.quantity
            entry.revenue += times(line.price, line.quantity)
    return sorted(found.values(), key=lambda entry: (-entry.revenue, -entry.units, entry.line.name.casefold()))


def _category(line: OrderLine) -> str:
    return (line.category or "").strip() or NO_CATEGORY


def _products(orders: Iterable[Order]) -> tuple[ProductSales, ...]:
    sums = _sums(orders, lambda line: line.item_id or line.name.casefold())
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


def _categories(orders: Iterable[Order]) -> tuple[CategorySales, ...]:
    sums = _sums(orders, lambda line: _category(line).casefold())
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


def _days(orders: Iterable[Order], span: Span, zone: str) -> tuple[DaySales, ...]:
    by_day: defaultdict[date, list[Order]] = defaultdict(list)
    for order in orders:
        by_day[local_day(order.placed_at, zone)].append(order)
    return tuple(
        DaySales(date=day, revenue=revenue_of(by_day[day]), orders=len(by_day[day])) for day in span.days()
    )


def by_week(orders: Iterable[Order], today: date, weeks: int, zone: str) -> list[WeekSales]:
    """The last whole weeks, oldest first; the newest ended yesterday. Those before the first sale are left out."""
    first = today - timedelta(days=7 * weeks)
    found: list[list[Order]] = [[] for _ in range(weeks)]
    for order in orders:
        day = local_day(order.placed_at, zone)
        if order.is_revenue and first <= day < today:
            found[(day - first).days // 7].append(order)
    began = next((number for number, sold in enumerate(found) if sold), weeks)
    return [
        WeekSales(week=first + timedelta(days=7 * number), revenue=revenue_of(sold), orders=len(sold))
        for number, sold in enumerate(found)
        if number >= began
    ]


def by_location(locations: Iterable[Location], orders: Sequence[Order], period: Compared) -> list[LocationSales]:
    """Every location, also one that sold nothing, best first; a location nobody knows stands under its id."""
    names: dict[str | None, str] = {location.id: location.name for location in locations}
    sold: defaultdict[str | None, list[Order]] = defaultdict(list)
    before: defaultdict[str | None, list[Order]] = defaultdict(list)
    for order in orders:
        if not order.is_revenue:
            continue
        if period.current.holds(order.placed_at):
            sold[order.location_id].append(order)
        elif period.previous.holds(order.placed_at):
            before[order.location_id].append(order)
    whole = sum((revenue_of(found) for found in sold.values()), Decimal(0))
    rows = []
    for key in dict.fromkeys([*names, *sold, *before]):
        now, then = totals(sold[key], period.current), totals(before[key], period.previous)
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
