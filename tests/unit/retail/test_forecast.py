"""The forecast: what a steady shop expects, which method is taken, and when things run out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.orders import Order
from shared.retail.forecast import HISTORY_DAYS, METHODS, History, build_history, forecast, weekday_factors
from shared.retail.periods import local_day
from tests.unit.retail.builders import NOW, ZONE, item, sale

TODAY = local_day(NOW, ZONE)


def _steady(per_day: float, days: int = 56, name: str = "a") -> list[Order]:
    return [sale(name, per_day, days_ago=ago) for ago in range(1, days + 1)]


def _history(units: list[float]) -> History:
    days = tuple(TODAY - timedelta(days=len(units) - n) for n in range(len(units)))
    return History(days, {"a": tuple(units)})


def test_steady_sales_are_forecast_without_error() -> None:
    history = build_history([item("a")], _steady(3), TODAY, ZONE)
    found = forecast([item("a", quantity=10)], history, TODAY, 14)
    (row,) = found.items
    assert (row.expected_units, row.per_day) == (42, 3)
    assert found.backtest is not None
    assert (found.backtest.days, found.backtest.error_percent, found.backtest.daily_error_percent) == (14, 0, 0)


def test_stock_runs_out_on_the_day_the_last_unit_sells() -> None:
    history = build_history([item("a")], _steady(3), TODAY, ZONE)
    for quantity, days in ((10, 3), (9, 2), (0.5, 0), (0, 0)):
        (row,) = forecast([item("a", quantity=quantity)], history, TODAY, 14).items
        assert (row.stock_out_date, row.days_until_stock_out) == (TODAY + timedelta(days=days), days)


def test_an_item_that_does_not_sell_never_runs_out() -> None:
    history = build_history([item("a"), item("b")], _steady(3), TODAY, ZONE)
    rows = forecast([item("a", quantity=1), item("b", quantity=1)], history, TODAY, 14).items
    assert [(row.id, row.expected_units) for row in rows] == [("a", 42), ("b", 0)]
    assert rows[1].stock_out_date is None


def test_a_shop_that_sells_on_saturdays_only_is_seen_through() -> None:
    units = [5.0 if (TODAY - timedelta(days=56 - n)).weekday() == 5 else 0.0 for n in range(56)]
    factors = weekday_factors(_history(units))
    assert max(range(7), key=factors.__getitem__) == 5
    found = forecast([item("a", quantity=100)], _history(units), TODAY, 7)
    assert found.method == "weekday_moving_average"


def test_growing_sales_are_forecast_by_the_method_that_favors_recent_days() -> None:
    units = [1.0] * 30 + [12.0] * 26
    found = forecast([item("a", quantity=100)], _history(units), TODAY, 7)
    assert found.method == "exponential_smoothing"


def test_short_history_is_not_backtested_and_none_forecasts_zero() -> None:
    short = build_history([item("a")], _steady(2, days=9), TODAY, ZONE)
    found = forecast([item("a")], short, TODAY, 7)
    assert (found.backtest, found.history_days) == (None, 9)
    assert found.items[0].expected_units == pytest.approx(14)
    nothing = forecast([item("a", quantity=4)], build_history([item("a")], [], TODAY, ZONE), TODAY, 7)
    assert (nothing.backtest, nothing.history_days) == (None, 0)
    assert (nothing.items[0].expected_units, nothing.items[0].stock_out_date) == (0, None)


def test_today_and_days_older_than_eight_weeks_are_not_history() -> None:
    orders = [sale("a", 5, days_ago=0.01), sale("a", 1, days_ago=2), sale("a", 9, days_ago=HISTORY_DAYS + 3)]
    history = build_history([item("a")], orders, TODAY, ZONE)
    assert history.series["a"] == (1.0, 0.0)
    assert history.days[-1] == TODAY - timedelta(days=1)


def test_an_item_that_came_later_has_a_shorter_series() -> None:
    items = [item("a"), item("b", created_at=NOW - timedelta(days=3))]
    history = build_history(items, [*_steady(1, days=10), sale("b", 4, days_ago=2)], TODAY, ZONE)
    assert (len(history.series["a"]), history.series["b"]) == (10, (0.0, 4.0, 0.0))


SERIES = st.lists(st.floats(0, 100), min_size=0, max_size=56)


@given(SERIES, st.floats(0, 1_000), st.integers(1, 90))
def test_a_forecast_is_never_negative_and_more_stock_never_runs_out_sooner(
    units: list[float], quantity: float, days: int
) -> None:
    history = _history(units)
    (less,) = forecast([item("a", quantity=quantity)], history, TODAY, days).items
    (more,) = forecast([item("a", quantity=quantity + 10)], history, TODAY, days).items
    assert less.expected_units >= 0
    assert less.expected_units == more.expected_units
    assert (less.stock_out_date or date.max) <= (more.stock_out_date or date.max)


@given(SERIES.filter(bool), st.sampled_from(sorted(METHODS)))
def test_every_method_stays_within_the_range_of_weekly_averages(units: list[float], method: str) -> None:
    week = [TODAY + timedelta(days=n) for n in range(7)]
    predicted = METHODS[method][0](_history(units), week)["a"]
    assert min(units) - 1e-6 <= sum(predicted) / 7 <= max(units) + 1e-6
    assert min(predicted) >= 0


@given(SERIES)
def test_weekday_factors_are_one_on_average(units: list[float]) -> None:
    factors = weekday_factors(_history(units))
    assert sum(factors) == pytest.approx(7)
    assert min(factors) >= 0
