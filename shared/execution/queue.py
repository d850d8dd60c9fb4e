"""Tasks that make a run go on: named after the attempt, so that asking twice makes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.execution.ids import task_name
from shared.execution.record import Execution
from shared.gcp.logging import get_logger
from shared.gcp.task_queue import create_named_task

RUN_QUEUE = "runExecution"
RETRY_QUEUE = "retryExecution"
DISPATCH_DEADLINE_SECONDS = 540
MAX_ATTEMPT = 10
"""The task functions refuse a higher one; no ladder is that long."""
FARTHEST = timedelta(days=29)
"""Cloud Tasks takes no task for later than 30 days; one that comes too early sends the next."""

log = get_logger(__name__)


def enqueue_attempt(
    execution_id: str,
    attempt: int,
    *,
    replay: int,
    at: datetime | None = None,
    suffix: str = "",
    carried: Mapping[str, Any] | None = None,
) -> None:
    """Have the attempt run, at once or at an instant.

    `suffix`: for when the plain name may be spent. `carried`: see `shared.execution.carried`.
    """
    queue = RUN_QUEUE if attempt == 1 else RETRY_QUEUE
    name = task_name(execution_id, replay, attempt, suffix)
    payload = {
        "executionId": execution_id,
        "attempt": attempt,
        "replay": replay,
        "first": attempt == 1 and not suffix,
        **({"carried": carried} if carried else {}),
    }
    if not create_named_task(queue, name, payload, deadline_seconds=DISPATCH_DEADLINE_SECONDS, at=at):
        log.info("task is there already", extra={"task": name})


def wake(execution: Execution, now: datetime, *, cause: str = "") -> None:
    """Have a waiting run looked at: when its wait ends, or at once where `cause` names what has ended it."""
    at = None if cause or execution.due_at is None else _within_reach(execution.due_at, now)
    suffix = f"wake-{cause or int(at.timestamp() if at else 0)}"
    enqueue_attempt(execution.id, execution.attempt, replay=execution.replay, at=at, suffix=suffix)


def _within_reach(at: datetime, now: datetime) -> datetime:
    """`at`, or whole spans before it where that is too far; always the same instant for the same wait."""
    while at - now > FARTHEST:
        at -= FARTHEST
    return at
