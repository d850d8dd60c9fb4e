"""Records with only what a test is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from shared.documents.customers import Customer
from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.retail.customers import Profile, Profiles

ZONE = "America/New_York"
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
"""A Monday, nine in the morning in New York."""

ZONES = st.sampled_from(
    ("America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
UNITS = st.floats(0, 10_000, allow_nan=False, allow_infinity=False)


def item(item_id: str = "a", **fields: Any) -> Item:
    """An item, named like its id."""
    return Item.model_validate({"name": item_id, **fields, "id": item_id})


def order(total: str | int = 10, *, days_ago: float = 1, order_id: str = "o", **fields: Any) -> Order:
    """An order of one unnamed thing."""
    placed = {"placed_at": NOW - timedelta(days=days_ago), "total": Decimal(total)}
    return Order.model_validate({**placed, **fields, "id": order_id})


def sale(item_id: str, quantity: float = 1, *, days_ago: float = 1, price: str = "10", **fields: Any) -> Order:
    """A completed order of some of one item."""
    line = {
        "item_id": item_id,
        "name": item_id,
        "quantity": quantity,
        "price": Decimal(price),
        "category": "Flower",
    }
    total = Decimal(price) * Decimal(str(quantity))
    return order(str(total), days_ago=days_ago, items=(line,), **fields)


def customer(customer_id: str = "c", **fields: Any) -> Customer:
    """A customer, named like their id."""
    return Customer.model_validate({"name": customer_id, **fields, "id": customer_id})


def profiles_of(customers: Iterable[Customer], orders: Iterable[Order], now: datetime) -> list[Profile]:
    return list(Profiles(customers, orders, now))
