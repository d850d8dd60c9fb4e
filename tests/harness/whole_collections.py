"""Orders and customers read document by document, as a report is defined: what packs are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.gcp.clients import firestore
from shared.retail.packs import customer_shards, packed_orders
from shared.retail.packs.codec import Copy


@contextmanager
def read_whole() -> Iterator[None]:
    """No pack is read within it."""
    with (
        mock.patch.object(packed_orders, "orders_between", _orders),
        mock.patch.object(packed_orders, "orders_by_day", _orders),
        mock.patch.object(customer_shards, "customers", return_value=None),
    ):
        yield


def _orders(org_id: str, since: datetime, until: datetime) -> Iterator[Copy]:
    query = (
        firestore()
        .collection(f"tenants/{org_id}/orders")
        .where(filter=FieldFilter("placedAt", ">=", since))
        .where(filter=FieldFilter("placedAt", "<", until))
        .order_by("placedAt")
    )
    for found in query.stream():
        fields: dict[str, Any] = found.to_dict() or {}
        yield Copy(found.id, found.reference.path, fields, "", found.create_time)
