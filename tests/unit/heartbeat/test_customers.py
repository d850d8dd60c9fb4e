"""Who stays away, and whose birthday it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.heartbeat.checks.customers import at_risk_customers, birthdays, vip_inactivity
from tests.unit.heartbeat.facts import ago, customer, facts, order

WHALE = customer("whale", total_spent=9_000, order_count=40, last_order_at=ago(days=1))


def people(**fields: Any) -> list[Any]:
    return [WHALE, customer("ann", total_spent=100, order_count=3, **fields)]


@pytest.mark.parametrize(("days", "found"), [(29.9, 0), (30, 1), (89.9, 1), (90, 0)])
def test_a_customer_is_at_risk_from_thirty_days_to_ninety(days: float, found: int) -> None:
    assert len(at_risk_customers(facts(customers=people(last_order_at=ago(days=days))))) == found


def test_an_order_that_the_document_does_not_know_of_counts() -> None:
    lately = [order("o1", ago(days=2), customer_id="ann")]
    assert at_risk_customers(facts(customers=people(last_order_at=ago(days=60)), orders=lately)) == []


def test_a_customer_without_orders_is_not_at_risk() -> None:
    assert at_risk_customers(facts(customers=people())) == []


@pytest.mark.parametrize(("days", "level"), [(29, None), (30, 1), (59, 1), (60, 2), (90, 3), (400, 3)])
def test_an_inactive_vip_is_reported_again_every_thirty_days(days: int, level: int | None) -> None:
    vip = customer("vip", total_spent=5_000, last_order_at=ago(days=days))
    found = vip_inactivity(facts(customers=[vip, customer("ann", total_spent=1, last_order_at=ago(days=days))]))
    assert [(one.key, one.level) for one in found] == ([] if level is None else [("customer:vip", level)])


def test_a_vip_is_not_reported_by_two_checks() -> None:
    everybody = facts(customers=[customer("vip", total_spent=5_000, last_order_at=ago(days=40))])
    assert at_risk_customers(everybody) == []
    assert len(vip_inactivity(everybody)) == 1


@pytest.mark.parametrize(
    ("birthday", "found"),
    [("11-23", 1), ("1990-11-23", 1), ("11-24", 0), ("11-22", 0), ("November", 0), (None, 0)],
)
def test_birthdays_are_todays(birthday: str | None, found: int) -> None:
    assert len(birthdays(facts(customers=[customer("ann", birthday=birthday)]))) == found


def test_the_day_is_that_of_the_orgs_zone() -> None:
    late = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert len(birthdays(facts(now=late, customers=[customer("ann", birthday="11-23")]))) == 1
    assert len(birthdays(facts(timezone="Etc/UTC", now=late, customers=[customer("ann", birthday="11-23")]))) == 0


def test_a_leap_day_birthday_is_celebrated_every_year() -> None:
    day = datetime(2027, 2, 28, 17, tzinfo=UTC)
    assert len(birthdays(facts(now=day, customers=[customer("ann", birthday="02-29")]))) == 1


def test_next_years_birthday_is_another_finding() -> None:
    first, second = (
        birthdays(facts(now=datetime(year, 11, 23, 17, tzinfo=UTC), customers=[customer("a", birthday="11-23")]))
        for year in (2026, 2027)
    )
    assert first[0].key != second[0].key


@pytest.mark.parametrize("customer_id", ["c-17", "ann@b.example"])
def test_findings_that_every_member_reads_name_no_customer(customer_id: str) -> None:
    person = customer(
        customer_id, name="Ann Nonymous", birthday="11-23", total_spent=50, last_order_at=ago(days=40)
    )
    best = customer("best", name="Bea Best", total_spent=5_000, last_order_at=ago(days=1))
    found = [
        *birthdays(facts(customers=[person])),
        *vip_inactivity(facts(customers=[person])),
        *at_risk_customers(facts(customers=[person, best])),
    ]
    assert len(found) == 3
    said = [one.title for one in found]
    assert said[1:] == [
        "No order for 40 days: a VIP with 0 orders and $50 spent",
        "No order for 40 days: a customer with 0 orders and $50 spent",
    ]
    assert not [word for word in ("Ann", customer_id) if word in str([(one.title, one.body) for one in found])]
