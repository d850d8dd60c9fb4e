"""What happens in an org starts the playbooks that listen to it, each once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.gcp import clients
from shared.runs.dispatch import dispatch_all
from shared.triggers.events import DomainEvent
from tests.e2e.conftest import eventually
from tests.e2e.org import Org, set_step

LOW_STOCK = {"type": "event", "eventName": "inventory.low_stock"}
ORDER = {"type": "event", "eventName": "order.completed"}
MARKER = {"type": "event", "eventName": "test.marker"}


def _listening(org: Org, trigger: dict[str, Any], *steps: dict[str, Any], name: str = "pb") -> None:
    org.playbook(*(steps or (set_step(),)), name=name, triggers=[trigger])
    org.until_listening(name)


def _until_all_before_is_delivered(org: Org) -> None:
    """Events are delivered one after the other: when the marker's run is there, those before it are through."""
    _listening(org, MARKER, name="marker")
    org.publish("marker", "test.marker")
    eventually(lambda: org.executions("marker"), what="the marker's run")


def test_stock_that_falls_below_its_reorder_point_starts_one_run(org: Org) -> None:
    _listening(org, LOW_STOCK, set_step(left="{{event.quantity}}", before="{{event.before.quantity}}"))
    org.item("blue-dream", quantity=50)
    org.item("blue-dream", quantity=8)
    execution = org.until(org.first_execution(), "completed")
    assert execution["eventData"]["itemId"] == "blue-dream"
    assert execution["stepResults"][0]["output"] == {"left": 8, "before": 50}
    assert execution["trigger"]["type"] == "event"


def test_stock_that_stays_low_starts_no_second_run(org: Org) -> None:
    _listening(org, LOW_STOCK)
    for quantity in (50, 8, 7, 3):
        org.item("blue-dream", quantity=quantity)
    _until_all_before_is_delivered(org)
    assert len(org.executions()) == 1


def test_stock_that_recovers_and_falls_again_starts_a_second_run(org: Org) -> None:
    _listening(org, LOW_STOCK)
    for quantity in (50, 8, 60, 8):
        org.item("blue-dream", quantity=quantity)
    _until_all_before_is_delivered(org)
    assert len(org.executions()) == 2


def test_an_event_document_starts_a_run_that_knows_its_data(org: Org) -> None:
    _listening(org, ORDER, set_step(total="{{event.total}}", by="{{trigger.type}}"))
    org.publish("order-1", "order.completed", total=120.5)
    execution = org.until(org.first_execution(), "completed")
    assert execution["stepResults"][0]["output"] == {"total": 120.5, "by": "event"}
    assert execution["trigger"]["eventId"] == "order-1"


def test_a_filter_lets_only_its_events_through(org: Org) -> None:
    _listening(org, {**ORDER, "filter": "{{event.total}} > 100"})
    org.publish("small", "order.completed", total=20)
    org.publish("large", "order.completed", total=200)
    execution_id = org.first_execution()
    assert org.until(execution_id, "completed")["trigger"]["eventId"] == "large"


def test_a_filter_that_cannot_be_computed_leaves_a_skipped_run_with_the_reason(org: Org) -> None:
    _listening(org, {**ORDER, "filter": "{{event.total}} > 100"})
    org.publish("odd", "order.completed", amount=200)
    execution = org.until(org.first_execution(), "skipped")
    assert "total" in execution["statusReason"]


def test_an_event_that_nobody_listens_to_starts_nothing(org: Org) -> None:
    _listening(org, ORDER)
    org.publish("other", "order.refunded", total=1)
    _until_all_before_is_delivered(org)
    assert org.executions() == {}


def test_an_event_of_another_org_starts_nothing(org: Org) -> None:
    _listening(org, ORDER)
    dispatch_all([DomainEvent(f"{org.id}_other", "order.completed", "order-1", {"total": 1})])
    assert org.executions() == {}


def test_an_event_that_is_delivered_twice_starts_one_run(org: Org) -> None:
    _listening(org, ORDER)
    org.publish("order-1", "order.completed", total=1)
    execution_id = org.first_execution()
    dispatch_all([DomainEvent(org.id, "order.completed", "order-1", {"total": 1})])
    assert list(org.executions()) == [execution_id]


def test_a_paused_playbook_does_not_run_on_an_event(org: Org) -> None:
    _listening(org, ORDER)
    org.change(status="paused")
    eventually(lambda: not org.listeners(), what="no listener")
    org.publish("order-1", "order.completed", total=1)
    _until_all_before_is_delivered(org)
    assert org.executions() == {}


def test_an_order_is_in_the_pack_of_its_day(org: Org) -> None:
    now = datetime.now(UTC)
    tenant = clients.firestore().document(f"tenants/{org.id}")
    tenant.collection("orders").document("order-1").set({"placedAt": now, "total": 12.5})
    day = tenant.collection("order_days").document(now.date().isoformat())
    eventually(lambda: (day.get().to_dict() or {}).get("count") == 1, what="the day's pack")
    tenant.collection("orders").document("order-1").delete()
    eventually(lambda: (day.get().to_dict() or {}).get("count") == 0, what="the pack without it")
