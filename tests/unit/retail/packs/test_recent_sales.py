"""What was sold lately, from one document, is what the orders say, whatever is written and packed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.gcp import clients
from shared.retail.packs import recent_sales, stale_sales
from shared.retail.packs.repair import repair
from tests.harness.memory_clients import use_memory
from tests.harness.profiles import examples
from tests.harness.whole_collections import read_whole
from tests.unit.retail.packs.shop import ORG, WRITES, Shop, fixed_documents
from tests.unit.steps.fakes import NOW

WINDOW = timedelta(days=30)
OLD = {"placedAt": NOW - timedelta(days=9), "total": 20, "items": [{"itemId": "i0", "name": "Item 0", "price": 20}]}


@pytest.fixture(autouse=True)
def _google(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    yield
    clients.forget_clients()


def a_shop() -> Shop:
    """Of which every day is packed."""
    use_memory(fixed_documents())
    for _ in range(4):
        repair(ORG, NOW)
    return Shop()


def sold(now: datetime = NOW) -> tuple[list[Any], list[datetime]]:
    found = recent_sales.between(ORG, now - WINDOW, now)
    order = sorted(found.lines, key=lambda one: (one.placed_at, one.item_id, one.name, one.quantity))
    return order, sorted(found.malformed)


def require_the_same(now: datetime = NOW) -> None:
    with read_whole():
        expected = recent_sales._read(ORG, now - WINDOW, now)
    order = sorted(expected.lines, key=lambda one: (one.placed_at, one.item_id, one.name, one.quantity))
    assert sold(now) == (order, sorted(expected.malformed))


def is_kept() -> bool:
    fields = stale_sales.reference(ORG).get().to_dict() or {}
    return fields.get("packed") is not None and not stale_sales.concerns(fields.get("stale"), fields["until"])


@settings(max_examples=examples(15), deadline=None)
@given(writes=st.lists(WRITES, max_size=10), days=st.lists(st.integers(0, 2), max_size=3), chance=st.randoms())
def test_after_every_write_whose_event_arrived(writes: list[Any], days: list[int], chance: Random) -> None:
    shop = a_shop()
    require_the_same()
    for write in writes:
        shop.write(*write)
        if chance.random() < 0.7:
            chance.shuffle(shop.untold)
            while shop.untold:
                shop.untold.pop().tell()
            require_the_same()
    while shop.untold:
        shop.untold.pop().tell()
    now = NOW
    for later in days:
        now += timedelta(days=later, hours=7)
        if chance.random() < 0.5:
            repair(ORG, now)
        require_the_same(now)


def test_recent_sales_are_used_if_no_old_order_was_written() -> None:
    shop = a_shop()
    sold()
    assert is_kept()
    shop.write("orders", "o1", {**OLD, "placedAt": NOW - timedelta(minutes=5)})
    shop.untold.pop().tell()
    assert is_kept()
    with mock.patch.object(recent_sales, "_read", side_effect=recent_sales._read) as reading:
        assert len(sold()[0]) == 1
    (of_today,) = reading.call_args_list
    assert of_today.args[2] - of_today.args[1] < timedelta(days=2)


def test_an_order_of_a_finished_day_invalidates_recent_sales() -> None:
    shop = a_shop()
    sold()
    shop.write("orders", "o1", OLD)
    shop.untold.pop().tell()
    assert not is_kept()
    assert len(sold()[0]) == 1
    assert is_kept()


def test_an_event_that_arrives_during_packing_is_included() -> None:
    shop = a_shop()
    read = recent_sales._read

    def told_meanwhile(*span: Any) -> Any:
        found = read(*span)
        if shop.untold:
            shop.untold.pop().tell()
        return found

    shop.write("orders", "o1", OLD)
    with mock.patch.object(recent_sales, "_read", told_meanwhile):
        sold()
    assert len(sold()[0]) == 1


def test_days_that_are_not_packed_are_in_no_document() -> None:
    use_memory(fixed_documents())
    shop = Shop()
    shop.write("orders", "o1", OLD)
    assert len(sold()[0]) == 1
    assert not is_kept()


def test_unreadable_recent_sales_are_rebuilt() -> None:
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    shop.untold.pop().tell()
    sold()
    stale_sales.reference(ORG).update({"packed": b"?"})
    assert len(sold()[0]) == 1
    assert is_kept()


def test_a_day_later_only_the_day_between_is_read() -> None:
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    shop.untold.pop().tell()
    # The week before is packed on Mondays, and the document is then made anew.
    today, tomorrow = NOW + timedelta(days=1), NOW + timedelta(days=2)
    repair(ORG, today)
    sold(today)
    with mock.patch.object(recent_sales, "_read", side_effect=recent_sales._read) as reading:
        repair(ORG, tomorrow)
        assert len(sold(tomorrow)[0]) == 1
    spans = [one.args[2] - one.args[1] for one in reading.call_args_list]
    assert spans[0] == timedelta(days=1)
    assert all(span <= timedelta(days=1) for span in spans)
    assert is_kept()
    require_the_same(tomorrow)


def test_lines_leave_recent_sales_after_thirty_days() -> None:
    shop = a_shop()
    shop.write("orders", "o1", {**OLD, "placedAt": NOW - timedelta(days=29)})
    shop.untold.pop().tell()
    assert len(sold()[0]) == 1
    later = NOW + timedelta(days=2)
    repair(ORG, later)
    assert sold(later)[0] == []
