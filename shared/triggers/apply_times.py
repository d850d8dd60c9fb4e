"""Makes Cloud Scheduler jobs and trigger tasks match a playbook, and records the result."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from shared.api.cron_secret import newest_secret
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.task_queue import delete_named_task
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.playbooks.timing import first_due_after
from shared.triggers import jobs, record, time_tasks
from shared.triggers.jobs import JobRefusedError
from shared.triggers.record import AHEAD, ENABLED, MISSED, JobRecord, OnceRecord, ScheduleRecord
from shared.triggers.target import LAST_TICK_WITHIN, TimePlan, open_slot, target_of

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

PartT = TypeVar("PartT", JobRecord, OnceRecord)


def apply_times(
    plan: TimePlan, found: DocumentSnapshot[Any], clock: Clock, stray_jobs: set[str], *, force: bool
) -> bool:
    """Returns whether anything changed. Names of written jobs join `stray_jobs`. `force` rewrites everything.

    Raises:
        JobRefusedError: Cloud Scheduler permanently refuses a job.
        NoJobNowError: it refuses jobs for now.
        GoogleAPICallError: the record or a job was changed concurrently.
    """
    now = clock.now()
    recorded, target = plan.recorded, target_of(plan, now)
    wanted_jobs = {job.name for job in target.jobs.values() if job.may_exist}
    unwanted_jobs = stray_jobs.union(job.name for job in recorded.jobs.values() if job.may_exist) - wanted_jobs
    wanted_tasks = {one.task for one in target.once.values()}
    known_tasks = {one.task for one in recorded.once.values() if one.task}.union(recorded.stale_tasks)
    unwanted_tasks = (known_tasks - wanted_tasks) | _old_generations(plan, target, now)
    is_same = _settles(target) == _settles(recorded)
    if (
        is_same
        and not force
        and not unwanted_jobs
        and not unwanted_tasks
        and not (plan.is_deleted and found.exists)
    ):
        return False
    settled_jobs = {} if force else _settled(recorded.jobs, target.jobs)
    settled_once = {} if force else _settled(recorded.once, target.once)
    announced = target.model_copy(
        update={
            "jobs": {
                name: settled_jobs.get(name) or job.changing()
                for name, job in (recorded.jobs | target.jobs).items()
            },
            "once": {
                name: settled_once.get(name) or one.changing()
                for name, one in (recorded.once | target.once).items()
            },
            "stale_tasks": sorted(unwanted_tasks),
            "next_run_at": None,
        }
    )
    announced = announced.model_copy(update={"job_count": sum(job.may_exist for job in announced.jobs.values())})
    if _named(announced) != _named(recorded):
        # Write ahead: if this process dies, the record still names every job and task it may have touched.
        found = _write(announced, found, now)
    for trigger_id in target.once.keys() - settled_once.keys():
        one = target.once[trigger_id]
        if one.task is not None and one.state == ENABLED:
            time_tasks.put_once_task(one.task, plan.owner(trigger_id), one.at)
            log.info("task set", extra={"task": one.task, "at": one.at.isoformat()})
    _put_slot_tasks(plan, target.jobs.keys() - settled_jobs.keys(), target, now)
    # After the tasks, because Cloud Scheduler may have no room for a job.
    _put_jobs(plan, target.jobs.keys() - settled_jobs.keys(), target, stray_jobs)
    for name in unwanted_jobs:
        jobs.delete_job(name)
        log.info("job deleted", extra={"job": name})
    for task in unwanted_tasks:
        delete_named_task(time_tasks.QUEUE if time_tasks.is_of_slot(task) else time_tasks.ONCE_QUEUE, task)
        log.info("task deleted", extra={"task": task})
    if plan.is_deleted:
        _delete_record(found)
    else:
        _write(target.model_copy(update={"next_run_at": _next_run(plan, target, now)}), found, now)
    return True


def _named(entries: ScheduleRecord) -> tuple[Any, ...]:
    return entries.jobs, entries.once, entries.stale_tasks


def _settles(entries: ScheduleRecord) -> tuple[Any, ...]:
    return entries.jobs, entries.once, entries.review_at, entries.carrier, entries.job_count


def _old_generations(plan: TimePlan, target: ScheduleRecord, now: datetime) -> set[str]:
    """Names of tasks for future slots that no longer belong to a schedule."""
    names = set()
    for trigger_id, job in plan.recorded.jobs.items():
        following = target.jobs.get(trigger_id)
        if job.generation is None or (following is not None and following.generation == job.generation):
            continue
        names.add(time_tasks.next_task(plan.owner(trigger_id), job, plan.recorded.runs.get(trigger_id, ()), now))
    return {name for name in names if name is not None}


def _settled(recorded: dict[str, PartT], target: dict[str, PartT]) -> dict[str, PartT]:
    return {name: one for name, one in recorded.items() if target.get(name) == one}


def _put_slot_tasks(plan: TimePlan, trigger_ids: Iterable[str], target: ScheduleRecord, now: datetime) -> None:
    for trigger_id in trigger_ids:
        job = target.jobs[trigger_id]
        slot = _next_slot(plan, trigger_id, target, now) if job.has_tasks else None
        if slot is not None:
            time_tasks.put_task(plan.owner(trigger_id), job, slot, now)
            log.info("task set", extra={"job": job.name, "slot": slot.isoformat()})


def _put_jobs(plan: TimePlan, trigger_ids: Iterable[str], target: ScheduleRecord, stray_jobs: set[str]) -> None:
    """Writes the jobs. Their names are added to `stray_jobs`, so that the next round finds them.

    Raises:
        JobRefusedError: names the trigger, Cloud Scheduler's reason and what it expects.
    """
    due = {name for name in trigger_ids if target.jobs[name].may_exist}
    wanted = [
        (index, trigger)
        for index, trigger in enumerate(plan.playbook.triggers if plan.playbook is not None else ())
        if isinstance(trigger, ScheduleTrigger) and trigger.id in due
    ]
    secret = newest_secret() if wanted else ""
    for index, trigger in wanted:
        job = jobs.build_job(plan.owner(trigger.id), trigger, secret)
        stray_jobs.add(job["name"])
        try:
            jobs.put_job(job)
        except JobRefusedError as error:
            raise JobRefusedError(
                f"triggers[{index}]: found {trigger.cron!r} in {trigger.timezone!r}, which Cloud Scheduler refuses "
                f"({error}); expected a valid cron line and time zone"
            ) from None
        log.info("job set", extra={"job": job["name"], "cron": trigger.cron, "zone": trigger.timezone})


def _next_run(plan: TimePlan, target: ScheduleRecord, now: datetime) -> datetime | None:
    """The earliest next run, including a missed one, which the sweep uses to find runs that never happened."""
    due = [_next_slot(plan, trigger_id, target, now) for trigger_id in target.jobs]
    due += [one.at for one in target.once.values() if one.state in {AHEAD, ENABLED, MISSED}]
    return min((one for one in due if one is not None), default=None)


def _next_slot(plan: TimePlan, trigger_id: str, target: ScheduleRecord, now: datetime) -> datetime | None:
    """Prefers Cloud Scheduler's own due time, because its clock may be ahead of ours."""
    job, ran = target.jobs[trigger_id], target.runs.get(trigger_id, [])
    known = plan.recorded.jobs.get(trigger_id)
    if job.has_tasks or (known is not None and known.has_tasks):
        just_been = open_slot(plan, trigger_id, now)
        if just_been is not None:
            return just_been
    if job.has_tasks:
        return first_due_after(job, now, ran)
    after = now
    if job.state == ENABLED and (due := jobs.next_due(job.name)) is not None:
        after = due - timedelta(seconds=1)
    return following_run(job, after, now, ran)


def following_run(job: JobRecord, after: datetime, now: datetime, ran: Collection[datetime]) -> datetime | None:
    """The first valid slot after `after`; otherwise the last one, while its tick may still arrive."""
    return first_due_after(job, after, ran) or first_due_after(job, now - LAST_TICK_WITHIN, ran)


def _write(entries: ScheduleRecord, found: DocumentSnapshot[Any], now: datetime) -> DocumentSnapshot[Any]:
    """Writes the record if it hasn't changed since it was read, and rereads it for its new version."""
    fields = entries.model_copy(update={"updated_at": now}).document()
    reference = record.reference(entries.org_id, entries.playbook_id)
    if found.exists:
        reference.update(fields, option=clients.firestore().write_option(last_update_time=found.update_time))
    else:
        reference.create(fields)
    return reference.get()


def _delete_record(found: DocumentSnapshot[Any]) -> None:
    if not found.exists:
        return
    found.reference.delete(option=clients.firestore().write_option(last_update_time=found.update_time))
