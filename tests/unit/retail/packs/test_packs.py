"""How packs are begun, kept and given up, with somebody else writing at every moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest import mock
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import TransientError
from shared.gcp import clients
from shared.retail.packs import customer_shards, order_days, pack, week_parts
from shared.retail.packs import repair as repairing
from shared.retail.packs.codec import packed
from shared.retail.packs.pack import State
from shared.retail.packs.repair import repair
from shared.retail.packs.written import note_written
from tests.harness.memory_clients import use_memory
from tests.harness.memory_firestore import MemoryFirestore
from tests.harness.shop_records import customers_of, orders_of
from tests.unit.retail.packs.shop import ORG, Event, Shop
from tests.unit.steps.fakes import NOW

TODAY = order_days.day_name(NOW)
EARLIER = order_days.day_name(NOW - timedelta(days=5))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFirestore]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    monkeypatch.setattr(pack, "_LONGEST_PAUSE", 0)
    yield use_memory({})
    clients.forget_clients()


@pytest.fixture
def shop(server: MemoryFirestore) -> Shop:
    return Shop()


def order(total: float = 5, *, days_ago: int = 0) -> dict[str, Any]:
    return {"placedAt": NOW - timedelta(days=days_ago, minutes=5), "total": total}


def write(shop: Shop, document_id: str, fields: dict[str, Any] | None, collection: str = "orders") -> Event:
    shop.write(collection, document_id, fields)
    return shop.untold.pop()


def held(day: str = TODAY) -> dict[str, Any]:
    """The totals of the orders in the day's pack."""
    found = pack.read(order_days.DAYS, ORG, day)
    assert found is not None
    return {key: copy.fields["total"] for key, copy in found.copies.items() if copy is not None}


def week(days_ago: int) -> dict[str, Any] | None:
    """The same of the pack of a week; None where it is not complete."""
    name = order_days.monday((NOW - timedelta(days=days_ago)).date()).isoformat()
    found = pack.read(order_days.WEEKS, ORG, name)
    if found is None or found.state is not State.COMPLETE:
        return None
    return {key: copy.fields["total"] for key, copy in found.copies.items() if copy is not None}


def state(day: str = TODAY) -> State | None:
    found = pack.read(order_days.DAYS, ORG, day)
    return found.state if found else None


def meanwhile(function: str, call: Callable[[], object]) -> Any:
    """Something that happens once, right after a function of `pack` has answered for the first time."""
    original = getattr(pack, function)
    done: list[bool] = []

    def and_then(*args: Any, **options: Any) -> Any:
        answer = original(*args, **options)
        if not done:
            done.append(True)
            call()
        return answer

    return mock.patch.object(pack, function, and_then)


def test_the_first_order_of_the_day_begins_the_day(shop: Shop) -> None:
    write(shop, "a", order()).tell()
    assert state() is State.COMPLETE
    assert held() == {"a": 5}


def test_an_order_of_an_earlier_day_is_left_to_the_nightly_repair(shop: Shop) -> None:
    write(shop, "a", order(days_ago=5)).tell()
    assert state(EARLIER) is None
    repair(ORG, NOW)
    assert held(EARLIER) == {"a": 5}


def test_an_order_moved_to_another_day_is_only_in_that_day(shop: Shop) -> None:
    write(shop, "a", order(days_ago=5))
    repair(ORG, NOW)
    write(shop, "a", order()).tell()
    assert (held(EARLIER), held()) == ({}, {"a": 5})


def test_a_write_between_reading_and_writing_is_not_lost(shop: Shop) -> None:
    write(shop, "a", order(1)).tell()
    late = write(shop, "a", order(2))

    def newer() -> None:
        write(shop, "a", order(3)).tell()
        write(shop, "b", order(7)).tell()

    with meanwhile("read", newer):
        late.tell()
    assert held() == {"a": 3, "b": 7}


@pytest.mark.parametrize("then", [order(9), None, order(9, days_ago=5)])
def test_a_write_while_a_day_is_counted_is_newer_than_the_count(shop: Shop, then: dict[str, Any] | None) -> None:
    write(shop, "a", order(1))
    scanned = order_days.scanned

    def scan(*args: Any) -> Iterator[Any]:
        found = list(scanned(*args))
        write(shop, "a", then).tell()
        return iter(found)

    with mock.patch.object(order_days, "scanned", scan):
        order_days.settle_days(ORG, [NOW.date()], NOW)
    assert held() == ({"a": 9} if then == order(9) else {})
    assert state() is State.COMPLETE


