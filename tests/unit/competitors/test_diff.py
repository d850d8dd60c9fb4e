"""What changed between two menus, and the events that tell of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.comparing.changes_text import MenuChanges
from shared.competitors.comparing.diff import MenuDiff, compare, menu_items, pair_up
from shared.competitors.comparing.events import MAX_PRICE_EVENTS, events_of
from shared.competitors.models import Product, SizePrice
from shared.competitors.snapshots.snapshot import Snapshot, StoredSnapshot

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def product(name: str, price: Any = 40, category: str | None = "Flower") -> Product:
    return Product(name=name, category=category, price=None if price is None else Decimal(str(price)))


def stored(one: str, *products: Product, count: int = 0) -> StoredSnapshot:
    snapshot = Snapshot(
        competitor_id="salt",
        taken_at=NOW,
        expires_at=NOW + timedelta(days=30),
        products=products,
        product_count=count or len(products),
    )
    return StoredSnapshot(one, snapshot)


def diff(before: list[Product], after: list[Product]) -> MenuDiff:
    return compare("Salt", stored("a", *before), stored("b", *after))


def test_a_price_that_fell_is_reported_in_percent_of_the_old_one() -> None:
    (change,) = diff([product("Blue Dream", 40)], [product("Blue Dream", 34)]).price_changes
    assert (change.percent, change.direction) == (Decimal(15), "down")


def test_added_and_removed_products_are_reported() -> None:
    found = diff([product("Blue Dream"), product("OG Kush")], [product("OG Kush"), product("Runtz")])
    assert [one.name for one in found.added] == ["Runtz"]
    assert [one.name for one in found.removed] == ["Blue Dream"]
    assert found.changed_percent == 100


def test_a_name_that_is_written_otherwise_is_the_same_product() -> None:
    found = diff([product("Blue Dream 1/8 oz", 40)], [product("Blue Dream 3.5g", 36)])
    assert (len(found.price_changes), found.added, found.removed) == (1, (), ())


def test_sizes_under_one_name_are_distinguished_by_their_prices() -> None:
    before = [product("Runtz", 10), product("Runtz", 20), product("Runtz", 30)]
    after = [product("Runtz", 30), product("Runtz", 20), product("Runtz", 12)]
    (change,) = diff(before, after).price_changes
    assert (change.old_price, change.new_price) == (Decimal(10), Decimal(12))


def sized(name: str, **prices: int) -> Product:
    sizes = tuple(SizePrice(size=size.replace("_", " "), price=Decimal(price)) for size, price in prices.items())
    return Product(name=name, category="Flower", price=min(one.price for one in sizes), sizes=sizes)


def test_a_price_of_one_size_that_moved_is_reported_with_the_size() -> None:
    before, after = sized("Runtz", gram=12, eighth=40, ounce=200), sized("Runtz", gram=12, eighth=36, ounce=200)
    found = diff([before], [after])
    (change,) = found.price_changes
    assert (change.product, change.size, change.percent) == ("Runtz", "3.5g", Decimal(10))
    assert (found.added, found.removed, found.changed_percent) == ((), (), Decimal("33.33"))
    (line,) = MenuChanges([change], change_count=1).lines(1)
    assert "Runtz 3.5g $40.00 → $36.00" in line


def test_another_size_of_a_product_is_another_thing() -> None:
    found = diff([product("Runtz 3.5g", 40)], [product("Runtz 7g", 70)])
    assert [item.size for item in menu_items(found, found.added)] == ["7g"]
    assert ([one.name for one in found.removed], found.price_changes) == (["Runtz 3.5g"], ())


def test_a_menu_that_begins_to_name_sizes_has_not_changed() -> None:
    found = diff([product("Runtz", 12)], [sized("Runtz", gram=12, eighth=40)])
    assert found.changed_count == 0
    assert diff([sized("Runtz", gram=12, eighth=40)], [product("Runtz", 10)]).changed_count == 0


def test_two_sizes_that_moved_alike_raise_two_events() -> None:
    before, after = sized("Runtz", gram=20, eighth=20), sized("Runtz", gram=10, eighth=10)
    events = [one for one in events_of(diff([before], [after]))[0] if one.name == "competitor.price_change"]
    assert sorted(one.data["size"] for one in events) == ["1g", "3.5g"]


@pytest.mark.parametrize(("was", "now"), [(None, 40), (40, None), (0, 40), (40, 0), (None, None), (40, 40)])
def test_a_price_that_is_missing_or_zero_has_not_moved(was: Any, now: Any) -> None:
    found = diff([product("Blue Dream", was)], [product("Blue Dream", now)])
    assert (found.price_changes, found.added, found.removed) == ((), (), ())


@pytest.mark.parametrize(
    ("now", "count"), [("36.00", 1), ("36.01", 0), ("44.00", 1), ("43.99", 0), ("999999.99", 1), ("0.01", 1)]
)
def test_ten_percent_is_the_first_move_that_raises_an_event(now: str, count: int) -> None:
    events, left_out = events_of(diff([product("Blue Dream", 40)], [product("Blue Dream", now)]))
    assert [event.name for event in events if event.name == "competitor.price_change"] == [
        "competitor.price_change"
    ] * count
    assert left_out == 0


@pytest.mark.parametrize(("changed", "shaken"), [(1, False), (2, True)])
def test_twenty_percent_is_the_first_share_that_shakes_a_menu(changed: int, shaken: bool) -> None:
    before = [product(f"Strain {letter * 5}", 40) for letter in "abcdefghij"]
    after = [product(one.name, 39) for one in before[:changed]] + before[changed:]
    events, _ = events_of(diff(before, after))
    assert [event.name for event in events] == ["competitor.menu_shakeup"] * shaken


def test_an_events_id_follows_from_the_pair_and_the_product() -> None:
    before, after = [product("Blue Dream", 40)], [product("Blue Dream", 30)]
    ids = [event.id for event in events_of(diff(before, after))[0]]
    assert ids == [event.id for event in events_of(diff(before, after))[0]]
    other = compare("Salt", stored("a", *before), stored("c", *after))
    assert not {event.id for event in events_of(other)[0]} & set(ids)


def test_the_largest_moves_have_events_and_the_others_are_counted() -> None:
    before = [product(f"Item {number}", 100) for number in range(30)]
    after = [product(f"Item {number}", 50 + number) for number in range(30)]
    events, left_out = events_of(diff(before, after))
    prices = [event for event in events if event.name == "competitor.price_change"]
    assert (len(prices), left_out) == (MAX_PRICE_EVENTS, 10)
    assert prices[0].data["percent"] == 50.0
    assert prices[0].data["otherChanges"] == 29


def test_hostile_names_are_one_plain_line_in_an_event() -> None:
    evil = "<b>{{ x }}\u202e\n</b>"
    (event, _) = events_of(diff([product(evil, 40)], [product(evil, 1)]))[0]
    assert event.data["product"] == "<b>{{ x }} </b>"


def test_a_menu_that_was_cut_is_marked_as_cut() -> None:
    assert not compare("Salt", stored("a", product("A"), count=2), stored("b", product("A"))).whole


NAMES = st.sampled_from(["Blue Dream", "OG Kush", "Runtz 3.5g", "Runtz 7g", "<script>", "{{ org }}", "", "x" * 200])
PRICES = st.one_of(st.none(), st.decimals(0, 1_000_000, places=2))
PRODUCTS = st.lists(
    st.builds(Product, name=NAMES, category=st.sampled_from([None, "Flower", "Vapes"]), price=PRICES), max_size=12
)


@given(PRODUCTS, PRODUCTS)
def test_every_product_is_paired_added_or_removed_exactly_once(before: list[Product], after: list[Product]) -> None:
    pairs, removed, added = pair_up(before, after)
    assert sorted(_told([was for was, _ in pairs] + removed)) == sorted(_told(before))
    assert sorted(_told([now for _, now in pairs] + added)) == sorted(_told(after))


def _told(products: list[Product]) -> list[tuple[str, str, str]]:
    return [(one.name, one.category or "", str(one.price)) for one in products]


@given(PRODUCTS, st.randoms())
def test_a_menu_in_another_order_has_not_changed(products: list[Product], random: Any) -> None:
    shuffled = list(products)
    random.shuffle(shuffled)
    assert diff(products, shuffled).changed_count == 0


@given(PRODUCTS, PRODUCTS)
def test_a_difference_is_the_same_in_the_mirror(before: list[Product], after: list[Product]) -> None:
    there, back = diff(before, after), diff(after, before)
    assert len(there.added) == len(back.removed)
    assert len(there.price_changes) == len(back.price_changes)
    assert there.changed_percent == back.changed_percent <= 100


@given(PRODUCTS, PRODUCTS)
def test_event_ids_are_valid_and_different(before: list[Product], after: list[Product]) -> None:
    events, _ = events_of(diff(before, after))
    ids = [event.id for event in events]
    assert len(set(ids)) == len(ids)
    assert not any("/" in one for one in ids)
    assert all(event.data["percent"] >= 10 for event in events)
