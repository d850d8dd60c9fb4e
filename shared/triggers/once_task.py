"""Cloud Tasks tasks of `once` triggers, which call `startOnce` at their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.gcp.task_queue import create_named_task
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from shared.triggers.jobs import JobOwner

QUEUE = "startOnce"
FARTHEST = timedelta(days=29)
"""Cloud Tasks schedules at most 30 days ahead; the sweep creates later tasks when they are in range."""
_DEADLINE_SECONDS = 60


def task_name(owner: JobOwner, at: datetime, made_at: datetime) -> str:
    """A task name with a hash prefix. Names stay reserved after deletion, so each is unique."""
    cause = "\x1f".join((owner.org_id, owner.playbook_id, owner.trigger_id, at.astimezone(UTC).isoformat()))
    return f"{hex_digest(cause)}-once-{int(made_at.timestamp() * 1000)}"


def put_task(name: str, owner: JobOwner, at: datetime) -> bool:
    """Schedules the run, or starts it at once if the time has passed; False if the task exists."""
    payload = {
        "orgId": owner.org_id,
        "playbookId": owner.playbook_id,
        "triggerId": owner.trigger_id,
        "at": at.astimezone(UTC).isoformat(),
    }
    return create_named_task(QUEUE, name, payload, deadline_seconds=_DEADLINE_SECONDS, at=at)
