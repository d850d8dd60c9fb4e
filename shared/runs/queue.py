"""Tasks that continue a run, named after the attempt, so that repeated requests make one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shared.gcp.logging import get_logger
from shared.gcp.task_queue import create_named_task, is_waiting
from shared.runs.ids import task_name
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.startable import is_asked_for, is_by_catalog_tick

RETRY_QUEUE = "retryExecution"
DISPATCH_DEADLINE_SECONDS = 540
MAX_ATTEMPT = 10
"""The task functions refuse a higher one; no ladder is that long."""
FARTHEST = timedelta(days=29)
"""Cloud Tasks takes no task for later than 30 days; one that comes too early sends the next."""

log = get_logger(__name__)


class Lane(StrEnum):
    """A queue of first attempts, with instances of its own: a storm in one keeps nobody in another waiting."""

    INTERACTIVE = "runExecution"
    """Somebody asked for the run and looks at it."""
    EVENT = "runEvent"
    """An event, the playbook's own schedule or another run set it off."""
    CATALOG = "runCatalog"
    """The ticks that start the catalog playbooks of all orgs at once."""


def lane_of(execution: Execution) -> Lane:
    """Where the run waits for its first attempt; once somebody has sent it back, in the lane of people."""
    if is_asked_for(execution) or execution.replay > 0:
        return Lane.INTERACTIVE
    return Lane.CATALOG if is_by_catalog_tick(execution) else Lane.EVENT


def enqueue_attempt(
    execution_id: str,
    attempt: int,
    *,
    replay: int,
    lane: Lane,
    at: datetime | None = None,
    suffix: str = "",
    carried: Mapping[str, Any] | None = None,
) -> bool:
    """Have the attempt run, at once or at an instant; False where a task of that name is or was there.

    `lane`: the run's, by `lane_of`. `suffix`: for when the plain name may be spent. `carried`: see
    `shared.runs.carried`.
    """
    queue = _queue_of(attempt, lane)
    name = task_name(execution_id, replay, attempt, suffix)
    payload = {
        "executionId": execution_id,
        "attempt": attempt,
        "replay": replay,
        "first": attempt == 1 and not suffix,
        **({"carried": carried} if carried else {}),
    }
    is_new = create_named_task(queue, name, payload, deadline_seconds=DISPATCH_DEADLINE_SECONDS, at=at)
    if not is_new:
        log.info("task is there already", extra={"task": name})
    return is_new


def is_on_its_way(execution: Execution, attempt: int) -> bool:
    """Whether a task for the attempt still waits in its queue."""
    due = int(execution.due_at.timestamp()) if execution.due_at is not None else 0
    names = (task_name(execution.id, execution.replay, attempt, suffix) for suffix in _suffixes(execution, due))
    return any(is_waiting(_queue_of(attempt, lane_of(execution)), name) for name in names)


def _suffixes(execution: Execution, due: int) -> tuple[str, ...]:
    """The suffixes of the tasks that may be waiting for a run that was due then."""
    own = {
        ExecutionStatus.WAITING: (f"wake-{due}",),
        ExecutionStatus.RUNNING: (f"look-{due}", ""),
    }
    return (*own.get(execution.status, ("",)), sweep_suffix(execution))


def sweep_suffix(execution: Execution) -> str:
    """The suffix of the sweep's first task for the run as it is due now."""
    return f"sweep-{int(execution.due_at.timestamp()) if execution.due_at is not None else 0}"


def _queue_of(attempt: int, lane: Lane) -> str:
    return lane.value if attempt == 1 else RETRY_QUEUE


def wake(execution: Execution, now: datetime, *, cause: str = "") -> None:
    """Have a waiting run looked at: when its wait ends, or at once where `cause` names what has ended it."""
    at = None if cause or execution.due_at is None else _within_reach(execution.due_at, now)
    suffix = f"wake-{cause or int(at.timestamp() if at else 0)}"
    lane = lane_of(execution)
    enqueue_attempt(execution.id, execution.attempt, replay=execution.replay, at=at, suffix=suffix, lane=lane)


def _within_reach(at: datetime, now: datetime) -> datetime:
    """`at`, or whole spans before it where that is too far; always the same instant for the same wait."""
    while at - now > FARTHEST:
        at -= FARTHEST
    return at
