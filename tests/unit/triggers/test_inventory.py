"""Which events a write of an inventory item is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.triggers.inventory import events_of_change

ITEM = {"name": "Blue Dream", "category": "flower", "price": 40, "quantity": 20, "reorderPoint": 10}


def item(**fields: Any) -> dict[str, Any]:
    return ITEM | fields


def names(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    return [event.name.removeprefix("inventory.") for event in events_of_change("o1", "i1", before, after, "v1")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (20, 9, ["low_stock"]),
        (10, 9, ["low_stock"]),
        (20, 10, []),
        (9, 8, []),
        (9, 20, []),
        (20, 0, ["low_stock", "out_of_stock"]),
        (9, 0, ["out_of_stock"]),
        (0, 0, []),
        (0, -1, []),
        (0, 5, ["restocked"]),
        (0, 50, ["restocked"]),
        (-1, 1, ["restocked"]),
        (20, 20, []),
    ],
)
def test_a_quantity_fires_where_it_crosses_a_line(before: float, after: float, expected: list[str]) -> None:
    assert names(item(quantity=before), item(quantity=after)) == expected


def test_a_raised_reorder_point_can_make_an_item_low() -> None:
    assert names(item(), item(reorderPoint=21)) == ["low_stock"]


def test_an_item_without_a_reorder_point_is_never_low_while_there_is_some() -> None:
    assert names(item(reorderPoint=None), item(reorderPoint=None, quantity=1)) == []


def test_another_price_is_a_price_change() -> None:
    assert names(item(), item(price=41.5)) == ["price_changed"]


@pytest.mark.parametrize(("before", "after"), [(40, 40.0), (None, 40), (40, None)])
def test_a_price_added_removed_or_unchanged_is_no_price_change(before: float | None, after: float | None) -> None:
    assert names(item(price=before), item(price=after)) == []


@pytest.mark.parametrize("quantity", [20, 5, 0])
def test_a_new_item_is_a_new_product_and_nothing_else(quantity: int) -> None:
    assert names(None, item(quantity=quantity)) == ["new_product"]


def test_a_deleted_item_is_not_an_event() -> None:
    assert names(item(), None) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": None}, "name: is missing"),
        ({"name": [7]}, "name: found a list of 1; expected"),
        ({"quantity": None}, "quantity: is missing"),
        ({"quantity": "many"}, "quantity: found a text of 4 characters; expected"),
        ({"quantity": float("nan")}, "quantity: found a number; expected"),
        ({"price": "free"}, "price: found a text of 4 characters; expected"),
        ({"price": [1]}, "price: found a list of 1; expected"),
        ({"reorderPoint": {}}, "reorderPoint: found an object with 0 fields; expected"),
    ],
)
def test_a_malformed_item_is_refused_by_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        names(item(), item(**wrong))
    assert f"inventory/i1: {field}" in str(refusal.value)


@pytest.mark.parametrize("before", [{}, item(quantity="many"), item(name=None)])
def test_a_fixed_malformed_item_fires_nothing(before: dict[str, Any]) -> None:
    assert names(before, item(quantity=1)) == []


def test_an_event_carries_the_item_and_what_it_was() -> None:
    (event,) = events_of_change("o1", "i1", item(unit="g"), item(quantity=3), "v1")
    fields = {"name": "Blue Dream", "category": "flower", "price": 40.0, "reorderPoint": 10.0}
    assert event.org_id == "o1"
    assert event.data == {"itemId": "i1", **fields, "quantity": 3.0, "before": {**fields, "quantity": 20.0}}


def test_numbers_written_as_text_are_read_as_in_reports() -> None:
    (event,) = events_of_change("o1", "i1", item(), item(name=420, price="$1,299.00"), "v1")
    assert (event.name, event.data["name"], event.data["price"]) == ("inventory.price_changed", "420", 1299.0)


def test_a_new_products_event_has_no_before() -> None:
    (event,) = events_of_change("o1", "i1", None, item(), "v1")
    assert event.data["before"] == {}


def test_the_same_change_delivered_twice_has_the_same_event_ids() -> None:
    told = [events_of_change("o1", "i1", item(), item(quantity=0, price=1), "v1") for _ in range(2)]
    assert [event.id for event in told[0]] == [event.id for event in told[1]]


def test_every_event_of_every_change_has_its_own_id() -> None:
    told = [
        event.id
        for item_id in ("i1", "i2")
        for version in ("v1", "v2")
        for event in events_of_change("o1", item_id, item(), item(quantity=0, price=1), version)
    ]
    assert len(told) == 12
    assert len(set(told)) == 12


writes = st.lists(
    st.none()
    | st.builds(item, quantity=st.integers(-1, 4), reorderPoint=st.integers(0, 4), price=st.integers(1, 3)),
    max_size=12,
)


@given(writes)
def test_low_stock_fires_once_for_each_drop_below_the_line(
    history: list[dict[str, Any] | None],
) -> None:
    steps = list(zip([None, *history], history, strict=False))
    fired = [name for before, after in steps for name in names(before, after)]

    def low(entry: dict[str, Any]) -> bool:
        return bool(entry["quantity"] < entry["reorderPoint"])

    crossings = sum(1 for before, after in steps if before and after and low(after) and not low(before))
    assert fired.count("low_stock") == crossings


@given(writes)
def test_out_of_stock_and_restocked_alternate(history: list[dict[str, Any] | None]) -> None:
    previous: str | None = None
    for before, after in zip([None, *history], history, strict=False):
        if before is None or after is None:
            previous = None
        turns = [name for name in names(before, after) if name in {"out_of_stock", "restocked"}]
        assert len(turns) <= 1
        if turns:
            assert turns[0] != previous
            previous = turns[0]
