"""Margins, suppliers and compliance, computed from plain records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.documents.shop import Content, Location
from shared.retail.compliance import licenses, pending
from shared.retail.demand import Velocity
from shared.retail.margins import LARGEST_RAISE, margins
from shared.retail.reorder import NO_SUPPLIER
from shared.retail.suppliers import scorecard

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ZONE = "America/New_York"
TARGET = Decimal(40)


def item(item_id: str = "a", **fields: Any) -> Item:
    return Item.model_validate({"id": item_id, "name": item_id, "price": 10, "cost": 5, "quantity": 4, **fields})


def order(item_id: str = "a", quantity: float = 1, price: float = 10, days_ago: float = 1, **fields: Any) -> Order:
    lines = [{"itemId": item_id, "name": item_id, "quantity": quantity, "price": price}]
    placed = NOW - timedelta(days=days_ago)
    return Order.model_validate({"id": "o", "placedAt": placed, "total": 1, "items": lines, **fields})


def test_an_item_below_the_target_gets_a_price_that_goes_there_by_ten_percent_at_most() -> None:
    found = margins([item(price=70, cost="60.90")], {"a": Velocity(6, 0.2)}, TARGET)
    (thin,) = found.thin
    assert thin.margin_percent == Decimal("13.0")
    assert thin.target_price == Decimal("101.50")
    assert thin.suggested_price == Decimal(77)
    assert thin.gain_per_month == Decimal("42.00")
    assert found.gain_per_month == Decimal("42.00")


def test_a_margin_at_the_target_is_not_thin_and_one_without_a_cost_is_not_counted() -> None:
    found = margins([item(price=10, cost=6), item("b", cost=None)], {}, TARGET)
    assert (found.thin, found.priced, found.without_cost) == ((), 1, 1)
    assert found.margin_percent == Decimal("40.0")


def test_the_average_weighs_by_what_was_sold() -> None:
    items = [item("a", price=10, cost=5), item("b", price=10, cost=9)]
    assert margins(items, {"a": Velocity(30, 1)}, TARGET).margin_percent == Decimal("50.0")
    assert margins(items, {}, TARGET).margin_percent == Decimal("30.0")


def test_categories_come_with_the_least_margin_first() -> None:
    items = [item("a", category="Flower"), item("b", category="Vapes", cost=9), item("c", category=None)]
    found = margins(items, {}, TARGET).categories
    assert [row.category for row in found] == ["Vapes", "Flower", "No category"]


@given(st.decimals(1, 500, places=2), st.decimals("0.01", 500, places=2), st.integers(1, 90))
def test_a_suggested_price_never_falls_and_never_jumps(price: Decimal, cost: Decimal, target: int) -> None:
    for row in margins([item(price=price, cost=cost)], {}, Decimal(target)).thin:
        assert row.suggested_price >= row.price
        assert row.suggested_price <= row.price * LARGEST_RAISE + Decimal("0.50")
        assert row.suggested_price <= row.target_price


def test_partners_are_scored_by_what_their_products_bring() -> None:
    items = [
        item("a", supplier="Growers", quantity=2, reorderPoint=5),
        item("b", supplier="Growers ", quantity=0),
        item("c", supplier=None),
    ]
    orders = [order("a", 3), order("c", 1), order("a", 1, days_ago=40), order("a", 9, status="refunded")]
    first, last = scorecard(items, orders, NOW, 30)
    assert (first.supplier, first.products, float(first.revenue), first.units) == ("Growers", 2, 30.0, 3.0)
    assert (first.share_percent, first.change_percent) == (Decimal("75.0"), Decimal("200.0"))
    assert first.margin_percent == Decimal("50.0")
    assert (first.low_count, first.out_count) == (1, 1)
    assert (first.stock_value, first.stock_cost) == (Decimal(20), Decimal(10))
    assert (last.supplier, last.change_percent) == (NO_SUPPLIER, None)


def test_a_line_is_a_partner_s_by_its_name_where_it_has_no_id() -> None:
    lines = [{"name": " A ", "quantity": 2, "price": 10}]
    named = Order.model_validate({"id": "o", "placedAt": NOW - timedelta(days=1), "total": 20, "items": lines})
    (row,) = scorecard([item("a", supplier="Growers")], [named], NOW, 30)
    assert row.revenue == 20


def test_partners_without_sales_have_no_share() -> None:
    (row,) = scorecard([item(supplier="Growers")], [], NOW, 30)
    assert row.revenue == 0
    assert row.share_percent is None
    assert row.margin_percent is None
    assert scorecard([], [order()], NOW, 30) == []


def location(name: str, days: float | None) -> Location:
    ends = None if days is None else NOW + timedelta(days=days)
    return Location.model_validate({"id": name, "name": name, "licenseExpiresAt": ends})


def test_licenses_are_sorted_by_the_days_they_have_left_in_the_shop_s_zone() -> None:
    rows = licenses([location("d", None), location("c", 100), location("b", 60), location("a", -1)], NOW, ZONE, 60)
    assert [(row.location, row.status, row.days_left) for row in rows] == [
        ("a", "ended", -1),
        ("b", "ends soon", 60),
        ("c", "valid", 100),
        ("d", "no date", None),
    ]


def test_content_that_waits_longest_comes_first() -> None:
    content = [
        Content.model_validate({"id": one, "title": one, "status": status, "createdAt": NOW - timedelta(days=days)})
        for one, status, days in [
            ("new", "pending_review", 0.5),
            ("old", "pending_review", 9),
            ("out", "published", 50),
        ]
    ]
    assert [(row.title, row.days_waiting) for row in pending(content, NOW)] == [("old", 9), ("new", 0)]
