"""Handles one delivery of a task: claims the run, runs its steps, and arranges what follows."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from google.api_core.exceptions import GoogleAPICallError

from shared.error_codes import ErrorCode
from shared.errors import AlreadyReportedError, PermanentError, PlaybookError
from shared.gcp import lag, logging, tracing
from shared.gcp.clock import Clock
from shared.gcp.settings import settings
from shared.playbooks.validation import InvalidPlaybookError
from shared.runs import queue, store, traced
from shared.runs.compiled import compiled_playbook
from shared.runs.effects import LiveEffects
from shared.runs.engine import Charge, Surroundings, run_steps
from shared.runs.errors import CancelRequestedError, LeaseLostError, ParkedError, RunEndedError, StepFailedError
from shared.runs.outputs import stored as stored_output
from shared.runs.parking import LiveParking
from shared.runs.reach import ending_words
from shared.runs.record import Execution, ExecutionStatus, log_fields
from shared.runs.renewal import renewing
from shared.runs.room import bring_back
from shared.runs.session import Session
from shared.runs.startable import is_asked_for
from shared.runs.state import (
    MAX_INTERRUPTIONS,
    Claim,
    Delivery,
    Ensure,
    Ignore,
    LookAgain,
    Retry,
    after_failure,
    decide,
)
from shared.runs.stopping import stop_before_it_runs
from shared.runs.store import FenceError, Stored
from shared.steps.base import Effects, Parking, StartPlaybook
from shared.steps.registry import params_model

log = logging.get_logger(__name__)

CLAIM_TRIES = 3


def deliver(delivery: Delivery, clock: Clock, known: Stored | None = None) -> str:
    """Do what the delivery may do; the answer says what that was.

    `known`: the execution as the task holds it, to begin with; it is read where that turns out to be old.
    Safe to call any number of times, late and at once from several places. An exception that leaves here is
    a passing fault of the platform: the task must be delivered again.
    """
    for _ in range(CLAIM_TRIES):
        stored, known = known or store.read(delivery.execution_id), None
        if stored is None:
            log.warning("no such execution; nothing to run", extra={"executionId": delivery.execution_id})
            return "gone"
        execution = stored.execution
        with logging.bind(**log_fields(execution)), traced.attempt(execution, delivery) as span:
            try:
                outcome = _act(stored, delivery, clock)
            except (FenceError, LeaseLostError) as error:
                span.set("playbooks.outcome", "lease_lost")
                log.warning("lease lost", extra={"reason": str(error)})
            else:
                span.set("playbooks.outcome", outcome.replace(" ", "_"))
                traced.ended(stored.execution)
                return outcome
    return "taken over"


def _act(stored: Stored, delivery: Delivery, clock: Clock) -> str:
    execution = stored.execution
    match decide(execution, delivery, clock.now()):
        case Ignore(reason=reason):
            log.info("delivery ignored", extra={"reason": reason})
            return "ignored"
        case Ensure():
            ensure_followed_up(execution, clock.now())
            return "ensured"
        case LookAgain(at=at):
            queue.enqueue_attempt(
                execution.id,
                delivery.attempt,
                replay=execution.replay,
                at=at,
                suffix=f"look-{int(at.timestamp())}",
                lane=queue.lane_of(execution),
            )
            return "look again"
        case Claim() if stop_before_it_runs(stored, clock):
            return str(execution.status)
        case Claim() as claim:
            lease_seconds = settings().lease_seconds
            session = Session(stored, clock, lease_seconds)
            with renewing(session, lease_seconds, session.claimed_after() if claim.lazily else math.inf):
                _run(session, claim)
            _warn_of_budget(session)
            _let_the_next_go(session.execution)
            return str(session.execution.status)


def _run(session: Session, claim: Claim) -> None:
    try:
        session.claim(claim)
        _run_claimed(session)
    except CancelRequestedError:
        session.finish(ExecutionStatus.CANCELLED, "cancelled on request")
        log.info("run cancelled")
    except StepFailedError as failure:
        _fail(session, failure.cause, str(failure), failure.step_id)
    except PlaybookError as error:
        _fail(session, error, str(error))
    ensure_followed_up(session.execution, session.clock.now())


def _run_claimed(session: Session) -> None:
    execution = session.execution
    if execution.interruptions > MAX_INTERRUPTIONS:
        raise PermanentError(
            f"its process died {execution.interruptions} times in the middle of the run",
            code=ErrorCode.PROCESS_DIED,
        )
    playbook = compiled_playbook(execution, params_model)
    bring_back(execution)
    try:
        with lag.allowed(not is_asked_for(execution)):
            run_steps(
                Surroundings(
                    execution=execution,
                    playbook=playbook,
                    clock=session.clock,
                    start_playbook=_child_starter(execution, session.clock),
                    hooks=_LiveHooks(session),
                    lock=session.lock,
                )
            )
    except ParkedError as parked:
        session.park(parked.until, str(parked))
        log.info("run waits", extra={"until": parked.until.isoformat()})
    except RunEndedError as end:
        session.finish(ExecutionStatus.COMPLETED, str(end))
        log.info("run ended by a step", extra={"reason": str(end)})
    else:
        session.finish(ExecutionStatus.COMPLETED, ending_words(execution.step_results))
        log.info("run completed", extra={"attempt": execution.attempt, "costUsd": execution.cost_usd})


def _child_starter(parent: Execution, clock: Clock) -> StartPlaybook:
    """`child_starter`, loaded with the first child: most runs start none."""

    @functools.cache
    def starter() -> StartPlaybook:
        from shared.runs.start import child_starter

        return child_starter(parent, clock)

    def start(playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        return starter()(playbook_id, event_data, key)

    return start


def _fail(session: Session, error: PlaybookError, reason: str, step_id: str | None = None) -> None:
    execution = session.execution
    failed = execution.result_of(step_id) if step_id else None
    told = {
        "reason": reason,
        "errorType": type(error).__name__,
        "errorCode": error.code,
        "attempt": execution.attempt,
        **({"stepId": step_id, "action": failed.action} if failed else {}),
    }
    traced.keep(execution)
    tracing.current_span().fail("AttemptFailed")
    following = after_failure(error, execution.attempt, _retry_delays(execution), session.clock.now())
    if isinstance(following, Retry):
        session.retry_at(reason, error.code, following.at, step_id)
        log.warning("attempt failed; retrying", extra={**told, "nextAttemptAt": str(following.at)})
    else:
        execution.failure_told = isinstance(error, AlreadyReportedError)
        session.finish(ExecutionStatus.FAILED, reason, step_id, error.code)
        log.error("run failed", extra=told)


def _retry_delays(execution: Execution) -> tuple[int, ...]:
    """What its author set, else the platform's."""
    try:
        own = compiled_playbook(execution, params_model).retry_delays_seconds
    except InvalidPlaybookError:
        own = None
    return settings().retry_delays_seconds if own is None else own


