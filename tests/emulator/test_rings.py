"""Playbooks that set one another going in a ring come to an end, whichever way they do it."""

from __future__ import annotations

from typing import Any

import pytest

from functions._dispatch import dispatch_all
from local.stack.running import Stack
from shared.execution.record import COLLECTION
from shared.execution.start import MAX_DEPTH
from shared.gcp import clients
from shared.scheduling import listeners
from shared.scheduling.dispatch import DomainEvent
from shared.scheduling.domain_event import parse_domain_event
from shared.scheduling.inventory import events_of_change
from tests.emulator.executions import ORG, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")


def put_listening(playbook_id: str, event_name: str, step: dict[str, Any]) -> None:
    trigger = {"type": "event", "id": "event", "eventName": event_name}
    put_playbook(playbook_id, [step], triggers=[trigger])
    listener = listeners.Listener(
        playbook_id=playbook_id, org_id=ORG, trigger_id="event", event_name=event_name
    ).model_dump(by_alias=True, exclude_none=True)
    clients.firestore().collection(listeners.COLLECTION).document(playbook_id).set(listener)


def queued() -> list[str]:
    found = clients.firestore().collection(COLLECTION).stream()
    return [one.id for one in found if (one.to_dict() or {})["status"] == "queued"]


def depths() -> list[int]:
    found = clients.firestore().collection(COLLECTION).stream()
    return sorted((one.to_dict() or {})["depth"] for one in found)


def tell_of_published(told: set[str]) -> None:
    for found in clients.firestore().collection(f"tenants/{ORG}/events").stream():
        if found.id not in told:
            told.add(found.id)
            dispatch_all([parse_domain_event(ORG, found.id, found.to_dict() or {})])


def test_a_ring_of_published_events_ends() -> None:
    put_listening("ring", "ring.turned", {"action": "publish_event", "params": {"name": "ring.turned"}})
    dispatch_all([DomainEvent(ORG, "ring.turned", "from-outside")])
    told: set[str] = set()
    while waiting := queued():
        for execution_id in waiting:
            run(execution_id)
        tell_of_published(told)
    assert depths() == list(range(MAX_DEPTH + 1))


def test_a_ring_through_run_playbook_and_an_event_ends() -> None:
    put_playbook("starter", [{"action": "publish_event", "params": {"name": "ring.turned"}}])
    put_listening("ring", "ring.turned", {"action": "run_playbook", "params": {"playbookId": "starter"}})
    start("starter", "e0")
    told: set[str] = set()
    while waiting := queued():
        for execution_id in waiting:
            run(execution_id)
        tell_of_published(told)
    assert max(depths()) == MAX_DEPTH


def test_a_playbook_that_changes_the_price_whose_change_it_listens_to_ends(quiet_queues: Stack) -> None:
    item = clients.firestore().document(f"tenants/{ORG}/inventory/i1")
    item.set({"name": "Blue Dream", "price": 40, "quantity": 5})
    step = {"collection": "inventory", "id": "i1", "increment": {"price": 1}}
    put_listening("dearer", "inventory.price_changed", {"action": "update_document", "params": step})
    before = item.get().to_dict()
    item.update({"price": 41})
    for turn in range(MAX_DEPTH + 5):
        after = item.get().to_dict()
        dispatch_all(events_of_change(ORG, "i1", before, after, str(turn)))
        before = after
        waiting = queued()
        for execution_id in waiting:
            assert run(execution_id) == "completed"
    assert depths() == list(range(MAX_DEPTH + 1))
