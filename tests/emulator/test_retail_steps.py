"""The retail actions against real Firestore: the demo shop, its neighbours, and how long seeding takes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, write_documents
from local.stack.running import Stack
from shared.gcp.clients import firestore
from shared.retail.load import load_items
from shared.steps.registry import action_modules, load_action
from tests.unit.steps.fakes import RecordingEffects, step_context

RETAIL = sorted(
    name for name, module in action_modules().items() if ".retail." in module and name != "customer_contact"
)
"""The reports."""
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def _run(name: str, org_id: str = DEMO_ORG_ID, **params: Any) -> dict[str, Any]:
    action, context = load_action(name), step_context(RecordingEffects())
    context = replace(context, org=replace(context.org, id=org_id), now=NOW)
    output = action.run(action.params.model_validate(params), context)
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True)
    return dumped


@pytest.fixture
def demo(on_emulators: Stack) -> Stack:
    """The demo shop as it is at `NOW`."""
    write_documents(demo_documents(on_emulators.console_url, NOW))
    return on_emulators


@pytest.mark.usefixtures("demo")
def test_every_example_reads_the_shop_and_no_neighbours() -> None:
    neighbour = firestore().document("tenants/org_other/orders/o")
    neighbour.set({"placedAt": NOW - timedelta(days=1), "total": 1_000_000, "customerId": "customer-01"})
    firestore().document("tenants/org_other/inventory/i").set({"name": "Theirs", "quantity": 0})
    for name in RETAIL:
        found = _run(name, **load_action(name).example)
        assert found["malformed"] == 0
        assert "Theirs" not in found["text"]
        assert "1,000,000" not in found["text"]
        assert "no " not in found["subject"]


@pytest.mark.usefixtures("demo")
def test_sales_are_those_of_the_shops_yesterday() -> None:
    found = _run("sales_summary")
    day = [
        fields.to_dict() or {}
        for fields in firestore().collection(f"tenants/{DEMO_ORG_ID}/orders").stream()
        if (fields.get("placedAt") - timedelta(hours=5)).date().isoformat() == "2026-11-22"
    ]
    paid = [order["total"] for order in day if order["status"] == "completed"]
    assert (found["orders"], found["revenue"]) == (len(paid), pytest.approx(sum(paid)))
    assert paid


@pytest.mark.usefixtures("on_emulators")
def test_an_item_without_a_date_is_new_since_its_document_is_there() -> None:
    firestore().document("tenants/org_new/inventory/a").set({"name": "A", "price": 5.5, "quantity": 1})
    (item,) = load_items("org_new").records
    assert item.listed_at is not None
    assert abs(item.listed_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_seeding_is_quick_and_twice_is_once(on_emulators: Stack) -> None:
    documents = demo_documents(on_emulators.console_url, NOW)
    started = time.process_time()
    write_documents(documents)
    assert time.process_time() - started < 2
    write_documents(demo_documents(on_emulators.console_url, NOW))
    kept = list(firestore().collection(f"tenants/{DEMO_ORG_ID}/orders").stream())
    assert len(kept) == sum("/orders/" in path for path in documents)
