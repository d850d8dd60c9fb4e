"""What may have been lost between two writes, found again: every few minutes, whatever happened before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import NotFoundError, PermanentError
from shared.execution import dead_letters, ids, queue, store
from shared.execution.record import COLLECTION, TERMINAL, ExecutionStatus, TriggerRef
from shared.execution.slots import CATCH_UP_WITHIN
from shared.execution.start import StartRequest, start_execution
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.cron import latest_slot, next_slot
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.scheduling import record
from shared.scheduling.playbook_summaries import put_runs_ahead
from shared.scheduling.record import ScheduleRecord

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

log = logging.get_logger(__name__)

OVERDUE_AFTER = timedelta(seconds=60)
"""How long past its due time a run may lie untouched before the sweep wonders."""
MISSED_AFTER = timedelta(seconds=120)
"""How long past its slot a tick may still be on its way."""
PAGE = 300


@dataclass(frozen=True, slots=True)
class Swept:
    """How much was found and set going again."""

    overdue: int
    missed: int


def sweep(clock: Clock) -> Swept:
    """Set going again what is past its due time. Doing it twice at once is harmless."""
    return Swept(overdue=sweep_overdue(clock), missed=sweep_missed(clock))


def sweep_overdue(clock: Clock) -> int:
    """Have the runs go on that nothing has happened to since they were due; how many.

    Raises:
        TransientError: some could not be set going now; the others were.
    """
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", clock.now() - OVERDUE_AFTER))
        .order_by("dueAt")
        .select(["orgId", "dueAt"])
    )
    with Isolation("overdue-runs") as isolation:
        found = isolation.each(_pages(query), Item.of, lambda one: _set_going(one.id, clock.now()))
    count = sum(one is True for one in found)
    log.info("swept overdue runs", extra={"overdue": count, **asdict(isolation.counts)})
    isolation.require_no_waiting()
    return count


def _pages(query: Query) -> Iterator[DocumentSnapshot[Any]]:
    page = list(query.limit(PAGE).stream())
    while page:
        yield from page
        page = list(query.start_after(page[-1]).limit(PAGE).stream()) if len(page) == PAGE else []


def _set_going(execution_id: str, now: datetime) -> bool:
    """Whether it was still overdue. It is read whole: what no run could go on with must fail here, by name."""
    stored = store.read(execution_id)
    if stored is None or stored.execution.due_at is None or stored.execution.due_at > now - OVERDUE_AFTER:
        return False
    execution = stored.execution
    status, attempt = execution.status, execution.attempt
    log.warning("run is overdue", extra={"executionId": execution_id, "status": status, "dueAt": execution.due_at})
    if status is ExecutionStatus.FAILED:
        dead_letters.publish(execution)
        return True
    if status in TERMINAL:
        raise PermanentError(f"dueAt: found with status {status.value}; expected none once a run has ended")
    wanted = attempt + 1 if status is ExecutionStatus.RETRYING else attempt
    if not 1 <= wanted <= queue.MAX_ATTEMPT or execution.replay < 0:
        raise PermanentError(f"attempt: found {attempt}; expected a whole number from 1 to {queue.MAX_ATTEMPT}")
    suffix = f"sweep-{int(now.timestamp()) // 60}"
    queue.enqueue_attempt(execution_id, wanted, replay=execution.replay, suffix=suffix)
    return True


def sweep_missed(clock: Clock) -> int:
    """Start what ticks that never came should have started; how many runs.

    Raises:
        TransientError: some could not be started now; the others were.
    """
    horizon = clock.now() - MISSED_AFTER
    query = (
        clients.firestore()
        .collection(record.COLLECTION)
        .where(filter=FieldFilter("nextRunAt", "<=", horizon))
        .order_by("nextRunAt")
    )
    with Isolation("missed-ticks") as isolation:
        started = isolation.each(_pages(query), Item.of, lambda one: _catch_up_and_move_on(one, horizon, clock))
    count = sum(one or 0 for one in started)
    log.info("swept missed ticks", extra={"missed": count, **asdict(isolation.counts)})
    isolation.require_no_waiting()
    return count


def _catch_up_and_move_on(found: DocumentSnapshot[Any], horizon: datetime, clock: Clock) -> int:
    schedule = ScheduleRecord.model_validate(found.to_dict())
    started = _catch_up(schedule, horizon, clock)
    following = min(
        (next_slot(job.cron, job.timezone, horizon, job.occurrence) for job in schedule.jobs.values()),
        default=None,
    )
    _move_on(found, following)
    put_runs_ahead(schedule.org_id, schedule.playbook_id, clock.now())
    return started


def _move_on(found: DocumentSnapshot[Any], following: datetime | None) -> None:
    option = clients.firestore().write_option(last_update_time=found.update_time)
    try:
        found.reference.update({"nextRunAt": following}, option=option)
    except (FailedPrecondition, NotFound):
        log.info("schedule was rewritten meanwhile", extra={"path": found.reference.path})


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
