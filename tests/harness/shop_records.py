"""A shop's orders and customers as reports stream them, all of them at once."""

from __future__ import annotations

from datetime import datetime

from shared.documents.customers import Customer
from shared.documents.orders import Order
from shared.retail.load import CustomerStream, Loaded, OrderStream


def customers_of(org_id: str) -> Loaded[Customer]:
    """By id."""
    stream = CustomerStream(org_id)
    records = tuple(sorted(stream, key=lambda one: one.id))
    return Loaded(records, stream.malformed)


def orders_of(org_id: str, since: datetime, until: datetime, *, with_lines: bool = True) -> Loaded[Order]:
    """Oldest first."""
    stream = OrderStream(org_id, (since, until), with_lines=with_lines)
    records = tuple(stream)
    return Loaded(records, stream.malformed)
