"""What was sold lately of an item is what the orders say, whatever is written, packed and kept meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.documents.inventory import Item
from shared.gcp import clients
from shared.retail.demand import SoldLine, same_name
from shared.retail.load import load_own_lines
from shared.retail.packs import order_days, pack, recent_sales, sold_shards, stale_sales
from shared.retail.packs.repair import repair
from shared.retail.packs.sold_shards import RecentSales
from tests.harness.memory_clients import use_memory
from tests.harness.memory_firestore import MemoryFirestore
from tests.harness.profiles import examples
from tests.harness.whole_collections import read_whole
from tests.unit.retail.packs.shop import ORG, WRITES, Shop, fixed_documents
from tests.unit.steps.fakes import NOW

WINDOW = timedelta(days=30)
OLD = {"placedAt": NOW - timedelta(days=9), "total": 20, "items": [{"itemId": "i0", "name": "Item 0", "price": 20}]}
NAMES = ("Item 0", "item  1", "Item 2", "Something", "420", "never sold")
ITEMS = [
    Item(id=item_id, name=name) for item_id in ("i0", "i1", "i2", "i3", "unknown", "nobody's") for name in NAMES
]
MODES = ("one document", "shards")


@pytest.fixture(autouse=True)
def _google(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    yield
    clients.forget_clients()


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the sales are kept: with room for few of them in one document, they are in shards."""
    if request.param == "shards":
        monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
        monkeypatch.setattr(sold_shards, "SHARD_BYTES", 60)
    return str(request.param)


def a_shop(server: MemoryFirestore | None = None) -> Shop:
    """Of which every day is packed."""
    if server is None:
        use_memory(fixed_documents())
    for _ in range(4):
        repair(ORG, NOW)
    return Shop()


def tell_all(shop: Shop) -> None:
    while shop.untold:
        shop.untold.pop().tell()


Told = tuple[list[Any], set[str], list[datetime]]


def told_of(item: Item, sales: RecentSales) -> Told:
    """Its lines, which others were sold under its name, and when there were unreadable orders."""
    own = sorted((one.placed_at, one.name, one.quantity) for one in sales.lines if one.item_id == item.id)
    others = {one.item_id for one in sales.lines if one.name == same_name(item.name)} - {item.id}
    return own, others, sorted(sales.malformed)


def told(item: Item, now: datetime = NOW) -> Told:
    return told_of(item, recent_sales.between(ORG, [item], now - WINDOW, now))


def sold(now: datetime = NOW) -> list[SoldLine]:
    """The lines of the item of the old order."""
    found = recent_sales.between(ORG, ITEMS[:1], now - WINDOW, now)
    return [one for one in found.lines if one.item_id == ITEMS[0].id]


def require_the_same(now: datetime = NOW, items: Sequence[Item] = ITEMS) -> None:
    with read_whole():
        expected = recent_sales._read(ORG, now - WINDOW, now)
    for item in items:
        assert told(item, now) == told_of(item, expected)
    few = ITEMS[::7]
    together = recent_sales.between(ORG, few, now - WINDOW, now)
    for item in few:
        assert told_of(item, together) == told_of(item, expected)


def is_kept() -> bool:
    head = sold_shards.read_head(ORG)
    return head.until is not None and not head.stale and sold_shards.everything(ORG, head) is not None


def shard_documents() -> list[str]:
    found = clients.firestore().collection(f"tenants/{ORG}/{stale_sales.COLLECTION}").stream()
    return sorted(one.id for one in found if one.id != stale_sales.HEAD)


@settings(max_examples=examples(12), deadline=None)
@given(
    writes=st.lists(WRITES, max_size=10),
    days=st.lists(st.integers(-1, 5), max_size=3),
    room=st.sampled_from([0, 0, 150, sold_shards.ROOM_IN_HEAD]),
    shard=st.sampled_from([20, 60, 400]),
    packed=st.sampled_from([pack.MAX_BYTES, 300]),
    chance=st.randoms(),
)
def test_after_every_write_whose_event_arrived(
    writes: list[Any], days: list[int], room: int, shard: int, packed: int, chance: Random
) -> None:
    with (
        mock.patch.object(pack, "MAX_BYTES", packed),
        mock.patch.object(sold_shards, "ROOM_IN_HEAD", room),
        mock.patch.object(sold_shards, "SHARD_BYTES", shard),
    ):
        shop = a_shop()
        require_the_same()
        for write in writes:
            shop.write(*write)
            if chance.random() < 0.7:
                chance.shuffle(shop.untold)
                tell_all(shop)
                require_the_same(items=chance.sample(ITEMS, k=4))
        tell_all(shop)
        require_the_same()
        now = NOW
        for later in days:
            now += timedelta(days=later, hours=7)
            if chance.random() < 0.5:
                repair(ORG, now)
            require_the_same(now, chance.sample(ITEMS, k=6))


