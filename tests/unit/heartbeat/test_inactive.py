"""Who has become inactive: thirty days after the last order, told within a week of that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.documents.customers import Customer
from shared.heartbeat.inactive import newly_inactive
from tests.unit.heartbeat.facts import facts

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(("days", "is_news"), [(29.9, False), (30, True), (36.9, True), (37, False)])
def test_thirty_days_and_a_week_to_notice(days: float, is_news: bool) -> None:
    customer = Customer(id="c1", last_order_at=NOW - timedelta(days=days), order_count=2)
    inputs = facts(now=NOW, customers=[customer])
    assert [one.id for one in newly_inactive(inputs)] == (["c1"] if is_news else [])


def test_a_customer_without_orders_does_not_become_inactive() -> None:
    assert newly_inactive(facts(now=NOW, customers=[Customer(id="c1")])) == []
