"""Packs on real Firestore: events that come all at once, a night's repair, and a run that reads what it wrote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.on_customer_written import on_customer_written
from functions.on_order_written import on_order_written
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.retail.packs import customer_shards, order_days, pack
from shared.retail.packs.repair import STATES, repair
from tests.emulator.firestore_events import document_event
from tests.harness.shop_records import customers_of, orders_of
from tests.harness.whole_collections import read_whole

pytestmark = pytest.mark.usefixtures("on_emulators")
NOW = datetime.now(UTC)


def write(org_id: str, order_id: str, fields: dict[str, Any] | None) -> None:
    """An order is written, and its event is delivered until it is taken."""
    path = f"tenants/{org_id}/orders/{order_id}"
    reference = firestore().document(path)
    before = reference.get().to_dict()
    if fields is None:
        reference.delete()
    else:
        reference.set(fields)
    while True:
        try:
            return on_order_written(document_event(path, before, fields))
        except TransientError:
            continue


def order(total: float, *, days_ago: int = 0) -> dict[str, Any]:
    return {"placedAt": NOW - timedelta(days=days_ago, seconds=1), "total": total, "status": "completed"}


def require_the_same(org_id: str) -> int:
    """What is packed is what there is; how many orders that is."""
    since, until = NOW - timedelta(days=40), NOW
    with read_whole():
        expected = orders_of(org_id, since, until), customers_of(org_id)
    assert (orders_of(org_id, since, until), customers_of(org_id)) == expected
    return len(expected[0].records)


def test_orders_that_come_all_at_once_are_all_in_the_day() -> None:
    org = "org_all_at_once"

    def till(number: int) -> None:
        for each in range(4):
            write(org, f"{number}-{each}", order(each))
        write(org, f"{number}-0", order(99))
        write(org, f"{number}-1", None)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(till, range(5)))
    day = pack.read(order_days.DAYS, org, order_days.day_name(NOW))
    assert day is not None
    assert (day.state, len(day.copies)) == (pack.State.COMPLETE, 15)
    assert require_the_same(org) == 15


def test_a_shop_from_before_is_packed_by_night_and_kept_from_then_on() -> None:
    org = "org_from_before"
    for number in range(30):
        firestore().document(f"tenants/{org}/orders/o{number}").set(order(number, days_ago=number))
        firestore().document(f"tenants/{org}/customers/c{number}").set({"name": f"Customer {number}"})
    assert repair(org, NOW) > 0
    write(org, "o3", order(500, days_ago=3))
    write(org, "o4", None)
    path = f"tenants/{org}/customers/c5"
    firestore().document(path).delete()
    on_customer_written(document_event(path, {"name": "Customer 5"}, None))
    assert require_the_same(org) == 29
    assert len(list(customer_shards.customers(org) or ())) == 29
    # An event that was lost.
    firestore().document(f"tenants/{org}/orders/o1").delete()
    assert repair(org, NOW) > 0
    assert require_the_same(org) == 28
    known = firestore().document(f"{STATES}/{org}").get().to_dict() or {}
    assert known["first"] < known["week"] < known["day"]
