"""Who has become inactive: thirty days after the last order, told within a week of that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.documents.customers import Customer
from shared.gcp import clients
from shared.heartbeat import inactive
from shared.heartbeat.inactive import newly_inactive
from shared.heartbeat.load import LoadedInputs, Section
from tests.harness.memory_clients import use_memory
from tests.unit.heartbeat.facts import facts

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(("days", "is_news"), [(29.9, False), (30, True), (36.9, True), (37, False)])
def test_thirty_days_and_a_week_to_notice(days: float, is_news: bool) -> None:
    customer = Customer(id="c1", last_order_at=NOW - timedelta(days=days), order_count=2)
    inputs = facts(now=NOW, customers=[customer])
    assert [one.id for one in newly_inactive(inputs)] == (["c1"] if is_news else [])


def test_a_customer_without_orders_does_not_become_inactive() -> None:
    assert newly_inactive(facts(now=NOW, customers=[Customer(id="c1")])) == []


@pytest.fixture
def _google(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    use_memory({})
    yield
    clients.forget_clients()


@pytest.mark.usefixtures("_google")
@pytest.mark.parametrize("unread", [None, Section.ORDERS, Section.CUSTOMERS])
def test_nobody_becomes_inactive_while_orders_or_customers_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, unread: Section | None
) -> None:
    raised: list[str] = []
    monkeypatch.setattr(inactive, "_raise", lambda _, one, __: raised.append(one.id))
    inputs = facts(now=NOW, customers=[Customer(id="c1", last_order_at=NOW - timedelta(days=31), order_count=2)])
    inactive.raise_events("org_1", LoadedInputs(inputs, {unread: OSError("unavailable")} if unread else {}))
    assert raised == ([] if unread else ["c1"])