def test_recent_sales_are_used_if_no_old_order_was_written(mode: str) -> None:
    shop = a_shop()
    sold()
    assert is_kept()
    shop.write("orders", "o1", {**OLD, "placedAt": NOW - timedelta(minutes=5)})
    tell_all(shop)
    assert is_kept()
    with mock.patch.object(recent_sales, "_read", side_effect=recent_sales._read) as reading:
        assert len(sold()) == 1
    (of_today,) = reading.call_args_list
    assert of_today.args[2] - of_today.args[1] < timedelta(days=2)


def test_an_order_of_a_finished_day_has_that_day_read_again(mode: str) -> None:
    shop = a_shop()
    sold()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    assert not is_kept()
    with mock.patch.object(recent_sales, "_read", side_effect=recent_sales._read) as reading:
        assert len(sold()) == 1
    assert sum(((one.args[2] - one.args[1]) for one in reading.call_args_list), timedelta()) <= timedelta(days=9)
    assert is_kept() is (mode == MODES[0]), "where all would have to be written again, the nightly repair does it"
    repair(ORG, NOW)
    assert is_kept()
    assert len(sold()) == 1


def test_many_marked_days_have_the_shards_written_again(mode: str) -> None:
    shop = a_shop()
    sold()
    for day in range(1, 16):
        shop.write("orders", f"o{day}", {**OLD, "placedAt": NOW - timedelta(days=day)})
    tell_all(shop)
    assert len(sold()) == 15
    assert is_kept()


SOLD_ITEM = Item(id="i0", name="Item 0")


@pytest.mark.parametrize(
    ("item", "shards"),
    [
        (SOLD_ITEM, 1),
        (Item(id="i0", name="Never sold under this name"), 1),
        (Item(id="never sold", name="item  0"), 1),
        (Item(id="i0", name="Item 39"), 2),
        (Item(id="never sold", name="Nor under this name"), 0),
    ],
)
def test_an_alert_reads_the_shards_of_what_was_sold(
    monkeypatch: pytest.MonkeyPatch, item: Item, shards: int
) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    monkeypatch.setattr(sold_shards, "SHARD_BYTES", 40)
    shop = a_shop()
    for number in range(40):
        line = {"itemId": f"i{number}", "name": f"Item {number}", "price": 20}
        shop.write("orders", f"o{number}", {**OLD, "items": [line]})
    tell_all(shop)
    repair(ORG, NOW)
    sold()
    assert len(shard_documents()) > 8
    with mock.patch.object(sold_shards, "_shards", side_effect=sold_shards._shards) as reading:
        found = told(item)
    assert len(found[0] or ()) == len([one for one in ("i0",) if item.id == one])
    read = [one for call in reading.call_args_list for one in call.args[2]]
    assert len(read) == len(set(read)) == shards


def test_what_another_release_says_was_sold_counts_for_its_own_shards_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    shop = a_shop()
    repair(ORG, NOW)
    sold()
    before = sold_shards.read_head(ORG)
    assert before.things == b""
    line = {"itemId": "i0", "name": "Item 0", "price": 20}
    shop.write("orders", "o1", {**OLD, "items": [line]})
    tell_all(shop)
    repair(ORG, NOW)
    # An earlier release leaves the field as it is when it writes other shards.
    stale_sales.reference(ORG).update({"things": {"generation": before.generation, "marks": before.things}})
    assert sold_shards.read_head(ORG).things is None
    require_the_same(items=[SOLD_ITEM])


def test_where_too_much_was_sold_the_head_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    monkeypatch.setattr(sold_shards, "_MOST_MARKS", 1)
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    repair(ORG, NOW)
    sold()
    assert sold_shards.read_head(ORG).things is None
    require_the_same()


def test_a_name_of_too_many_items_is_known_to_be_one(mode: str) -> None:
    shop = a_shop()
    for number in range(sold_shards.MAX_OF_A_NAME + 3):
        line = {"itemId": f"i{number}", "name": "Gift card", "price": 20}
        shop.write("orders", f"o{number}", {**OLD, "items": [line]})
    tell_all(shop)
    for item in (Item(id="i0", name="Gift card"), Item(id="other", name="gift  card")):
        sales = recent_sales.between(ORG, [item], NOW - WINDOW, NOW)
        assert load_own_lines(ORG, item, sales) is None
    assert len(sold()) == 1


