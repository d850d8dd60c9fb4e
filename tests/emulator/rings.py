"""Playbooks that set one another going, and what they have set off until now."""

from __future__ import annotations

from typing import Any

from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.runs.dispatch import dispatch_all
from shared.triggers import listeners
from shared.triggers.events import parse_domain_event
from tests.emulator.executions import ORG, put_playbook, run


def put_listening(playbook_id: str, event_name: str, steps: list[dict[str, Any]]) -> None:
    trigger = {"type": "event", "id": "event", "eventName": event_name}
    put_playbook(playbook_id, steps, triggers=[trigger])
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


def last_run() -> str:
    """The id of the one that most others led to."""
    found = clients.firestore().collection(COLLECTION).stream()
    return max(found, key=lambda one: (one.to_dict() or {})["depth"]).id


def tell_of_published(told: set[str]) -> None:
    for found in clients.firestore().collection(f"tenants/{ORG}/events").stream():
        if found.id not in told:
            told.add(found.id)
            dispatch_all([parse_domain_event(ORG, found.id, found.to_dict() or {})])


def go_on_until_nothing_waits() -> None:
    """Deliver every task and every event document, those that follow from them too."""
    told: set[str] = set()
    while waiting := queued():
        for execution_id in waiting:
            run(execution_id)
        tell_of_published(told)
