"""The state machine of a run, as pure functions: what a delivery may do, and what follows a failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import MAX_RETRY_AFTER_SECONDS, TransientError
from shared.runs.record import TERMINAL, Execution, ExecutionStatus

MAX_INTERRUPTIONS = 5
"""How often a run may be found dead in the middle before it is taken for one that kills its process."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of a task: which attempt of which replay it asks for.

    `fresh`: the first arrival of a run's first task, so that no process can have died of the run before.
    """

    execution_id: str
    attempt: int
    replay: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Run it, as this attempt. `interrupted`: a process died in the middle. `resumed`: it has been waiting."""

    attempt: int
    interrupted: bool = False
    resumed: bool = False
    lazily: bool = False
    """Whether the claim may be written with the first save, because nothing before that can do harm twice."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is left to do for this delivery."""

    reason: str


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Somebody else holds the lease; if that one died, the run can be taken over then."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Ensure:
    """This attempt is over, or parked; make sure that what that set off (a task, a dead letter) has been sent."""


Decision = Claim | Ignore | LookAgain | Ensure


def decide(execution: Execution, delivery: Delivery, now: datetime) -> Decision:
    """What a delivery that arrives at `now` may do with the execution as it is."""
    if delivery.replay != execution.replay:
        return Ignore(f"it belongs to replay {delivery.replay}; the execution is at {execution.replay}")
    status = execution.status
    if status is ExecutionStatus.FAILED and execution.dead_lettered_at is None:
        return Ensure()
    if status in TERMINAL:
        return Ignore(f"the execution is {status}")
    if status is ExecutionStatus.WAITING:
        is_due = execution.due_at is not None and execution.due_at <= now
        return Claim(attempt=execution.attempt, resumed=True) if is_due else Ensure()
    if status is ExecutionStatus.RUNNING:
        return _decide_running(execution, now)
    if execution.held is not None and status is ExecutionStatus.QUEUED:
        return Ignore("it waits for its turn")
    if status is ExecutionStatus.QUEUED:
        return Claim(attempt=execution.attempt, lazily=delivery.fresh)
    if delivery.attempt <= execution.attempt:
        return Ensure()
    return Claim(attempt=execution.attempt + 1)


def _decide_running(execution: Execution, now: datetime) -> Decision:
    lease = execution.lease
    if lease is not None and now < lease.expires_at:
        return LookAgain(at=lease.expires_at)
    return Claim(attempt=execution.attempt, interrupted=True)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at that instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """To the dead letters."""


def after_failure(error: Exception, attempt: int, delays: Sequence[int], now: datetime) -> Retry | GiveUp:
    """What follows when `attempt` (from 1) failed with `error`; `delays` are the ladder's seconds.

    Where the other side asked for more patience (`Retry-After`), it has that, up to an hour: an attempt before then
    would be spent for nothing.
    """
    if isinstance(error, TransientError) and attempt <= len(delays):
        asked = min(error.retry_after_seconds, MAX_RETRY_AFTER_SECONDS)
        return Retry(at=now + timedelta(seconds=max(delays[attempt - 1], asked)))
    return GiveUp()