def test_an_event_that_arrives_during_packing_is_included(mode: str) -> None:
    shop = a_shop()
    read = recent_sales._read

    def told_meanwhile(*span: Any, **how: Any) -> Any:
        found = read(*span, **how)
        if shop.untold:
            shop.untold.pop().tell()
        return found

    shop.write("orders", "o1", OLD)
    with mock.patch.object(recent_sales, "_read", told_meanwhile):
        sold()
    assert len(sold()) == 1


def test_days_that_are_not_packed_are_not_kept(mode: str) -> None:
    use_memory(fixed_documents())
    shop = Shop()
    shop.write("orders", "o1", OLD)
    assert len(sold()) == 1
    assert not is_kept()
    assert shard_documents() == []


def test_unreadable_recent_sales_are_rebuilt(mode: str) -> None:
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    sold()
    for broken in ({"packed": b"?"}, {"stale": {"some day": "?"}}, {"format": 1}):
        stale_sales.reference(ORG).update(broken)
        assert len(sold()) == 1
        assert is_kept()


def test_an_unreadable_shard_is_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    monkeypatch.setattr(sold_shards, "SHARD_BYTES", 60)
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    repair(ORG, NOW)
    shards = sold_shards.read_head(ORG).shards
    rebuilt = 0
    for number in range(shards):
        head = sold_shards.read_head(ORG)
        assert head.shards == shards
        shard = sold_shards._reference(ORG, head.generation or "", number)
        holds = sold_shards._unpacked(shard.get().to_dict()["packed"]).lines
        shard.update({"packed": b"?"})
        assert not is_kept()
        require_the_same()
        assert is_kept() is bool(holds), "nobody reads one that holds nothing"
        if not holds:
            shard.update({"packed": sold_shards._packed(RecentSales())})
        rebuilt += bool(holds)
    assert rebuilt


def test_a_week_marked_by_an_earlier_release_is_read_again(mode: str) -> None:
    shop = a_shop()
    repair(ORG, NOW)
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    monday = order_days.monday((NOW - timedelta(days=9)).date())
    stale_sales.reference(ORG).update({"stale": {monday.isoformat(): "1"}})
    assert len(sold()) == 1


@pytest.mark.parametrize(
    ("marks", "documents"),
    [
        ((), 0),
        (("2026-11-21-day", "2026-11-20-day"), 2),
        (("2026-11-09-week",), 1),
        (("2026-11-11-part",), 4),
        (("2026-11-11-part", "2026-11-13-part", "2026-11-13-day"), 4),
        (("2026-11-09-week", "2026-11-11-part", "2026-11-02-part"), 8),
    ],
)
def test_documents_to_read_again_are_counted(marks: tuple[str, ...], documents: int) -> None:
    base = NOW.replace(hour=0)
    head = sold_shards.Head(None, until=base, stale=dict.fromkeys(marks, "1"))
    assert recent_sales._documents(recent_sales._due(head, base)) == documents


def test_shards_that_are_gone_are_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    repair(ORG, NOW)
    sold()
    for name in shard_documents():
        clients.firestore().document(f"tenants/{ORG}/{stale_sales.COLLECTION}/{name}").delete()
    assert len(sold()) == 1
    assert is_kept()


def test_shards_replaced_while_they_are_read_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    shop = a_shop()
    sold()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    about, waiting = sold_shards.about, [1]

    def night_meanwhile(*asked: Any) -> Any:
        if waiting:
            waiting.pop()
            repair(ORG, NOW)
        return about(*asked)

    with mock.patch.object(sold_shards, "about", night_meanwhile):
        assert len(sold()) == 1
    require_the_same()


def test_a_writer_that_dies_anywhere_leaves_what_was_or_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    monkeypatch.setattr(sold_shards, "SHARD_BYTES", 40)
    monkeypatch.setattr(sold_shards, "_SHARDS_A_COMMIT", 1)
    server = use_memory(fixed_documents())
    shop = a_shop(server)
    for number in range(4):
        line = {"itemId": f"i{number}", "name": f"Item {number}", "price": 20}
        shop.write("orders", f"o{number}", {**OLD, "items": [line]})
    tell_all(shop)
    repair(ORG, NOW)
    shop.write("orders", "o1", None)
    tell_all(shop)
    before = server.snapshot()
    shards = sold_shards.read_head(ORG).shards
    for dies_at in itertools.count():
        server.restore(before)
        with dying_at(dies_at) as survived:
            recent_sales.bring_up(ORG, NOW)
        require_the_same(items=ITEMS[::5])
        if survived:
            break
        recent_sales.bring_up(ORG, NOW)
        assert is_kept()
    assert dies_at == shards + 2, (
        "it may die before each shard, before the head, and before the old shards are gone"
    )


