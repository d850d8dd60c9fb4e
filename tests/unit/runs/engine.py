"""Helpers of the tests of engine, shared with other tests."""

from __future__ import annotations

from typing import Any

import pytest

from shared.gcp import blobs
from shared.gcp.clock import Clock
from shared.runs import dead_letters, queue, store
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.runner import deliver
from tests.unit.runs.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Firestore, Cloud Tasks and Pub/Sub in memory; the real registry."""
    made = World()
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setattr(store, "read", made.read)
    monkeypatch.setattr(store, "update", made.update)
    monkeypatch.setattr(queue, "enqueue_attempt", made.enqueue)
    monkeypatch.setattr(dead_letters, "publish", made.publish)
    objects: dict[str, bytes] = {}
    monkeypatch.setattr(blobs, "put", lambda path, data, _kind: objects.update({path: data}) or f"gs://b/{path}")
    monkeypatch.setattr(blobs, "get", lambda uri: objects[uri.removeprefix("gs://b/")])
    return made


def run(world: World, *steps: dict[str, Any], event: dict[str, Any] | None = None) -> Execution:
    """The execution after one delivery."""
    clock = Clock()
    execution = Execution(
        id="e1",
        playbook_id="p1",
        org_id="o1",
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.QUEUED,
        created_at=clock.now(),
        definition={"name": "P", "status": "active", "triggers": [], "steps": list(steps)},
        event_data=event or {},
        org=PinnedOrg(id="o1", name="Shop", timezone="UTC", tier_id="pro", owner_email="owner@shop.example"),
    )
    world.create(execution)
    from shared.runs.state import Delivery

    deliver(Delivery("e1", 1), clock)
    return world.execution("e1")


def set_step(step_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": step_id, "action": "set", "params": {"values": fields.pop("values", {})}, **fields}
