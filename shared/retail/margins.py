"""Item margins, and what a better price would earn. Amounts in USD."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from shared.documents.inventory import Item
from shared.retail.demand import Velocity
from shared.retail.figures import Percent, ProductPicture, Row, cents, percent_of, times
from shared.values.money import Money

LARGEST_RAISE = Decimal("1.10")
"""The largest raise customers accept at once."""
PRICE_STEP = Decimal("0.50")
DAYS_A_MONTH = 30


class ThinMargin(Row):
    """An item below the target margin. `targetPrice` would reach it; `suggestedPrice` moves at most 10% toward it.

    `gainPerMonth`: extra profit in 30 days at the suggested price and the current sales pace.
    """

    id: str
    name: str
    category: str | None
    price: Money
    cost: Money
    margin_percent: Percent
    sold_per_month: float
    target_price: Money
    suggested_price: Money
    gain_per_month: Money
    image_url: ProductPicture = None


class CategoryMargin(Row):
    """A category; `marginPercent` is weighted by sales, or unweighted without sales."""

    category: str
    items: int
    margin_percent: Percent | None
    profit_per_month: Money


@dataclass(frozen=True, slots=True)
class Margins:
    """`thin`: items below the target, largest gain first. Only items with a price and a cost count."""

    thin: tuple[ThinMargin, ...]
    categories: tuple[CategoryMargin, ...]
    margin_percent: Decimal | None
    priced: int
    without_cost: int
    profit_per_month: Decimal
    gain_per_month: Decimal


@dataclass(frozen=True, slots=True)
class _Line:
    item: Item
    price: Decimal
    cost: Decimal
    units: float
    """Units per 30 days."""


def margins(items: Iterable[Item], speed: Mapping[str, Velocity], target_percent: Decimal) -> Margins:
    """Item margins against a target below 100 percent."""
    listed = list(items)
    lines = [
        _Line(item, item.price, item.cost, round(speed.get(item.id, Velocity()).per_day * DAYS_A_MONTH, 2))
        for item in listed
        if item.price and item.cost
    ]
    thin = [row for line in lines if (row := _thin(line, target_percent)) is not None]
    thin.sort(key=lambda row: (-row.gain_per_month, row.margin_percent, row.name.casefold(), row.id))
    return Margins(
        thin=tuple(thin),
        categories=_categories(lines),
        margin_percent=_margin(lines),
        priced=len(lines),
        without_cost=sum(item.cost is None for item in listed),
        profit_per_month=_profit(lines),
        gain_per_month=sum((row.gain_per_month for row in thin), Decimal(0)),
    )


def _thin(line: _Line, target_percent: Decimal) -> ThinMargin | None:
    margin = percent_of(line.price - line.cost, line.price)
    if margin is None or margin >= target_percent:
        return None
    target = _up(line.cost / (1 - target_percent / 100))
    suggested = min(target, _up(line.price * LARGEST_RAISE))
    return ThinMargin(
        id=line.item.id,
        name=line.item.name,
        category=line.item.category,
        price=line.price,
        cost=line.cost,
        margin_percent=margin,
        sold_per_month=line.units,
        target_price=target,
        suggested_price=suggested,
        gain_per_month=times(suggested - line.price, line.units),
        image_url=line.item.image_url,
    )


def _up(price: Decimal) -> Decimal:
    """Rounded up to the next half dollar."""
    return cents((price / PRICE_STEP).quantize(Decimal(1), ROUND_CEILING) * PRICE_STEP)


def _categories(lines: Iterable[_Line]) -> tuple[CategoryMargin, ...]:
    """Lowest margin first."""
    found: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        found[(line.item.category or "").strip() or "No category"].append(line)
    rows = [
        CategoryMargin(category=name, items=len(own), margin_percent=_margin(own), profit_per_month=_profit(own))
        for name, own in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.margin_percent or Decimal(0), row.category.casefold())))


def _margin(lines: Sequence[_Line]) -> Decimal | None:
    sold = any(line.units > 0 for line in lines)
    revenue = sum((times(line.price, line.units if sold else 1) for line in lines), Decimal(0))
    spent = sum((times(line.cost, line.units if sold else 1) for line in lines), Decimal(0))
    return percent_of(revenue - spent, revenue)


def _profit(lines: Iterable[_Line]) -> Decimal:
    return sum((times(line.price - line.cost, line.units) for line in lines), Decimal(0))
