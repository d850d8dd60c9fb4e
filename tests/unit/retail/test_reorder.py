"""How much to order: whole units, never fewer than none, and only what is due."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.retail.demand import Velocity
from shared.retail.reorder import NO_SUPPLIER, plan, quantity_to_order
from tests.unit.retail.builders import UNITS, item

DAYS = st.integers(0, 60)


def test_an_order_brings_the_stock_to_the_reorder_point_and_the_cover() -> None:
    # Two a day: 20 - 7 × 2 = 6 are left on arrival; 10 + 14 × 2 - 6 are missing.
    assert quantity_to_order(item(quantity=20, reorder_point=10), 2, 14, 7) == 32


def test_an_item_above_its_reorder_point_on_delivery_is_not_ordered() -> None:
    assert quantity_to_order(item(quantity=24, reorder_point=10), 2, 14, 7) == 0


def test_an_item_that_does_not_sell_is_filled_only_to_its_reorder_point() -> None:
    assert quantity_to_order(item(quantity=3, reorder_point=10), 0, 14, 7) == 7
    assert quantity_to_order(item(quantity=0, reorder_point=0), 0, 14, 7) == 0


def test_an_item_without_a_reorder_point_is_ordered_before_it_runs_out() -> None:
    assert quantity_to_order(item(quantity=3, reorder_point=0), 1, 14, 7) == 14


def test_a_fraction_is_a_whole_unit_and_a_rounding_error_is_none() -> None:
    assert quantity_to_order(item(quantity=0, reorder_point=0), 0.1, 14, 7) == 2
    assert quantity_to_order(item(quantity=0, reorder_point=3), 0.1 + 0.2, 10, 0) == 6


@given(UNITS, UNITS, st.floats(0, 500), st.integers(1, 60), DAYS)
def test_a_quantity_is_whole_and_never_negative_and_enough(
    quantity: float, reorder_point: float, per_day: float, cover: int, lead: int
) -> None:
    ordered = quantity_to_order(item(quantity=quantity, reorder_point=reorder_point), per_day, cover, lead)
    assert isinstance(ordered, int)
    assert ordered >= 0
    at_arrival = max(quantity - per_day * lead, 0)
    if ordered:
        assert reorder_point + per_day * cover <= at_arrival + ordered + 1e-5
        assert at_arrival + ordered < reorder_point + per_day * cover + 1
    else:
        assert at_arrival >= reorder_point - 1e-5


@given(UNITS, UNITS, UNITS, st.floats(0, 500), st.integers(1, 60), DAYS)
def test_more_in_stock_never_means_a_larger_order(
    fewer: float, more: float, reorder_point: float, per_day: float, cover: int, lead: int
) -> None:
    fewer, more = sorted((fewer, more))
    small = item(quantity=fewer, reorder_point=reorder_point)
    large = item(quantity=more, reorder_point=reorder_point)
    assert quantity_to_order(large, per_day, cover, lead) <= quantity_to_order(small, per_day, cover, lead)


def test_lines_are_grouped_by_supplier_and_sums_hold_what_is_left_out() -> None:
    items = [
        item("a", quantity=0, reorder_point=4, cost="2.50", supplier="North"),
        item("b", quantity=1, reorder_point=4, cost="1", supplier="North"),
        item("c", quantity=2, reorder_point=4, supplier=" "),
        item("d", quantity=9, reorder_point=4, cost="1", supplier="South"),
    ]
    speed = {"a": Velocity(30, 1), "b": Velocity(3, 0.1)}
    whole = plan(items, speed, 1, 1, 50)
    assert [(order.supplier, [line.item_id for line in order.lines]) for order in whole.orders] == [
        ("North", ["a", "b"]),
        (NO_SUPPLIER, ["c"]),
    ]
    assert (whole.count, whole.units, whole.cost, whole.without_cost) == (3, 5 + 4 + 2, Decimal("16.50"), 1)
    cut = plan(items, speed, 1, 1, 1)
    assert (cut.left_out, cut.count, cut.cost) == (2, 3, Decimal("16.50"))
    assert [line.item_id for line in cut.orders[0].lines] == ["a"]
