"""Segments, the best customers, and who may be written to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.customers import Customer
from shared.retail.customers import Profile, Segment, contact_row, segment_of, segments, vips
from shared.retail.loyalty import health
from tests.unit.retail.builders import NOW, ZONE, customer, order, profiles_of


def _ago(days: float) -> Any:
    return NOW - timedelta(days=days)


def _one(**fields: Any) -> Profile:
    return profiles_of([customer(**fields)], [], NOW)[0]


def _segment(one: Profile, top: frozenset[str] = frozenset()) -> Segment:
    return segment_of(one, top, NOW, 30, 90)


@pytest.mark.parametrize(
    ("last", "orders", "joined", "segment"),
    [
        (5, 1, 10, Segment.NEW),
        (5, 3, 10, Segment.ACTIVE),
        (5, 2, 200, Segment.ACTIVE),
        (5, 2, None, Segment.ACTIVE),
        (5, 5, 200, Segment.LOYAL),
        (29.9, 5, 200, Segment.LOYAL),
        (30, 5, 200, Segment.AT_RISK),
        (89, 1, 200, Segment.AT_RISK),
        (90, 40, 900, Segment.LAPSED),
        (None, 0, 3, Segment.NEW),
        (None, 0, 300, Segment.LAPSED),
    ],
)
def test_each_customer_is_in_the_right_segment(
    last: float | None, orders: int, joined: float | None, segment: Segment
) -> None:
    one = _one(
        last_order_at=None if last is None else _ago(last),
        order_count=orders,
        created_at=None if joined is None else _ago(joined),
    )
    assert _segment(one) is segment


def test_an_inactive_vip_is_at_risk() -> None:
    top = frozenset({"c"})
    assert _segment(_one(last_order_at=_ago(5), order_count=9), top) is Segment.VIP
    assert _segment(_one(last_order_at=_ago(50), order_count=9), top) is Segment.AT_RISK


def test_orders_bring_an_old_document_up_to_date_and_never_make_it_less() -> None:
    old = customer(order_count=3, total_spent=90, last_order_at=_ago(60))
    (fresh,) = profiles_of([old], [order(50, days_ago=2, customer_id="c")], NOW)
    assert (fresh.orders, fresh.spent, fresh.days_since) == (3, Decimal("90.00"), 2)
    (counted,) = profiles_of([customer()], [order(50, customer_id="c"), order(20, customer_id="c")], NOW)
    assert (counted.orders, counted.spent, counted.days_since) == (2, Decimal("70.00"), 1)
    (none,) = profiles_of([customer()], [order(50, customer_id="c", status="cancelled"), order(9)], NOW)
    assert (none.orders, none.spent, none.days_since) == (0, Decimal(0), None)


def test_the_best_tenth_of_the_buyers_are_vips_and_one_at_least() -> None:
    def people(count: int) -> list[Profile]:
        return profiles_of([customer(f"c{n:02d}", total_spent=n) for n in range(count)], [], NOW)

    assert vips(people(1)) == frozenset()
    assert vips(people(3)) == {"c02"}
    assert vips(people(21)) == {"c20", "c19"}


def test_customers_who_opted_out_cannot_be_reached() -> None:
    told = {
        "email": "a@x.example",
        "phone": "(315)-555-0142",
        "sms_consent": {"at": NOW, "source": "checkout form"},
    }
    free = contact_row(_one(**told), ZONE)
    assert (free.email, free.phone) == ("a@x.example", "+13155550142")
    silent = contact_row(_one(**told, email_opt_out=True, sms_opt_out=True), ZONE)
    assert (silent.email, silent.phone) == (None, None)
    unasked = contact_row(_one(**{**told, "sms_consent": None}), ZONE)
    assert (unasked.email, unasked.phone) == ("a@x.example", None)


CUSTOMERS = st.lists(
    st.builds(
        lambda last, orders, spent, joined, points: {
            "last_order_at": None if last is None else _ago(last),
            "order_count": orders,
            "total_spent": Decimal(spent) / 100,
            "created_at": _ago(joined),
            "loyalty_points": points,
        },
        st.none() | st.integers(0, 400),
        st.integers(0, 50),
        st.integers(0, 10**6),
        st.integers(0, 400),
        st.integers(0, 500),
    ),
    max_size=30,
)


@given(CUSTOMERS)
def test_every_customer_is_in_exactly_one_segment(people: list[dict[str, Any]]) -> None:
    found = profiles_of([customer(str(n), **fields) for n, fields in enumerate(people)], [], NOW)
    rows = segments(found, NOW, ZONE, at_risk_days=30, lapsed_days=90)
    assert [row.segment for row in rows] == list(Segment)
    assert sum(row.count for row in rows) == len(people)
    assert sum(row.revenue for row in rows) == sum(one.spent for one in found)
    assert all(len(row.examples) <= 5 for row in rows)


@given(CUSTOMERS)
def test_the_tiers_hold_all_members_and_all_their_points(people: list[dict[str, Any]]) -> None:
    found = health(profiles_of([customer(str(n), **fields) for n, fields in enumerate(people)], [], NOW))
    assert sum(row.members for row in found.tiers) == found.members <= found.customers
    assert sum(row.points for row in found.tiers) == pytest.approx(found.points_outstanding)
    assert (found.enrolled_percent is None) == (not people)


def test_the_loyalty_programme_is_measured() -> None:
    people: list[Customer] = [
        customer("gold", loyalty_tier="Gold", loyalty_points=200, order_count=4, total_spent=400,
                 last_order_at=_ago(3)),
        customer("points", loyalty_points=50, order_count=1, total_spent=100, last_order_at=_ago(60)),
        customer("other", order_count=2, total_spent=60, last_order_at=_ago(3)),
        customer("looker"),
    ]  # fmt: skip
    found = health(profiles_of(people, [], NOW))
    assert (found.members, found.enrolled_percent, found.points_outstanding) == (2, Decimal(50), 250)
    assert (found.repeat_percent, found.active_members_percent) == (Decimal("66.7"), Decimal(50))
    assert (found.member_average, found.other_average) == (Decimal(250), Decimal(60))
    assert [(row.tier, row.members) for row in found.tiers] == [("Gold", 1), ("no tier", 1)]
