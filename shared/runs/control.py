"""Replays or cancels a run on a person's request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.api_core.exceptions import FailedPrecondition
from google.cloud.firestore import DELETE_FIELD

from shared.api.errors import not_found
from shared.decisions import approvals
from shared.documents import dead_letters, executions
from shared.error_codes import ErrorCode
from shared.errors import ConflictError, TransientError
from shared.gcp import clients, logging, tracing
from shared.gcp.clock import Clock
from shared.runs import store, traced
from shared.runs.billing import Month
from shared.runs.fair.admission import hold_if_over
from shared.runs.fair.gate import set_off
from shared.runs.record import ACTIVE, Execution, ExecutionStatus
from shared.runs.stopping import ended
from shared.runs.store import FenceError, Stored
from shared.tenants.tenant import load_reachable

log = logging.get_logger(__name__)

TRIES = 5


def find_execution(execution_id: str) -> Stored:
    """The execution. A document that can't be read is logged and treated as missing.

    Raises:
        NotFoundError: there is none.
    """
    missing = not_found(f"execution {execution_id}")
    try:
        stored = store.read(execution_id)
    except (ValueError, KeyError, TypeError):
        # Only the log says so: a caller must not be able to tell another org's document from a missing one.
        log.exception("an execution cannot be read", extra={"path": executions.reference(execution_id).path})
        raise missing from None
    if stored is None:
        raise missing
    return stored


def require_org(stored: Stored, org_id: str) -> None:
    """Pass when the run is the org's.

    Raises:
        NotFoundError: it is not; the text is that of a missing one.
    """
    if stored.execution.org_id != org_id:
        raise not_found(f"execution {stored.execution.id}")


def replay(stored: Stored, clock: Clock, by: str | None = None, job: str | None = None) -> Execution:
    """Send a failed run back: a new ladder, from the step that failed. Asking twice starts one.

    `by`: who asks (a uid, or `agent:<name>`); they decide nothing that the run asks from now on. `job`: the bulk
    job that does it for them; it sends no run back twice, even if the run has failed again by then.

    Raises:
        ConflictError: it has not failed.
        TransientError: it changed meanwhile; ask again.
    """
    execution = stored.execution
    if job is not None and execution.bulk_job == job and execution.status not in ACTIVE:
        return execution
    if execution.status in ACTIVE and execution.replay > 0:
        set_off(execution)
        return execution
    if execution.status is not ExecutionStatus.FAILED:
        raise ConflictError(f"the execution is {execution.status}; expected one that has failed")
    _requeue(stored, clock, by, job)
    set_off(execution)
    tracing.current_span().link(traced.context_of(execution))
    log.info("run sent back", extra={"executionId": execution.id, "replay": execution.replay})
    return execution


def _requeue(stored: Stored, clock: Clock, by: str | None, job: str | None) -> None:
    execution, client, now = stored.execution, clients.firestore(), clock.now()
    execution.status, execution.replay, execution.attempt = ExecutionStatus.QUEUED, execution.replay + 1, 1
    execution.status_reason, execution.due_at, execution.turn_at = None, now, None
    execution.error_code = None
    hold_if_over(execution, load_reachable(execution.org_id), now, in_person=job is None)
    if by and by not in execution.caused_by:
        execution.caused_by = [*execution.caused_by, by]
    fields: dict[str, Any] = {
        "status": execution.status,
        "causedBy": execution.caused_by,
        "replay": execution.replay,
        "attempt": 1,
        "interruptions": 0,
        "nextAttemptAt": None,
        "dueAt": execution.due_at,
        "bulkJob": job or DELETE_FIELD,
        "statusReason": execution.status_reason or DELETE_FIELD,
        "held": execution.held.document() if execution.held is not None else DELETE_FIELD,
        **dict.fromkeys(
            ("completedAt", "deadLetteredAt", "failureTold", "cancelRequestedAt", "turnAt", "errorCode"),
            DELETE_FIELD,
        ),
    }
    batch = client.batch()
    batch.update(executions.reference(execution.id), fields, client.write_option(last_update_time=stored.version))
    execution.next_attempt_at, execution.completed_at = None, None
    store.put_summary(batch, execution)
    batch.set(
        dead_letters.reference(execution.id),
        dead_letters.replayed(execution.org_id, execution.playbook_id, now),
        merge=True,
    )
    try:
        batch.commit()
    except FailedPrecondition as error:
        raise TransientError(
            "the execution changed while it was being sent back; try again", code=ErrorCode.BUSY
        ) from error


def cancel(execution_id: str, clock: Clock) -> Execution:
    """Stop a run: at once if no step of it runs now, else before its next step. Asking twice is harmless.

    Raises:
        NotFoundError: there is no such execution.
        ConflictError: it has ended already, other than by a cancel.
        TransientError: it kept changing; ask again.
    """
    for _ in range(TRIES):
        stored = find_execution(execution_id)
        execution = stored.execution
        if execution.status is ExecutionStatus.CANCELLED or execution.cancel_requested_at is not None:
            return execution
        if execution.status not in ACTIVE:
            raise ConflictError(f"the execution is {execution.status}; expected one that has not ended")
        try:
            fields, month = _cancel(execution, clock.now())
            store.update(stored, fields, month)
        except FenceError:
            continue
        traced.ended(execution)
        if execution.waits and "completedAt" in fields:
            approvals.withdraw(execution_id)
        log.info("cancel asked for", extra={"executionId": execution_id, "status": execution.status})
        return execution
    raise TransientError("the execution kept changing while it was being cancelled; try again", code=ErrorCode.BUSY)


def _cancel(execution: Execution, now: datetime) -> tuple[dict[str, Any], Month | None]:
    if execution.status is ExecutionStatus.RUNNING:
        execution.cancel_requested_at = now
        return {"cancelRequestedAt": now}, None
    fields, month = ended(execution, ExecutionStatus.CANCELLED, "cancelled on request", now)
    return {**fields, "cancelRequestedAt": now}, month
