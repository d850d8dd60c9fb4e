"""Demand forecast per item, using the method with the smallest recent error.

Three simple methods are backtested on the last days and the best one is used. No model is involved, and the
method's error is part of the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.retail.demand import ONE_DAY, units_by_day
from shared.retail.figures import ProductPicture, Row
from shared.retail.periods import local_day

HISTORY_DAYS = 56
MOVING_DAYS = 28
SMOOTHING = 0.2
BACKTEST_DAYS = 14
LEAST_TRAINING_DAYS = 7
LOOK_AHEAD_DAYS = 365
"""Items that last longer than this get no stock-out date."""
_PRIOR_WEEKS = 2
"""Each weekday factor is smoothed as if seen this many extra times at the average: a few weeks prove little."""


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


Predict = Callable[[History, Sequence[date]], dict[str, list[float]]]
"""Units of each item on each day."""


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
    first_day = days[0]
    if item.created_at is not None:
        first_day = min([local_day(item.created_at, zone), *units])
    return tuple(units.get(day, 0.0) for day in days if day >= first_day)


class Backtest(Row):
    """The method's error over the last `days` days.

    `errorPercent`: error of the items' totals as a percent of units sold. `dailyErrorPercent`: the same for the
    whole shop per day. Both are None if nothing was sold.
    """

    days: int
    error_percent: float | None
    daily_error_percent: float | None


class ItemForecast(Row):
    """`expectedUnits` covers the whole forecast. `stockOutDate` is None if the stock lasts over a year."""

    id: str
    name: str
    category: str | None
    on_hand: float
    expected_units: float
    per_day: float
    stock_out_date: date | None
    days_until_stock_out: int | None
    image_url: ProductPicture = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Items sorted by stock-out date, then by expected sales."""

    method: str
    method_words: str
    backtest: Backtest | None
    items: tuple[ItemForecast, ...]
    history_days: int
    first: date
    last: date


def forecast(items: Sequence[Item], history: History, today: date, days: int) -> Forecast:
    """Forecast `days` days, starting today."""
    method, backtest = _best(history)
    ahead = [today + timedelta(days=n) for n in range(max(days, LOOK_AHEAD_DAYS))]
    predicted = METHODS[method][0](history, ahead)
    rows = [_row(item, predicted[item.id], ahead, days) for item in items]
    rows.sort(key=lambda row: (row.stock_out_date or date.max, -row.expected_units, row.name.casefold(), row.id))
    return Forecast(
        method,
        METHODS[method][1],
        backtest,
        tuple(rows),
        len(history.days),
        today,
        today + timedelta(days=days - 1),
    )


def _row(item: Item, units: Sequence[float], ahead: Sequence[date], days: int) -> ItemForecast:
    runs_out = _runs_out(item.on_hand, units) if any(units) else None
    expected = sum(units[:days])
    return ItemForecast(
        id=item.id,
        name=item.name,
        category=item.category,
        on_hand=item.on_hand,
        expected_units=round(expected, 1),
        per_day=round(expected / days, 2),
        stock_out_date=None if runs_out is None else ahead[runs_out],
        days_until_stock_out=runs_out,
        image_url=item.image_url,
    )


def _runs_out(on_hand: float, units: Sequence[float]) -> int | None:
    """Index of the day the stock runs out."""
    left = on_hand
    for day, expected in enumerate(units):
        left -= expected
        if left <= 1e-9:
            return day
    return None


def _best(history: History) -> tuple[str, Backtest | None]:
    """The method with the smallest error and its backtest; the first method if there is too little history."""
    held = min(BACKTEST_DAYS, len(history.days) - LEAST_TRAINING_DAYS)
    if held < LEAST_TRAINING_DAYS:
        return next(iter(METHODS)), None
    training, actual = history.before_last(held), history.last(held)
    tests = {
        name: _test(predict(training, history.days[-held:]), actual, held) for name, (predict, _) in METHODS.items()
    }
    best = min(tests, key=lambda name: _badness(tests[name]))
    return best, tests[best]


def _badness(test: Backtest) -> float:
    return (test.error_percent or 0.0) + (test.daily_error_percent or 0.0)


def _test(predicted: Mapping[str, Sequence[float]], actual: Mapping[str, Sequence[float]], held: int) -> Backtest:
    sold = sum(map(sum, actual.values()))
    if sold <= 0:
        return Backtest(days=held, error_percent=None, daily_error_percent=None)
    off_by_item = sum(abs(sum(predicted[name]) - sum(units)) for name, units in actual.items())
    shop_predicted = [sum(units[day] for units in predicted.values()) for day in range(held)]
    shop_actual = [
        sum(units[day - held] for units in actual.values() if len(units) >= held - day) for day in range(held)
    ]
    off_by_day = sum(abs(one - other) for one, other in zip(shop_predicted, shop_actual, strict=True))
    return Backtest(
        days=held,
        error_percent=round(100 * off_by_item / sold, 1),
        daily_error_percent=round(100 * off_by_day / sold, 1),
    )


def _moving_average(history: History, ahead: Sequence[date]) -> dict[str, list[float]]:
    return {name: [_mean(units[-MOVING_DAYS:])] * len(ahead) for name, units in history.series.items()}


def _weekday_average(history: History, ahead: Sequence[date]) -> dict[str, list[float]]:
    factors = weekday_factors(history)
    shape = [factors[day.weekday()] for day in ahead]
    levels = {name: _mean(units[-MOVING_DAYS:]) for name, units in history.series.items()}
    return {name: [level * factor for factor in shape] for name, level in levels.items()}


def _smoothed(history: History, ahead: Sequence[date]) -> dict[str, list[float]]:
    return {name: [_smooth(units)] * len(ahead) for name, units in history.series.items()}


METHODS: dict[str, tuple[Predict, str]] = {
    "weekday_moving_average": (_weekday_average, "the average of the last 28 days, shaped by the days of the week"),
    "moving_average": (_moving_average, "the average of the last 28 days"),
    "exponential_smoothing": (_smoothed, "an average that weights recent days more"),
}
"""The first is the default when there is too little history for a backtest."""


def weekday_factors(history: History) -> list[float]:
    """Each weekday's sales relative to the average, Monday first; their mean is 1.

    Computed for the whole shop: one item has too few sales.
    """
    shop = [0.0] * len(history.days)
    for units in history.series.values():
        for back in range(1, len(units) + 1):
            shop[-back] += units[-back]
    average = _mean(shop)
    if average <= 0:
        return [1.0] * 7
    seen: defaultdict[int, list[float]] = defaultdict(list)
    for day, sold in zip(history.days, shop, strict=True):
        seen[day.weekday()].append(sold / average)
    raw = [(sum(seen[day]) + _PRIOR_WEEKS) / (len(seen[day]) + _PRIOR_WEEKS) for day in range(7)]
    return [factor * 7 / sum(raw) for factor in raw]


def _smooth(units: Sequence[float]) -> float:
    """Simple exponential smoothing, starting from the first week's mean."""
    level = _mean(units[:LEAST_TRAINING_DAYS])
    for sold in units[LEAST_TRAINING_DAYS:]:
        level += SMOOTHING * (sold - level)
    return level


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
