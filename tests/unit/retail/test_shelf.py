"""The shelf says what the items do: after news that come late, twice or in any order, and after a repair."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.competitors.models import Product
from shared.documents.inventory import Item
from shared.errors import PermanentError
from shared.gcp import clients, lag
from shared.gcp.clock import Clock
from shared.retail import items as item_reading
from shared.retail import load as loading
from shared.retail.load import load_low_stock
from shared.retail.shelf import build as building
from shared.retail.shelf import catch_up as catching_up
from shared.retail.shelf import changes, layout, pages
from shared.retail.shelf import read as reading
from shared.retail.shelf.build import build
from shared.retail.shelf.catch_up import catch_up
from shared.retail.shelf.layout import KIND, MAX_DIGESTS_BYTES, Head, head_reference, page_name, read_head
from shared.retail.shelf.read import noted_of, shelf_of
from shared.retail.shelf.repair import EVERYTHING_EVERY, repair
from tests.harness.memory_clients import use_memory
from tests.unit.retail.shelf import item_ids, items
from tests.unit.retail.shelf_world import NOW, ORG, ShelfWorld, ids, kept, stored


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        yield
    clients.forget_clients()


@pytest.fixture
def world() -> ShelfWorld:
    use_memory({f"tenants/{ORG}": {"name": "Shop"}})
    return ShelfWorld()


class Shelves(RuleBasedStateMachine):
    """Items are written and deleted; news arrive in any order, some twice; the shelf is brought up now and then."""

    def __init__(self) -> None:
        super().__init__()
        use_memory({f"tenants/{ORG}": {"name": "Shop"}})
        self.world = ShelfWorld()

    @rule(item_id=item_ids, fields=items)
    def write(self, item_id: str, fields: dict[str, Any]) -> None:
        self.world.write(item_id, fields)

    @rule(item_id=item_ids)
    def delete(self, item_id: str) -> None:
        self.world.write(item_id, None)

    @rule(number=st.integers(0, 50), again=st.booleans())
    def tell(self, number: int, again: bool) -> None:
        self.world.tell(number, again=again)

    @rule(room=st.sampled_from([0, MAX_DIGESTS_BYTES]))
    def have_room_for_digests_in_the_head(self, room: int) -> None:
        layout.MAX_DIGESTS_BYTES = room

    @rule()
    def bring_up(self) -> None:
        catch_up(ORG, NOW)

    @rule()
    def lay_out(self) -> None:
        build(ORG, NOW)

    @rule()
    def lose_and_repair(self) -> None:
        self.world.lose_all()
        repair(ORG, NOW + EVERYTHING_EVERY)
        assert kept() == stored()

    @rule()
    def settle(self) -> None:
        self.world.tell_all()
        assert kept() == stored()

    @invariant()
    def counts_are_what_is_in_the_pages(self) -> None:
        head = read_head(ORG).head
        shelf = shelf_of(ORG, NOW) if head.is_ready and not changes.waiting(ORG, 1) else None
        if shelf is not None:
            assert shelf.head.documents == len(shelf.copies())

    def teardown(self) -> None:
        layout.MAX_DIGESTS_BYTES = MAX_DIGESTS_BYTES
        self.world.tell_all()
        low = load_low_stock(ORG, NOW)
        assert kept() == stored()
        if low is not None:
            assert {one.id for one in low.items} == {one.id for one in stored().records if one.is_low or one.is_out}
        noted = {one.id for one in noted_of(ORG, NOW) or []}
        due = {one.id for one in stored().records if pages._is_noted(one, NOW)}
        assert due <= noted


TestShelves = Shelves.TestCase
TestShelves.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_copied_fields_are_all_that_an_item_knows() -> None:
    assert set(changes.COPIED) == set(KIND.fields)


def test_a_write_of_other_fields_leaves_no_marker(world: ShelfWorld) -> None:
    world.write("i1", {"name": "Gummies", "quantity": 3})
    world.write("i1", {"name": "Gummies", "quantity": 3, "updatedBy": {"depth": 1}})
    assert len(world.news) == 1


@given(fields=st.dictionaries(item_ids, items, min_size=1, max_size=13))
@settings(max_examples=50, deadline=None)
def test_many_small_pages_hold_what_one_does(fields: dict[str, dict[str, Any]]) -> None:
    use_memory({f"tenants/{ORG}/inventory/{one}": item for one, item in fields.items()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "MAX_PAGE_BYTES", 300)
        patch.setattr(building, "TARGET_BYTES", 200)
        build(ORG, NOW)
    assert kept() == stored()
    assert ids() == sorted(fields)


def test_a_page_that_grew_too_large_is_rebuilt(world: ShelfWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MAX_PAGE_BYTES", 600)
    monkeypatch.setattr(catching_up, "MAX_PAGE_BYTES", 600)
    monkeypatch.setattr(building, "TARGET_BYTES", 400)
    build(ORG, NOW)
    assert len(read_head(ORG).head.pages) == 1
    for number in range(40):
        world.write(f"item-{number}", {"name": f"Item {number * 7919 % 1013}", "quantity": number})
    world.tell_all()
    assert kept() == stored()
    assert len(read_head(ORG).head.pages) > 1


def test_an_unreadable_shelf_is_rebuilt(world: ShelfWorld) -> None:
    world.write("i1", {"name": "Gummies", "quantity": 3})
    build(ORG, NOW)
    head = read_head(ORG).head
    broken = clients.firestore().document(f"tenants/{ORG}/shelf/{page_name(head.generation or '', 0)}")
    broken.set({"packed": b"nonsense"})
    assert kept() == stored()
    world.write("i1", {"name": "Gummies", "quantity": 4})
    world.tell_all()
    assert kept() == stored()
    head_reference(ORG).set({"generation": 7})
    assert kept() == stored()


def test_a_crashed_build_does_not_block_others_for_long(world: ShelfWorld) -> None:
    world.write("i1", {"name": "Gummies", "quantity": 3})
    head_reference(ORG).set(Head(building={"generation": "dead", "at": NOW}).model_dump(by_alias=True))
    assert build(ORG, NOW + timedelta(minutes=5)) is False
    assert build(ORG, NOW + timedelta(minutes=11)) is True
    assert kept() == stored()


def test_a_write_while_the_shelf_is_built_is_not_lost(world: ShelfWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("i1", {"name": "Gummies", "quantity": 3})
    build(ORG, NOW)
    laid_out = building._laid_out

    def meanwhile(*args: Any) -> Any:
        world.write("i1", {"name": "Gummies", "quantity": 99})
        world.tell_all()
        assert catch_up(ORG, NOW).markers == 0, "markers stay until the shelf is built"
        return laid_out(*args)

    monkeypatch.setattr(building, "_laid_out", meanwhile)
    assert build(ORG, NOW)
    assert kept() == stored()
    (item,) = kept().records
    assert isinstance(item, Item)
    assert item.quantity == 99


def test_two_concurrent_updates_never_store_an_older_copy(
    world: ShelfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(ORG, NOW)
    world.write("i1", {"name": "Gummies", "quantity": 3})
    world.tell_all()
    read_items = catching_up.read_items

    def meanwhile(org_id: str, names: Any) -> Any:
        found = read_items(org_id, names)
        monkeypatch.setattr(catching_up, "read_items", read_items)
        world.write("i1", {"name": "Gummies", "quantity": 99})
        world.tell_all()
        assert catch_up(ORG, NOW).is_current
        return found

    monkeypatch.setattr(catching_up, "read_items", meanwhile)
    assert catch_up(ORG, NOW).is_current
    assert kept() == stored()
    assert [one.quantity for one in kept().records] == [99]


def test_a_large_import_is_dealt_with_by_a_task_and_no_reader_waits_for_it(
    world: ShelfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_queue: str, name: str, *_: Any, **__: Any) -> bool:
        asked.append(name)
        return True

    monkeypatch.setattr(reading, "create_named_task", ask)
    build(ORG, NOW)
    for number in range(2 * catching_up.MARKERS_AT_ONCE + 7):
        world.write(f"i{number}", {"name": f"Item {number}", "quantity": number})
    world.tell_all()
    assert len(kept().records) == catching_up.MARKERS_AT_ONCE
    assert len(asked) == 1
    done = reading.fill(ORG, Clock())
    assert (done.is_current, done.markers) == (True, catching_up.MARKERS_AT_ONCE + 7)
    assert kept() == stored()


def test_an_org_with_too_many_items_gets_an_error(world: ShelfWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MAX_ITEMS", 2)
    monkeypatch.setattr(item_reading, "MAX_READ_ONE_BY_ONE", 2)
    for number in range(3):
        world.write(f"i{number}", {"name": "Gummies", "quantity": 3})
    with pytest.raises(PermanentError, match="there are more than"):
        kept()


def test_a_packed_inventory_is_compared_with_menus_beyond_what_may_be_read_one_by_one(
    world: ShelfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_reading, "MAX_READ_ONE_BY_ONE", 2)
    monkeypatch.setattr(building, "ITEMS_A_PAGE", 2)
    for number, name in enumerate(("Gummies", "Blue Dream", "Blue Dreams", "Runtz", "Soda")):
        world.write(f"i{number}", {"name": name, "category": "Edibles", "price": 9.0, "quantity": 3})
    build(ORG, NOW)
    there = [Product(name="Blue Dream", category="Edibles", price=Decimal(8))]
    ours = item_reading.our_products(ORG, there)
    assert [one.name for one in ours.products] == ["Blue Dream", "Blue Dreams"]
    assert (ours.count, ours.categories) == (5, ("Edibles",))
    assert [item.name for item in loading.load_items_near(ORG, there)] == ["Blue Dream", "Blue Dreams"]


def test_a_page_that_cannot_be_read_is_built_again_before_prices_are_compared(
    world: ShelfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ITEMS_A_PAGE", 2)
    for number, name in enumerate(("Gummies", "Blue Dream", "Runtz")):
        world.write(f"i{number}", {"name": name, "category": "Edibles", "price": 9.0, "quantity": 3})
    build(ORG, NOW)
    spoiled = page_name(read_head(ORG).head.generation or "", 1)
    clients.firestore().document(f"tenants/{ORG}/shelf/{spoiled}").set({"packed": b"nonsense"})
    with lag.allowed():
        ours = item_reading.our_products(ORG, [Product(name="Runtz", category="Edibles", price=Decimal(8))])
    assert ([one.name for one in ours.products], ours.count) == (["Runtz"], 3)


def names_of_documents() -> list[str]:
    return sorted(one.id for one in clients.firestore().collection(f"tenants/{ORG}/shelf").stream())


def test_old_generations_are_deleted(world: ShelfWorld) -> None:
    for _ in range(3):
        world.write("i1", {"name": "Gummies", "quantity": 3})
        build(ORG, NOW)
    assert names_of_documents() == ["head", page_name(read_head(ORG).head.generation or "", 0)]


def test_digests_that_outgrow_the_head_have_documents_of_their_own_and_come_back(
    world: ShelfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("i1", {"name": "Gummies", "quantity": 3, "reorderPoint": 5})
    build(ORG, NOW)
    for room, in_head, left in ((0, False, 2), (MAX_DIGESTS_BYTES, True, 1)):
        monkeypatch.setattr(layout, "MAX_DIGESTS_BYTES", room)
        world.write("i1", {"name": "Gummies", "quantity": left, "reorderPoint": 5})
        world.tell_all()
        assert catch_up(ORG, NOW).is_current
        assert (read_head(ORG).head.digests is not None) is in_head
        assert [one.id for one in noted_of(ORG, NOW) or []] == ["i1"]
        low = load_low_stock(ORG, NOW)
        assert low is not None
        assert [one.on_hand for one in low.items] == [left]
    assert [name.partition("-")[0] for name in names_of_documents()] == ["digest", "head", "page"]
    build(ORG, NOW)
    assert [name.partition("-")[0] for name in names_of_documents()] == ["head", "page"]


def test_long_descriptions_leave_the_digests_in_the_head(world: ShelfWorld) -> None:
    chance = Random(13)
    for number in range(4):
        words = chance.randbytes(60_000).hex()
        world.write(f"i{number}", {"name": f"Item {number}", "quantity": 0, "description": words})
    build(ORG, NOW)
    world.write(
        "i1", {"name": "Item 1", "quantity": 1, "reorderPoint": 2, "description": chance.randbytes(60_000).hex()}
    )
    world.tell_all()
    assert catch_up(ORG, NOW).is_current
    digests = read_head(ORG).head.digests
    assert digests is not None
    assert all(0 < len(one or b"") < 2_000 for one in digests.values())
    low = load_low_stock(ORG, NOW)
    assert low is not None
    assert [one.id for one in low.items] == ["i0", "i1", "i2", "i3"]
    assert kept() == stored()


def test_counts_that_were_wrong_are_made_right_with_the_next_change(world: ShelfWorld) -> None:
    for number in range(3):
        world.write(f"i{number}", {"name": "Gummies", "quantity": 3})
    build(ORG, NOW)
    world.lose_all()
    nothing = {"items": 0, "malformed": 0, "inPart": 0}
    head_reference(ORG).update({"pages": [nothing]})
    world.write("i1", None)
    world.tell_all()
    assert kept() == stored()
    assert read_head(ORG).head.documents == 2
