"""Who has become inactive: thirty days after the last order, told within a week of that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.documents.customers import Customer
from shared.gcp import clients
from shared.heartbeat import inactive
from shared.heartbeat.inactive import newly_inactive
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.load import LoadedInputs, Section
from shared.heartbeat.shop_figures import Away
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
    known = b"8 bytes."
    marks = inactive.raise_events(
        "org_1", LoadedInputs(inputs, {unread: OSError("unavailable")} if unread else {}), known
    )
    assert raised == ([] if unread else ["c1"])
    assert (marks == known) is bool(unread)


def away(**days: float) -> LoadedInputs:
    """The day's facts of customers whose last order is so many days old."""
    customers = [
        Customer(id=name, last_order_at=NOW - timedelta(days=one), order_count=2) for name, one in days.items()
    ]
    return LoadedInputs(facts(now=NOW, customers=customers))


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch, _google: None) -> list[str]:
    """Ids of the customers whose event is created; that of `bea` cannot be, and that of `ann` is there."""
    names: list[str] = []

    def create(_org_id: str, one: Away, _facts: CheckInputs) -> bool:
        names.append(one.id)
        if one.id == "bea":
            raise ValueError("an id of more than 1,500 bytes")
        return one.id != "ann"

    monkeypatch.setattr(inactive, "_raise", create)
    return names


def test_an_event_that_is_there_is_not_created_again_and_one_that_is_not_is_tried_again(tried: list[str]) -> None:
    marks = inactive.raise_events("org_1", away(ann=31, bea=32, cy=33), b"")
    assert (tried, len(marks)) == (["ann", "bea", "cy"], 16)
    tried.clear()
    assert inactive.raise_events("org_1", away(ann=31, bea=32, cy=33), marks) == marks
    assert tried == ["bea"]


def test_a_later_order_is_news_and_what_a_week_has_passed_is_forgotten(tried: list[str]) -> None:
    marks = inactive.raise_events("org_1", away(ann=31, cy=36), b"")
    tried.clear()
    after = inactive.raise_events("org_1", away(ann=31, cy=30, dan=38), marks)
    assert (tried, len(after)) == (["cy"], 16)
    assert after[:8] == marks[:8]


def test_a_round_that_has_not_read_the_customers_forgets_nothing(tried: list[str]) -> None:
    marks = inactive.raise_events("org_1", away(ann=31), b"")
    assert inactive.raise_events("org_1", LoadedInputs(facts(now=NOW)), marks) == marks


def test_marks_that_are_cut_off_only_mean_that_an_event_is_tried_again(tried: list[str]) -> None:
    marks = inactive.raise_events("org_1", away(ann=31, cy=33), b"")
    tried.clear()
    assert inactive.raise_events("org_1", away(ann=31, cy=33), marks[:-3]) == marks
    assert tried == ["cy"]


def test_beyond_the_room_for_marks_everybody_is_told_of_all_the_same(
    tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inactive, "_MOST_MARKS", 1)
    marks = inactive.raise_events("org_1", away(ann=31, cy=33), b"")
    assert inactive.raise_events("org_1", away(ann=31, cy=33), marks) == marks
    assert tried == ["ann", "cy", "cy"]