def _warn_of_budget(session: Session) -> None:
    """A warning that cannot be given now is given after the next run: this one has ended and stays so."""
    org = session.execution.org
    if org.monthly_budget_usd is None or session.execution.billed_usd == 0:
        return
    from shared.notices.budget_alert import after_run

    try:
        after_run(org.id, org.timezone, Decimal(str(org.monthly_budget_usd)), session.clock.now())
    except (PlaybookError, GoogleAPICallError) as error:
        log.warning("the budget could not be looked at", extra={"reason": str(error)})


def _let_the_next_go(execution: Execution) -> None:
    """Where the run was held, others may be still. Without this call they are looked at some seconds later."""
    if execution.turn_at is None:
        return
    from shared.runs.fair.gate import ask_for_pass

    try:
        ask_for_pass(execution.org_id)
    except GoogleAPICallError as error:
        log.warning("the next runs could not be let go now", extra={"reason": str(error)})


def ensure_followed_up(execution: Execution, now: datetime) -> None:
    """Send what the end of an attempt sets off: a task for later, or the dead letter. Safe to repeat."""
    if execution.status is ExecutionStatus.RETRYING:
        queue.enqueue_attempt(
            execution.id,
            execution.attempt + 1,
            replay=execution.replay,
            lane=queue.lane_of(execution),
            at=execution.next_attempt_at,
        )
    elif execution.status is ExecutionStatus.WAITING:
        queue.wake(execution, now)
    elif execution.status is ExecutionStatus.FAILED:
        from shared.runs import dead_letters

        dead_letters.publish(execution)


class _LiveHooks:
    """Saves before a step when the last save is a while ago, and after one whose receipt is not stored yet."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def effects(self, path: str, charge: Charge, *, slow: bool) -> Effects:
        return LiveEffects(self._session, path, charge, slow=slow)

    def parking(self, path: str) -> Parking:
        return LiveParking(self._session.execution, path, self._session.clock, self._session.lock)

    def keep(self, path: str, output: dict[str, Any]) -> dict[str, Any]:
        with self._session.lock:
            return stored_output(self._session.execution, path, output)

    def before(self) -> None:
        self._session.save_if_stale()

    def before_waiting(self) -> None:
        self._session.require_claim()

    def after(self, effects: Effects, *, is_last: bool) -> None:
        if not is_last and isinstance(effects, LiveEffects) and effects.performed:
            self._session.save()
