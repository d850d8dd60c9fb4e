"""Ends the remaining runs of a playbook that was paused, archived or deleted, with the reason.

A run that a process holds goes on to its end. What waits for its turn is looked for when the playbook is written,
and looked at once more when its task comes, since another may be queued at that very moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import DELETE_FIELD

from shared.documents.executions import COLLECTION
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.runs import store, traced
from shared.runs.billing import Month, bill
from shared.runs.record import Execution, ExecutionStatus, parse_execution
from shared.runs.startable import is_asked_for, reason_to_stop
from shared.runs.store import FenceError, Stored
from shared.triggers.standing import read_standing

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

MOST_AT_ONCE = 200
"""How many runs one write of the playbook ends; those that are left end when their tasks come."""
JUST_STARTED = timedelta(seconds=3)
"""So young a run was started by the playbook as it stands, and need not read it once more."""
_PARKED = (ExecutionStatus.WAITING, ExecutionStatus.RETRYING)


def stop_before_it_runs(stored: Stored, clock: Clock) -> bool:
    """End the run whose task has come, if its playbook does not want it any more; whether it has.

    Raises:
        FenceError: somebody else has written the run meanwhile; look again.
    """
    execution = stored.execution
    may_wait = execution.status in {ExecutionStatus.QUEUED, *_PARKED}
    if not may_wait or execution.replay or is_asked_for(execution):
        return False
    if clock.now() - execution.created_at < JUST_STARTED:
        return False
    return _stop(stored, read_standing(execution.org_id, execution.playbook_id), clock)


def stop_what_waits(org_id: str, playbook_id: str, clock: Clock) -> int:
    """End the playbook's runs that wait for their turn, if it does not want them as it stands; how many.

    Raises:
        TransientError: some could not be ended just now; the others were.
    """
    # Every function that runs playbooks loads this module, and has no use for these.
    from shared.quarantine.entries import Item
    from shared.quarantine.isolation import Isolation

    standing = read_standing(org_id, playbook_id)
    stopped = 0
    with Isolation("stopping-runs") as isolation:
        for statuses in (_PARKED, (ExecutionStatus.QUEUED,)):
            found = _runs(org_id, playbook_id, statuses)
            stopped += sum(
                one is True for one in isolation.each(found, Item.of, lambda one: _stop_found(one, standing, clock))
            )
    isolation.require_no_waiting()
    return stopped


def _runs(org_id: str, playbook_id: str, statuses: tuple[ExecutionStatus, ...]) -> list[DocumentSnapshot[Any]]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "==", playbook_id))
        .where(filter=FieldFilter("status", "in", [status.value for status in statuses]))
        .limit(MOST_AT_ONCE)
    )
    return list(query.stream())


def _stop_found(found: DocumentSnapshot[Any], standing: Any, clock: Clock) -> bool:
    stored = Stored(parse_execution(found.id, found.to_dict() or {}), found.update_time)
    try:
        return _stop(stored, standing, clock)
    except FenceError:
        return False  # it is running now, or has ended


def _stop(stored: Stored, standing: Any, clock: Clock) -> bool:
    execution = stored.execution
    reason = reason_to_stop(execution, standing)
    if reason is None:
        return False
    has_begun = execution.status is not ExecutionStatus.QUEUED
    status = ExecutionStatus.CANCELLED if has_begun else ExecutionStatus.SKIPPED
    fields, month = ended(execution, status, reason, clock.now())
    store.update(stored, fields, month)
    traced.ended(execution)
    if execution.waits:
        from shared.decisions import approvals

        approvals.withdraw(execution.id)
    log.info("run stopped", extra={"executionId": execution.id, "reason": reason})
    return True


def ended(
    execution: Execution, status: ExecutionStatus, reason: str, now: datetime
) -> tuple[dict[str, Any], Month | None]:
    """End a run that no process holds: the fields to write, and what the org's month is charged with."""
    execution.status, execution.status_reason, execution.completed_at = status, reason, now
    had_failed = execution.error_code is not None
    execution.next_attempt_at, execution.error_code = None, None
    month = bill(execution, now)
    fields = {
        "status": status,
        "statusReason": reason,
        "completedAt": now,
        "nextAttemptAt": None,
        "dueAt": None,
        **({"errorCode": DELETE_FIELD} if had_failed else {}),
    }
    if month is None:
        return fields, None
    lines = [line.document() for line in execution.costs]
    return {**fields, "billedUsd": execution.billed_usd, "costs": lines}, month
