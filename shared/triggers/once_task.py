"""The Cloud Tasks task of a `once` trigger: it calls `startOnce` at its instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.gcp.task_queue import create_named_task
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from shared.triggers.jobs import JobOwner

QUEUE = "startOnce"
FARTHEST = timedelta(days=29)
"""Cloud Tasks takes no task for later than 30 days; the sweep has the others made when their time is near."""
_DEADLINE_SECONDS = 60


def task_name(owner: JobOwner, at: datetime, made_at: datetime) -> str:
    """A name for the task, well spread. One that was deleted stays taken for a while, so that each has its own."""
    cause = "\x1f".join((owner.org_id, owner.playbook_id, owner.trigger_id, at.astimezone(UTC).isoformat()))
    return f"{hex_digest(cause)}-once-{int(made_at.timestamp() * 1000)}"


def put_task(name: str, owner: JobOwner, at: datetime) -> bool:
    """Have the run started at its instant, or at once where that has passed; False: the task is there already."""
    payload = {
        "orgId": owner.org_id,
        "playbookId": owner.playbook_id,
        "triggerId": owner.trigger_id,
        "at": at.astimezone(UTC).isoformat(),
    }
    return create_named_task(QUEUE, name, payload, deadline_seconds=_DEADLINE_SECONDS, at=at)
