"""Wakes parked runs on an event or a decision, either of which may be delivered twice and late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore import ArrayUnion

from shared.decisions import approvals
from shared.decisions.approvals import Approval, ApprovalStatus
from shared.documents import executions
from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.runs import may_decide, queue, store
from shared.runs.record import ACTIVE, ExecutionStatus
from shared.triggers.events import DomainEvent
from shared.values.digests import hex_digest
from shared.waiting import event_waits
from shared.waiting.event_waits import EventWait

log = logging.get_logger(__name__)


def event_came(event: DomainEvent, waits: Sequence[EventWait], clock: Clock) -> list[str]:
    """Wake those of the waiting runs that want the event; their ids. Telling it again wakes no more.

    Raises:
        TransientError: some could not be woken now; the others were.
    """
    now = clock.now()
    with Isolation("event-waits", looks_up=False) as isolation:
        woken = isolation.each(
            waits, _item, lambda wait: event_waits.wants(wait, event.data) and _settle_event(wait, event, now)
        )
    isolation.require_no_waiting()
    return [wait.execution_id for wait, is_woken in zip(waits, woken, strict=True) if is_woken]


def _item(wait: EventWait) -> Item:
    return Item(f"{event_waits.COLLECTION}/{wait.id}", wait.since, wait.org_id)


def _settle_event(wait: EventWait, event: DomainEvent, now: datetime) -> bool:
    client = clients.firestore()
    reference = client.collection(event_waits.COLLECTION).document(wait.id)
    stored = store.read(wait.execution_id)
    if stored is not None and stored.execution.status not in ACTIVE:
        # It was cancelled, or stopped with its playbook: nothing of it is due any more.
        reference.delete()
        return False
    batch = client.batch()
    fields = event_waits.met_fields(event.id, event.data, now)
    batch.update(reference, fields, client.write_option(last_update_time=wait.version))
    try:
        _wake(batch, wait.execution_id, now, cause=event.id, people=_people_of(event))
    except FailedPrecondition:
        # By another event, or by this very commit, whose answer got lost.
        log.info("the wait has been met at this moment", extra={"executionId": wait.execution_id})
        _enqueue(wait.execution_id, now, cause=event.id)
        return False
    except NotFound:
        log.warning("the run that waited is gone", extra={"executionId": wait.execution_id})
        reference.delete()
        return False
    log.info("event woke a run", extra={"executionId": wait.execution_id, "eventName": event.name})
    return True


def decide(
    approval_id: str,
    *,
    org_id: str,
    by: str,
    status: ApprovalStatus,
    comment: str | None,
    clock: Clock,
    by_name: str | None = None,
) -> Approval:
    """Write somebody's decision, once, and wake the run. The same decision again is the same answer.

    `by_name`: what colleagues call the person.

    Raises:
        NotFoundError: the org has no such approval.
        ForbiddenError: the person who decides asked for the run, fired it, or wrote the playbook.
        ConflictError: it has been decided otherwise, has expired, or its run has ended.
        TransientError: somebody else decided at this very moment; look again.
    """
    approval, version = approvals.find(approval_id)
    if approval.org_id != org_id:
        raise NotFoundError(f"approval {approval_id} does not exist")
    now = clock.now()
    if (approval.status, approval.decided_by) == (status, by):
        # The process that wrote it may have died before waking the run.
        _enqueue(approval.execution_id, now, cause=approval.id)
        return approval
    refused = may_decide.refusal(approval, by, now)
    if refused is not None:
        raise refused
    decided = approval.model_copy(
        update={
            "status": status,
            "decided_by": by,
            "decided_by_name": by_name,
            "decided_at": now,
            "comment": comment,
        }
    )
    client = clients.firestore()
    batch = client.batch()
    batch.update(
        client.collection(approvals.COLLECTION).document(approval_id),
        {
            "status": status.value,
            "decidedBy": by,
            "decidedByName": by_name,
            "decidedAt": now,
            "comment": comment,
        },
        client.write_option(last_update_time=version),
    )
    try:
        _wake(batch, approval.execution_id, now, cause=approval.id)
    except (FailedPrecondition, NotFound) as error:
        raise TransientError(
            f"approval {approval_id} changed at this moment; look at it again", code=ErrorCode.BUSY
        ) from error
    log.info("approval decided", extra={"executionId": approval.execution_id, "decision": status.value})
    return decided


def campaign_ended(execution_id: str, campaign_run_id: str, now: datetime) -> None:
    """Wake the run whose step waits for the campaign; a run that is gone or has ended needs nothing."""
    batch = clients.firestore().batch()
    stored = store.read(execution_id)
    if stored is None or stored.execution.status not in ACTIVE:
        return
    try:
        _wake(batch, execution_id, now, cause=campaign_run_id)
    except NotFound:
        log.warning("the run that waited is gone", extra={"executionId": execution_id})


def _people_of(event: DomainEvent) -> list[str]:
    return [person for person in (event.fired_by, *event.caused_by) if person]


def _wake(batch: Any, execution_id: str, now: datetime, *, cause: str, people: Sequence[str] = ()) -> None:
    """Commit the batch together with the run being due now, and have it looked at.

    Both in one commit, so that the sweep finds the run where this process dies before the task is enqueued. A
    runner that holds the run at this moment sees that its document has changed, and looks again before it sleeps.

    `people`: who stands behind the run from now on, and so behind all that it starts, publishes and suggests.
    """
    joining = {"causedBy": ArrayUnion(list(people))} if people else {}
    batch.update(executions.reference(execution_id), {"dueAt": now, **joining})
    batch.commit()
    _enqueue(execution_id, now, cause=cause)


def _enqueue(execution_id: str, now: datetime, *, cause: str) -> None:
    stored = store.read(execution_id)
    if stored is not None and stored.execution.status is ExecutionStatus.WAITING:
        queue.wake(stored.execution, now, cause=hex_digest(cause))
