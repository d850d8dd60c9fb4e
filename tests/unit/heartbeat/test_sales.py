"""A week far from the one before, orders unlike the others, a day without any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.documents.orders import Order
from shared.heartbeat.checks.sales import order_anomalies, sales_velocity
from tests.unit.heartbeat.facts import ago, facts, order


def daily(days: range, a_day: int = 5, total: Callable[[int], float] = lambda _day: 50) -> list[Order]:
    """`a_day` orders on each of the days so many days ago (0: today, whose noon is now)."""
    return [
        order(f"o{day}-{n}", ago(days=day, minutes=1 + n), total(day))
        for day in reversed(days)
        for n in range(a_day)
    ]


def weeks(last: float, before: float) -> list[Order]:
    return daily(range(1, 15), total=lambda day: last if day <= 7 else before)


@pytest.mark.parametrize(
    ("last", "before", "expected"),
    [
        (70.1, 100, None),
        (70, 100, ("down", 1, "warning")),
        (50, 100, ("down", 2, "warning")),
        (30, 100, ("down", 3, "warning")),
        (129.9, 100, None),
        (130, 100, ("up", 1, "info")),
        (100, 100, None),
    ],
)
def test_thirty_percent_more_or_less(last: float, before: float, expected: tuple[Any, ...] | None) -> None:
    found = sales_velocity(facts(orders=weeks(last, before)))
    assert [(one.key, one.level, one.severity) for one in found] == ([] if expected is None else [expected])


def test_today_does_not_count_for_the_week() -> None:
    today = [order("big", ago(minutes=5), 100_000)]
    assert sales_velocity(facts(orders=[*weeks(100, 100), *today])) == []


def test_a_few_orders_make_no_pace() -> None:
    assert sales_velocity(facts(orders=daily(range(8, 15), 1))) == []
    assert sales_velocity(facts(orders=[])) == []


def test_cancelled_orders_are_not_sales() -> None:
    cancelled = [one.model_copy(update={"status": "cancelled"}) for one in daily(range(8, 15))]
    assert sales_velocity(facts(orders=[*cancelled, *daily(range(1, 8))])) == []


def usual() -> list[Order]:
    return daily(range(2, 30), total=lambda day: 40 + day % 3 * 10)


@pytest.mark.parametrize(("total", "found"), [(150, 0), (150.01, 1), (5_000, 1)])
def test_an_order_far_above_the_others(total: float, found: int) -> None:
    # The others: 40, 50 and 60, so the limit is three times their median.
    orders = [*usual(), *daily(range(1, 2)), order("big", ago(hours=2), total)]
    assert [one.key for one in order_anomalies(facts(orders=orders))] == ["order:big"] * found


def test_an_order_before_yesterday_is_not_reported() -> None:
    orders = [*usual(), *daily(range(1, 2)), order("big", ago(days=3), 5_000)]
    assert order_anomalies(facts(orders=orders)) == []


def test_a_young_shop_has_no_unusual_orders() -> None:
    assert order_anomalies(facts(orders=[*daily(range(2, 7)), order("big", ago(hours=2), 5_000)])) == []


def test_a_day_without_orders_where_four_such_days_had_some() -> None:
    (found,) = order_anomalies(facts(orders=usual()))
    assert (found.key, found.severity) == ("none:2026-11-22", "critical")
    assert found.title == "You had no orders on Sun, Nov 22"


def test_a_day_without_orders_is_normal_if_the_shop_is_often_closed() -> None:
    closed = ago(days=15).date()
    orders = [one for one in usual() if one.placed_at.date() != closed]
    assert order_anomalies(facts(orders=orders)) == []
    assert order_anomalies(facts(orders=daily(range(2, 30), a_day=4))) == []