@contextmanager
def dying_at(commit: int) -> Iterator[list[bool]]:
    """The process dies instead of making this commit; not empty afterward if there were fewer."""
    batch, numbers = type(clients.firestore().batch()), itertools.count()
    original, survived = batch.commit, list[bool]()

    def dying(self: Any, *args: Any, **named: Any) -> Any:
        if next(numbers) == commit:
            raise KeyboardInterrupt
        return original(self, *args, **named)

    with mock.patch.object(batch, "commit", dying), suppress(KeyboardInterrupt):
        yield survived
        survived.append(True)


def test_two_writers_at_once_leave_one_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    sold()
    shop.write("orders", "o2", OLD)
    tell_all(shop)
    write, waiting = sold_shards._write_shards, [1]

    def other_first(*given: Any) -> None:
        if waiting:
            waiting.pop()
            recent_sales.bring_up(ORG, NOW)
        write(*given)

    with mock.patch.object(sold_shards, "_write_shards", other_first):
        recent_sales.bring_up(ORG, NOW)
    head = sold_shards.read_head(ORG)
    assert {one.partition("-")[0] for one in shard_documents()} == {head.generation}
    assert is_kept()
    assert len(sold()) == 2


@pytest.mark.parametrize("name", ["create", "update"])
def test_a_write_whose_answer_is_lost_keeps_its_shards(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    if name == "create":
        for one in [stale_sales.HEAD, *shard_documents()]:
            clients.firestore().document(f"tenants/{ORG}/{stale_sales.COLLECTION}/{one}").delete()
    reference = type(stale_sales.reference(ORG))
    send = getattr(reference, name)

    def sent_twice(*args: Any) -> Any:
        send(*args)
        return send(*args)

    with mock.patch.object(reference, name, sent_twice):
        if name == "create":
            sold()
        else:
            recent_sales.bring_up(ORG, NOW)
    assert is_kept()
    head = sold_shards.read_head(ORG)
    assert {one.partition("-")[0] for one in shard_documents()} == {head.generation}
    assert len(sold()) == 1


def test_a_process_for_which_the_day_is_not_over_leaves_what_others_kept(mode: str) -> None:
    shop = a_shop()
    shop.write("orders", "o1", {**OLD, "placedAt": NOW - timedelta(hours=2)})
    tell_all(shop)
    tomorrow = NOW + timedelta(days=1)
    for _ in range(2):
        repair(ORG, tomorrow)
        sold(tomorrow)
    before = sold_shards.read_head(ORG)
    assert len(sold(NOW)) == 1
    recent_sales.bring_up(ORG, NOW)
    assert sold_shards.read_head(ORG) == before
    assert is_kept()


def test_sales_too_many_of_one_item_are_read_from_the_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold_shards, "ROOM_IN_HEAD", 0)
    shop = a_shop()
    before = shard_documents()
    monkeypatch.setattr(sold_shards, "MAX_BYTES", 60)
    for number in range(30):
        shop.write("orders", f"o{number}", {**OLD, "placedAt": NOW - timedelta(days=9, minutes=number)})
    tell_all(shop)
    assert len(sold()) == 30
    assert not is_kept()
    assert shard_documents() == before


def test_a_day_later_only_the_day_between_is_read(mode: str) -> None:
    shop = a_shop()
    shop.write("orders", "o1", OLD)
    tell_all(shop)
    sold()
    # The week before is packed on Mondays, and that marks it.
    today, tomorrow = NOW + timedelta(days=1), NOW + timedelta(days=2)
    repair(ORG, today)
    sold(today)
    with mock.patch.object(recent_sales, "_read", side_effect=recent_sales._read) as reading:
        repair(ORG, tomorrow)
        assert len(sold(tomorrow)) == 1
    spans = [one.args[2] - one.args[1] for one in reading.call_args_list]
    assert spans[0] == timedelta(days=1)
    assert all(span <= timedelta(days=1) for span in spans)
    assert is_kept()
    require_the_same(tomorrow)


def test_lines_leave_recent_sales_after_thirty_days(mode: str) -> None:
    shop = a_shop()
    shop.write("orders", "o1", {**OLD, "placedAt": NOW - timedelta(days=29)})
    tell_all(shop)
    assert len(sold()) == 1
    later = NOW + timedelta(days=2)
    repair(ORG, later)
    assert sold(later) == []


def test_a_day_kept_by_an_alert_is_not_read_by_the_next(mode: str) -> None:
    a_shop()
    sold()
    tomorrow = NOW + timedelta(days=1)
    order_days.settle_days(ORG, [NOW.date(), tomorrow.date()], tomorrow)
    sold(tomorrow)
    with mock.patch.object(recent_sales, "_read", side_effect=recent_sales._read) as reading:
        sold(tomorrow)
    assert len(reading.call_args_list) == (1 if mode == MODES[0] else 2), "shards are left to the nightly repair"
