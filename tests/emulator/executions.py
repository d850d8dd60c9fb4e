"""What the tests of executions share: an org, playbooks, paused queues, and runs delivered by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.record import Execution
from shared.runs.runner import deliver
from shared.runs.start import Started, start_execution
from shared.runs.state import Delivery
from shared.runs.store import read

ORG = "org_runs"


def put_org(**fields: Any) -> None:
    """The org, with whatever a test adds."""
    document = {
        "name": "Runs",
        "tierId": "pro",
        "timezone": "UTC",
        "ownerEmail": "owner@runs.example",
        "maxConcurrentRuns": 1_000,
        **fields,
    }
    clients.firestore().document(f"tenants/{ORG}").set(document)


def put_playbook(playbook_id: str, steps: list[dict[str, Any]], **fields: Any) -> None:
    """An active playbook."""
    document = {"name": playbook_id, "status": "active", "triggers": [], "steps": steps, "orgId": ORG, **fields}
    clients.firestore().document(f"tenants/{ORG}/playbooks/{playbook_id}").set(document)


def start(playbook_id: str, execution_id: str | None = None, **fields: Any) -> Started:
    """Start it as a person would."""
    request = StartRequest(
        playbook_id=playbook_id,
        execution_id=execution_id,
        **{"org_id": ORG, "trigger": TriggerRef(type="manual"), "user": PinnedUser(id="u1"), **fields},
    )
    return start_execution(request, Clock())


def run(execution_id: str, attempt: int = 1, replay: int = 0, later: float = 0) -> str:
    """Deliver one task, so many seconds from now."""
    return deliver(Delivery(execution_id, attempt, replay), clock_in(later))


def clock_in(seconds: float) -> Clock:
    """A clock that is ahead."""
    return Clock(not_before=datetime.now(UTC) + timedelta(seconds=seconds))


def execution(execution_id: str) -> Execution:
    """The execution as Firestore has it."""
    stored = read(execution_id)
    assert stored is not None
    return stored.execution


def task_names(queue: str) -> list[str]:
    """The ids of the tasks that wait in a queue."""
    return sorted(task_times(queue))


def lose_tasks(queue: str) -> None:
    """Take all tasks out of a queue."""
    clients.tasks().purge_queue(name=clients.tasks().queue_path("demo-playbooks", "us-central1", queue))


def task_times(queue: str) -> dict[str, datetime]:
    """When the tasks that wait in a queue are due, by their ids."""
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", queue)
    found = clients.tasks().list_tasks(request={"parent": parent})
    return {task.name.rpartition("/")[2]: task.schedule_time for task in found}


def documents(collection: str) -> list[dict[str, Any]]:
    """All documents of a collection."""
    return [found.to_dict() or {} for found in clients.firestore().collection(collection).stream()]


SET = {"id": "set", "action": "set", "params": {"values": {"x": 1}}}
MAIL = {"id": "mail", "action": "send_email", "params": {"to": "a@b.example", "subject": "S", "text": "T"}}
"""Steps that many tests use."""


def mails(stack: Stack, execution_id: str) -> int:
    outbox = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}).json()
    return sum(message["executionId"] == execution_id for message in outbox)


def fault(stack: Stack, status: int, times: int, **more: Any) -> None:
    body = {"provider": "mailjet", "status": status, "times": times, **more}
    httpx.post(f"{stack.console_url}/api/faults", json=body).raise_for_status()
