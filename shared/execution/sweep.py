"""What may have been lost between two writes, found again: every few minutes, whatever happened before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import NotFoundError
from shared.execution import dead_letters, ids, queue, store
from shared.execution.record import COLLECTION, ExecutionStatus, TriggerRef
from shared.execution.start import StartRequest, start_execution
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.cron import latest_slot, next_slot
from shared.scheduling import record
from shared.scheduling.record import ScheduleRecord

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

log = logging.get_logger(__name__)

OVERDUE_AFTER = timedelta(seconds=60)
"""How long past its due time a run may lie untouched before the sweep wonders."""
MISSED_AFTER = timedelta(seconds=120)
"""How long past its slot a tick may still be on its way."""
CATCH_UP_WITHIN = timedelta(hours=6)
"""A slot missed by less than this is run late, once; an older one is written as skipped."""
PAGE = 300


@dataclass(frozen=True, slots=True)
class Swept:
    """How much was found and set going again."""

    overdue: int
    missed: int


def sweep(clock: Clock) -> Swept:
    """Set going again what is past its due time. Doing it twice at once is harmless."""
    swept = Swept(overdue=_sweep_overdue(clock.now()), missed=_sweep_missed(clock))
    log.info("swept", extra={"overdue": swept.overdue, "missed": swept.missed})
    return swept


def _sweep_overdue(now: datetime) -> int:
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", now - OVERDUE_AFTER))
        .order_by("dueAt")
        .select(["status", "attempt", "replay", "dueAt"])
    )
    count = 0
    for found in _pages(query):
        _set_going(found, now)
        count += 1
    return count


def _pages(query: Query) -> Iterator[DocumentSnapshot[Any]]:
    page = list(query.limit(PAGE).stream())
    while page:
        yield from page
        page = list(query.start_after(page[-1]).limit(PAGE).stream()) if len(page) == PAGE else []


def _set_going(found: DocumentSnapshot[Any], now: datetime) -> None:
    data = found.to_dict() or {}
    status, attempt, replay = data.get("status"), data.get("attempt", 1), data.get("replay", 0)
    log.warning(
        "run is overdue", extra={"executionId": found.id, "status": status, "dueAt": str(data.get("dueAt"))}
    )
    if status == ExecutionStatus.FAILED:
        stored = store.read(found.id)
        if stored is not None and stored.execution.status is ExecutionStatus.FAILED:
            dead_letters.publish(stored.execution)
        return
    wanted = attempt + 1 if status == ExecutionStatus.RETRYING else attempt
    queue.enqueue_attempt(found.id, wanted, replay=replay, suffix=f"sweep-{int(now.timestamp()) // 60}")


def _sweep_missed(clock: Clock) -> int:
    horizon = clock.now() - MISSED_AFTER
    query = (
        clients.firestore()
        .collection(record.COLLECTION)
        .where(filter=FieldFilter("nextRunAt", "<=", horizon))
        .order_by("nextRunAt")
        .limit(PAGE)
    )
    missed = 0
    for found in query.stream():
        schedule = ScheduleRecord.model_validate(found.to_dict())
        missed += _catch_up(schedule, horizon, clock)
        following = min(
            (next_slot(job.cron, job.timezone, horizon, job.occurrence) for job in schedule.jobs.values()),
            default=None,
        )
        _move_on(found, following)
    return missed


def _move_on(found: DocumentSnapshot[Any], following: datetime | None) -> None:
    option = clients.firestore().write_option(last_update_time=found.update_time)
    try:
        found.reference.update({"nextRunAt": following}, option=option)
    except (FailedPrecondition, NotFound):
        log.info("schedule was rewritten meanwhile", extra={"schedule": found.id})


def _catch_up(schedule: ScheduleRecord, horizon: datetime, clock: Clock) -> int:
    """Start what a tick should have started: of each trigger the latest slot only, so that no burst follows."""
    started = 0
    for trigger_id, job in schedule.jobs.items():
        slot = latest_slot(job.cron, job.timezone, horizon, job.occurrence)
        if schedule.next_run_at is None or slot < schedule.next_run_at:
            continue
        late = clock.now() - slot
        execution_id = ids.slot_execution_id(schedule.org_id, schedule.playbook_id, trigger_id, slot)
        if store.read(execution_id) is not None:
            continue
        request = StartRequest(
            org_id=schedule.org_id,
            playbook_id=schedule.playbook_id,
            execution_id=execution_id,
            trigger=TriggerRef(type="schedule", id=trigger_id, slot=slot),
            skip_reason=None if late <= CATCH_UP_WITHIN else f"its tick was missed and noticed only {late} later",
        )
        try:
            result = start_execution(request, clock)
        except NotFoundError:
            continue
        log.error("missed tick", extra={"executionId": result.execution_id, "slot": str(slot), "late": str(late)})
        started += 1
    return started
