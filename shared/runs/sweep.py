"""Finds work lost between two writes and restarts it, every few minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath

from shared.documents.executions import COLLECTION
from shared.errors import NotFoundError, PermanentError
from shared.gcp import clients, logging, tracing
from shared.gcp.clock import Clock
from shared.gcp.pages import paged
from shared.playbooks.timing import last_due_until
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.runs import dead_letters, ids, queue, store
from shared.runs.fair import gate
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.record import TERMINAL, ExecutionStatus
from shared.runs.slots import late_reason
from shared.runs.start import start_execution
from shared.triggers import record, time_tasks
from shared.triggers.apply_times import following_run
from shared.triggers.jobs import JobOwner
from shared.triggers.playbook_summaries import put_runs_ahead
from shared.triggers.reconcile import PlaybookKey, reconcile
from shared.triggers.record import AHEAD, ENABLED, FINISHED, MISSED, ScheduleRecord

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

OVERDUE_AFTER = timedelta(seconds=60)
"""How long a run may lie untouched past its due time before the sweep looks at it."""
MISSED_AFTER = timedelta(seconds=120)
"""How long past its slot a tick may still be on its way."""
PAGE = 300
_WAITING = frozenset({AHEAD, ENABLED, MISSED})
"""What a single run's record says until one has been started or skipped."""


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
        found = isolation.each(paged(query, PAGE), Item.of, lambda one: _set_going(one.id, clock.now()))
    count = sum(one is True for one in found)
    log.info("swept overdue runs", extra={"overdue": count, **asdict(isolation.counts)})
    isolation.require_no_waiting()
    return count


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
    if queue.is_on_its_way(execution, wanted):
        log.info("its task waits in the queue", extra={"executionId": execution_id})
        return False
    suffixes = (queue.sweep_suffix(execution), f"sweep-at-{int(now.timestamp()) // 60}")
    replay, lane = execution.replay, queue.lane_of(execution)
    return any(
        queue.enqueue_attempt(execution_id, wanted, replay=replay, suffix=one, lane=lane) for one in suffixes
    )


