"""Segments as campaigns read them are those that the lists show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.documents.customers import Customer
from shared.documents.orders import Order
from shared.retail import audience
from shared.retail.audience import SegmentOf, ids_in
from shared.retail.customers import Segment, segment_of, vips
from tests.unit.retail.builders import profiles_of

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


def customers() -> list[Customer]:
    return [
        Customer(
            id=f"c{number}",
            name="A",
            last_order_at=NOW - timedelta(days=number * 3) if number % 4 else None,
            order_count=number % 7,
            total_spent=Decimal(number * 10),
            created_at=NOW - timedelta(days=number * 5),
            birthday="11-25" if number % 10 == 0 else "13-45",
        )
        for number in range(60)
    ]


def orders() -> list[Order]:
    return [_order(number, Decimal(2000 if number < 8 else 99)) for number in range(40)]


def _order(number: int, total: Decimal) -> Order:
    return Order(id=f"o{number}", placed_at=NOW - timedelta(days=number), total=total, customer_id=f"c{number}")


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    class People(list[Customer]):
        malformed_ids = ("odd",)

    monkeypatch.setattr(audience, "CustomerStream", lambda *_: People(customers()))
    monkeypatch.setattr(audience, "OrderStream", lambda *_, with_lines: iter(orders()))  # noqa: ARG005


def ids(wanted: SegmentOf) -> list[str]:
    return list(ids_in("o", wanted, NOW, "UTC", []))


@pytest.mark.parametrize("name", [segment.value for segment in Segment])
def test_a_segment_is_that_of_the_list(name: str) -> None:
    people = profiles_of(customers(), orders(), NOW)
    top = vips(people)
    expected = [one.customer.id for one in people if segment_of(one, top, NOW, 30, 90) == name]
    assert ids(SegmentOf.model_validate({"name": name})) == expected


def test_the_other_segments_are_all_the_inactive_and_those_with_a_birthday() -> None:
    assert len(ids(SegmentOf(name="all"))) == 60
    assert ids(SegmentOf(name="birthday")) == ["c0", "c10", "c20", "c30", "c40", "c50"]
    away = [one.customer.id for one in profiles_of(customers(), orders(), NOW) if 50 <= (one.days_since or 0) <= 60]
    assert ids(SegmentOf(name="inactive", days=50, max_days=60)) == away


def test_documents_that_are_not_customers_are_named_once() -> None:
    malformed: list[str] = []
    assert list(ids_in("o", SegmentOf(name="vip"), NOW, "UTC", malformed))
    assert malformed == ["odd"]


@pytest.mark.parametrize("given", [{"atRiskDays": 90}, {"days": 9, "maxDays": 3}, {"nights": 1}])
def test_days_that_make_no_sense_are_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"expected|permitted"):
        SegmentOf.model_validate({"name": "inactive", **given})
