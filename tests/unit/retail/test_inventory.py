"""What is low, what lies on the shelf, what is new."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.inventory import Item
from shared.retail.demand import Velocity, units_by_day, velocities
from shared.retail.inventory import in_categories, low_stock, markdown, new_products, slow_movers, status_of
from tests.unit.retail.builders import NOW, UNITS, ZONE, item, sale

PRICES = st.decimals(Decimal("0.01"), Decimal(5_000), places=2)


def _speed(**sold: float) -> dict[str, Velocity]:
    return {name: Velocity(units, units / 30) for name, units in sold.items()}


@pytest.mark.parametrize(
    ("quantity", "reorder_point", "status"),
    [(5, 5, "ok"), (4, 5, "low"), (0, 5, "out"), (0, 0, "out"), (-2, 0, "out"), (1, 0, "ok")],
)
def test_low_is_below_the_reorder_point_and_out_is_none_left(
    quantity: float, reorder_point: float, status: str
) -> None:
    assert status_of(item(quantity=quantity, reorder_point=reorder_point)) == status


def test_velocity_counts_thirty_days_without_canceled_or_older_orders() -> None:
    orders = [
        sale("a", 3, days_ago=1),
        sale("a", 6, days_ago=29, status="pending"),
        sale("a", 50, days_ago=31),
        sale("a", 50, days_ago=2, status="cancelled"),
        sale("a", 50, days_ago=2, status="refunded"),
    ]
    assert velocities([item("a")], orders, NOW, ZONE)["a"] == Velocity(9, 9 / 30)


def test_an_item_that_came_lately_is_measured_over_its_own_days() -> None:
    fresh = item("a", created_at=NOW - timedelta(days=3))
    assert velocities([fresh], [sale("a", 6, days_ago=1)], NOW, ZONE)["a"].per_day == 2


def test_a_line_without_a_known_id_is_the_item_of_its_name() -> None:
    items = [item("x1", name="Blue Dream")]
    orders = [sale("old-id", 2, days_ago=1).model_copy()]
    line = orders[0].items[0].model_copy(update={"name": "blue  DREAM"})
    renamed = orders[0].model_copy(update={"items": (line,)})
    assert sum(units_by_day(items, [renamed], ZONE)["x1"].values()) == 2


def test_out_of_stock_items_come_first_then_the_soonest_to_run_out() -> None:
    items = [
        item("lasting", quantity=4, reorder_point=5),
        item("unsold", quantity=1, reorder_point=5),
        item("urgent", quantity=2, reorder_point=5),
        item("out", quantity=0, reorder_point=5),
        item("fine", quantity=9, reorder_point=5),
    ]
    rows = low_stock(items, _speed(lasting=3, urgent=60, out=1))
    assert [(row.id, row.days_of_cover) for row in rows] == [
        ("out", 0.0),
        ("urgent", 1.0),
        ("lasting", 40.0),
        ("unsold", None),
    ]


def test_a_slow_mover_had_stock_all_the_time_and_sold_little() -> None:
    old = NOW - timedelta(days=90)
    items = [
        item("slow", quantity=10, cost=20, price=40, created_at=old),
        item("unsold", quantity=2, price=50, created_at=old),
        item("fast", quantity=10, cost=20, price=40, created_at=old),
        item("new", quantity=10, cost=20, price=40, created_at=NOW - timedelta(days=5)),
        item("gone", quantity=0, cost=20, price=40, created_at=old),
    ]
    rows = slow_movers(items, _speed(slow=2, fast=30), NOW, ZONE, days=30, max_sold=2)
    assert [(row.id, row.tied_up, row.tied_up_at, row.suggested_markdown_percent) for row in rows] == [
        ("slow", Decimal("200.00"), "cost", 10),
        ("unsold", Decimal("100.00"), "price", 20),
    ]


def test_items_that_expire_soon_are_marked_down_most() -> None:
    soon = item("a", quantity=1, price=10, expires_at=NOW + timedelta(days=9))
    (row,) = slow_movers([soon], {}, NOW, ZONE, days=30, max_sold=0)
    assert (row.suggested_markdown_percent, row.suggested_price) == (30, Decimal("7.00"))


@given(st.none() | PRICES, st.none() | PRICES, st.sampled_from((10, 20, 30)))
def test_a_markdown_is_below_the_price_and_never_below_cost(
    price: Decimal | None, cost: Decimal | None, percent: int
) -> None:
    taken, lowered = markdown(price, cost, percent)
    assert (taken is None) == (lowered is None)
    if taken is not None and lowered is not None and price is not None:
        assert 0 < taken <= percent
        assert lowered <= price
        assert cost is None or lowered >= cost


@given(st.lists(st.tuples(UNITS, UNITS, UNITS), max_size=20))
def test_every_item_is_ok_or_reported_once(stock: list[tuple[float, float, float]]) -> None:
    items = [item(str(n), quantity=q, reorder_point=p) for n, (q, p, _) in enumerate(stock)]
    speed = {str(n): Velocity(s, s / 30) for n, (_, _, s) in enumerate(stock)}
    rows = low_stock(items, speed)
    assert {row.id for row in rows} == {one.id for one in items if status_of(one) != "ok"}
    assert len(rows) == len({row.id for row in rows})
    assert all(row.days_of_cover is None or row.days_of_cover >= 0 for row in rows)


def test_new_products_are_those_listed_within_the_days_newest_first() -> None:
    def listed(name: str, **ago: float) -> Item:
        return item(name, created_at=NOW - timedelta(**ago))

    unsaid = item("unsaid", document_created_at=NOW - timedelta(days=1))
    items = [listed("old", days=9), listed("edge", days=7), listed("today", hours=1), unsaid, item("ageless")]
    items.append(listed("announced", days=-3))
    assert [row.id for row in new_products(items, NOW, ZONE, 7)] == ["today", "unsaid", "edge"]


def test_categories_are_found_whatever_their_case() -> None:
    items = [item("a", category="Flower"), item("b", category=" flower"), item("c", category="Vapes"), item("d")]
    assert [one.id for one in in_categories(items, "FLOWER")] == ["a", "b"]
    assert [one.id for one in in_categories(items, ["vapes", "flower"])] == ["a", "b", "c"]
    assert len(in_categories(items, None)) == 4