def sweep_gates(clock: Clock) -> int:
    """Have held runs looked at whose pass never came; of how many orgs.

    Raises:
        TransientError: some could not be asked for now; the others were.
    """
    now = clock.now()
    query = (
        clients.firestore()
        .collection(gate.COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", now - OVERDUE_AFTER))
        .order_by("dueAt")
    )
    with Isolation("run-gates") as isolation:
        found = isolation.each(paged(query, PAGE), Item.of, lambda one: _ask_again(one, now))
    isolation.require_no_waiting()
    return sum(one is True for one in found)


def _ask_again(found: DocumentSnapshot[Any], now: datetime) -> bool:
    number = gate.Gate.model_validate(found.to_dict()).pass_number
    return gate.enqueue(found.id, number, f"sweep-{int(now.timestamp()) // 60}")


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
        started = isolation.each(
            paged(query, PAGE), Item.of, lambda one: _catch_up_and_move_on(one, horizon, clock)
        )
    count = sum(one or 0 for one in started)
    log.info("swept missed ticks", extra={"missed": count, **asdict(isolation.counts)})
    isolation.require_no_waiting()
    return count


def sweep_reviews(clock: Clock) -> int:
    """Have jobs and tasks made whose time has come near; of how many playbooks.

    Raises:
        TransientError: some could not be made now; the others were.
    """
    query = (
        clients.firestore()
        .collection(record.COLLECTION)
        .where(filter=FieldFilter("reviewAt", "<=", clock.now()))
        .order_by("reviewAt")
    )
    with Isolation("schedule-reviews") as isolation:
        found = isolation.each(paged(query, PAGE), Item.of, lambda one: reconcile(_key(_parsed(one)), clock))
    isolation.require_no_waiting()
    return sum(one is True for one in found)


def _parsed(found: DocumentSnapshot[Any]) -> ScheduleRecord:
    return ScheduleRecord.model_validate(found.to_dict())


def _key(schedule: ScheduleRecord) -> PlaybookKey:
    return PlaybookKey(schedule.org_id, schedule.playbook_id)


def _catch_up_and_move_on(found: DocumentSnapshot[Any], horizon: datetime, clock: Clock) -> int:
    schedule = _parsed(found)
    started = sum(_start_missed(schedule, one, clock) for one in _due(schedule, horizon))
    over = [name for name, one in schedule.once.items() if one.at <= horizon and one.state in _WAITING]
    following = {
        name: following_run(job, _horizon_of(schedule, name, horizon), clock.now(), schedule.runs.get(name, ()))
        for name, job in schedule.jobs.items()
    }
    _restore_chains(schedule, following, clock)
    due = [slot for slot in following.values() if slot is not None]
    due += [one.at for name, one in schedule.once.items() if one.state in _WAITING and name not in over]
    _move_on(found, min(due, default=None), over)
    if over or None in following.values():
        # What will not run any more keeps no job, and no task's name.
        reconcile(_key(schedule), clock)
    put_runs_ahead(schedule.org_id, schedule.playbook_id, clock.now())
    return started


def _horizon_of(schedule: ScheduleRecord, trigger_id: str, horizon: datetime) -> datetime:
    """The last slot whose run should have been started."""
    job = schedule.jobs[trigger_id]
    return horizon - time_tasks.delay(_owner(schedule, trigger_id), job) if job.has_tasks else horizon


def _restore_chains(schedule: ScheduleRecord, following: Mapping[str, datetime | None], clock: Clock) -> None:
    """Have the tasks of the next slots there: one that was lost made none after it."""
    for trigger_id, slot in following.items():
        job = schedule.jobs[trigger_id]
        if slot is not None and job.has_tasks:
            time_tasks.put_task(_owner(schedule, trigger_id), job, slot, clock.now())


def _owner(schedule: ScheduleRecord, trigger_id: str) -> JobOwner:
    return JobOwner(schedule.org_id, schedule.playbook_id, trigger_id)


def _move_on(found: DocumentSnapshot[Any], following: datetime | None, over: list[str]) -> None:
    option = clients.firestore().write_option(last_update_time=found.update_time)
    finished = {FieldPath("once", name, "state").to_api_repr(): FINISHED for name in over}
    try:
        found.reference.update({"nextRunAt": following, **finished}, option=option)
    except (FailedPrecondition, NotFound):
        log.info("schedule was rewritten meanwhile", extra={"path": found.reference.path})


@dataclass(frozen=True, slots=True)
class _Due:
    trigger_id: str
    slot: datetime
    was_off: bool = False


def _due(schedule: ScheduleRecord, horizon: datetime) -> Iterator[_Due]:
    """What should have been started: of each schedule the latest slot only, so that no burst follows."""
    if schedule.next_run_at is None:
        return
    for trigger_id, job in schedule.jobs.items():
        slot = last_due_until(job, _horizon_of(schedule, trigger_id, horizon))
        if slot is not None and slot >= schedule.next_run_at:
            yield _Due(trigger_id, slot)
    for trigger_id, one in schedule.once.items():
        if one.at <= horizon and one.state in _WAITING:
            yield _Due(trigger_id, one.at, was_off=one.state == MISSED)


def _start_missed(schedule: ScheduleRecord, due: _Due, clock: Clock) -> bool:
    """Whether nothing had been started for it, and now has."""
    late = clock.now() - due.slot
    execution_id = ids.slot_execution_id(schedule.org_id, schedule.playbook_id, due.trigger_id, due.slot)
    if store.read(execution_id) is not None:
        return False
    request = StartRequest(
        org_id=schedule.org_id,
        playbook_id=schedule.playbook_id,
        execution_id=execution_id,
        trigger=TriggerRef(type="schedule", id=due.trigger_id, slot=due.slot),
        skip_reason=late_reason(late, was_off=due.was_off),
    )
    try:
        # A sweep may start thousands: each has a trace of its own.
        with tracing.part("missed_tick", kind="internal"):
            result = start_execution(request, clock)
    except NotFoundError:
        return False
    if result.created:
        log.error(
            "missed tick", extra={"executionId": result.execution_id, "slot": str(due.slot), "late": str(late)}
        )
    return result.created