def test_two_that_begin_a_day_at_once_agree(shop: Shop) -> None:
    event = write(shop, "a", order())
    with meanwhile("read", event.tell):
        event.tell()
    assert held() == {"a": 5}


def test_a_day_whose_count_crashed_is_read_order_by_order(shop: Shop) -> None:
    event = write(shop, "a", order())
    with (
        mock.patch.object(order_days, "scanned", side_effect=OSError("died")),
        pytest.raises(OSError, match="died"),
    ):
        event.tell()
    assert state() is State.BUILDING
    assert len(orders_of(ORG, NOW - timedelta(days=1), NOW).records) == 1
    order_days.settle_days(ORG, [NOW.date()], NOW)
    assert state() is State.COMPLETE


def test_orders_without_a_pack_are_read_directly(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    write(shop, "a", order()).tell()
    monkeypatch.setattr(pack, "MAX_BYTES", 100)
    event = write(shop, "b", order())
    event.tell()
    event.tell()
    assert state() is State.TOO_LARGE
    assert len(orders_of(ORG, NOW - timedelta(days=1), NOW).records) == 2


def test_an_unreadable_or_outdated_pack_is_rebuilt(shop: Shop) -> None:
    write(shop, "a", order())
    for broken in ({"packed": b"?"}, {"format": "another"}):
        order_days.settle_days(ORG, [NOW.date()], NOW)
        order_days.DAYS.reference(ORG, TODAY).update(broken)
        assert state() is State.BUILDING
        order_days.settle_days(ORG, [NOW.date()], NOW)
        assert held() == {"a": 5}


def test_an_event_that_cannot_get_at_a_pack_is_delivered_again(shop: Shop) -> None:
    write(shop, "a", order()).tell()
    event = write(shop, "a", order(6))
    with mock.patch.object(pack, "_write", return_value=False), pytest.raises(TransientError, match="by others"):
        event.tell()


def test_customers_are_read_one_by_one_until_all_are_packed(shop: Shop) -> None:
    write(shop, "ann", {"name": "Ann"}, "customers").tell()
    assert customer_shards.customers(ORG) is None
    repair(ORG, NOW)
    write(shop, "bob", {"name": "Bob"}, "customers").tell()
    write(shop, "ann", None, "customers").tell()
    found = customer_shards.customers(ORG)
    assert found is not None
    assert [one.id for one in found] == ["bob"]
    assert [one.id for one in customers_of(ORG).records] == ["bob"]


def test_a_night_packs_so_many_weeks_and_the_next_ones_the_rest(shop: Shop) -> None:
    write(shop, "a", order(days_ago=150))
    nights = [repair(ORG, NOW) for _ in range(4)]
    assert [found > 0 for found in nights] == [True, True, True, False]
    assert week(150) == {"a": 5}
    write(shop, "a", order(6, days_ago=150)).tell()
    write(shop, "b", order(7, days_ago=152)).tell()
    assert week(150) == {"a": 6, "b": 7}


def test_a_week_is_packed_once_it_is_over(shop: Shop) -> None:
    repair(ORG, NOW)
    write(shop, "a", order(days_ago=5)).tell()
    assert week(5) is None
    repair(ORG, NOW + timedelta(days=1))
    assert week(5) == {"a": 5}


def test_the_days_of_a_week_that_no_document_holds_are_packed_one_by_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        write(shop, f"o{number}", order(number, days_ago=20 + number % 2))
    monday = order_days.monday((NOW - timedelta(days=20)).date())
    order_days.settle_weeks(ORG, [monday], NOW)
    there = order_days.WEEKS.reference(ORG, monday.isoformat())
    monkeypatch.setattr(pack, "MAX_BYTES", len(there.get().get("packed")) - 1)
    there.delete()
    repair(ORG, NOW)
    assert week(20) is None
    assert len(held(order_days.day_name(NOW - timedelta(days=20)))) == 10
    assert len(orders_of(ORG, NOW - timedelta(days=30), NOW).records) == 20


def test_a_steps_writes_are_read_by_the_next_step(shop: Shop) -> None:
    repair(ORG, NOW)
    write(shop, "a", order())
    note_written(ORG, "orders", "a", NOW)
    write(shop, "ann", {"name": "Ann"}, "customers")
    note_written(ORG, "customers", "ann", NOW)
    note_written(ORG, "notes", "n", NOW)
    assert held() == {"a": 5}
    assert [one.id for one in customer_shards.customers(ORG) or ()] == ["ann"]


def test_the_night_begins_every_day_once_yesterday_may_be_added(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(repairing, "_ask", lambda page: asked.append(page.walk))
    midnight = NOW.replace(hour=0, minute=0)

    def begins(hours: float) -> bool:
        return repairing.begin_repair(Mock(**{"now.return_value": midnight + timedelta(hours=hours)}))

    # The first one ever begins at once; from then on it is the first sweep after 01:05 UTC.
    assert [begins(hours) for hours in (15, 15.1, 24, 25.05, 25.1, 26, 48, 49.5, 49.6)] == [
        *(True, False, False, False, True),
        *(False, False, True, False),
    ]
    assert len(set(asked)) == len(asked) == 3


def parts(monday: date) -> list[State | None]:
    found = [pack.read(order_days.PARTS, ORG, name) for name in week_parts.parts_of(monday)]
    return [one.state if one else None for one in found]


def a_large_week(shop: Shop) -> date:
    """Of which three orders were placed each day, four weeks ago."""
    monday = order_days.monday((NOW - timedelta(days=28)).date())
    noon = datetime.combine(monday, time(12), UTC)
    for number in range(21):
        placed_at = noon + timedelta(days=number // 3, minutes=number)
        write(shop, f"o{number}", {**order(number), "placedAt": placed_at})
    shop.untold.clear()
    return monday


def room_below(first: date, days: int) -> int:
    """For less than the orders of these days."""
    copies = {one.id: one for one in order_days.scanned(ORG, first, first + timedelta(days=days - 1))}
    return len(packed(copies)) - 1


def totals(monday: date) -> list[int]:
    since = datetime.combine(monday, time(), UTC)
    return [int(one.total) for one in orders_of(ORG, since, since + timedelta(days=7)).records]


def test_a_week_that_no_document_holds_is_packed_in_three_parts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = a_large_week(shop)
    monkeypatch.setattr(pack, "MAX_BYTES", room_below(monday, 7))
    order_days.settle_weeks(ORG, [monday], NOW)
    assert parts(monday) == [State.COMPLETE] * 3
    with mock.patch.object(order_days, "scanned", side_effect=AssertionError("read order by order")):
        assert totals(monday) == list(range(21))
    write(shop, "o4", None).tell()
    write(shop, "o20", {**order(99), "placedAt": datetime.combine(monday, time(1), UTC)}).tell()
    assert order_days.settle_weeks(ORG, [monday], NOW) == 0, "events have kept the parts up"
    assert totals(monday) == [99, *(one for one in range(20) if one != 4)]


def test_a_lost_event_of_a_week_in_parts_is_made_good_at_night(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monday = a_large_week(shop)
    monkeypatch.setattr(pack, "MAX_BYTES", room_below(monday, 7))
    order_days.settle_weeks(ORG, [monday], NOW - timedelta(days=1))
    write(shop, "o4", None)
    write(shop, "o5", {**order(50), "placedAt": datetime.combine(monday, time(13), UTC)}).tell()
    assert order_days.settle_changed(ORG, NOW - timedelta(hours=1), 30, NOW) > 0
    assert totals(monday) == [0, 1, 2, 50, 3, *range(6, 21)]


def test_a_part_that_no_document_holds_is_packed_day_by_day(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monday = a_large_week(shop)
    for number in range(30, 45):
        placed_at = datetime.combine(monday, time(14, number), UTC)
        write(shop, f"o{number}", {**order(number), "placedAt": placed_at})
    monkeypatch.setattr(pack, "MAX_BYTES", room_below(monday, 2))
    order_days.settle_weeks(ORG, [monday], NOW)
    assert parts(monday) == [State.TOO_LARGE, State.COMPLETE, State.COMPLETE]
    with mock.patch.object(order_days, "scanned", side_effect=AssertionError("read order by order")):
        assert totals(monday) == [0, 1, 2, *range(30, 45), *range(3, 21)]


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_every_day_is_in_one_part_of_its_week(day: date) -> None:
    names = week_parts.parts_of(order_days.monday(day))
    assert [name for name in names if day in week_parts.days_of(name)] == [week_parts.part_of(day)]
    days = [one for name in names for one in week_parts.days_of(name)]
    assert days == [order_days.monday(day) + timedelta(days=number) for number in range(7)]
