"""Making Cloud Scheduler's jobs and the tasks of `once` triggers match a playbook, and the record say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from shared.doors.cron_secret import newest_secret
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import Playbook
from shared.playbooks.time_triggers import OnceTrigger, ScheduleTrigger, Timing
from shared.playbooks.timing import first_due_after
from shared.scheduling import jobs, once_task, record
from shared.scheduling.jobs import JobOwner, JobRefusedError
from shared.scheduling.record import (
    AHEAD,
    ENABLED,
    FINISHED,
    MISSED,
    OFF,
    JobRecord,
    OnceRecord,
    ScheduleRecord,
)

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

    from shared.scheduling.reconcile import PlaybookKey

log = logging.get_logger(__name__)

PartT = TypeVar("PartT", JobRecord, OnceRecord)

JOB_AHEAD = timedelta(days=2)
"""How long before the first slot of a schedule its job is made: a day's repair may fail."""
LAST_TICK_WITHIN = timedelta(minutes=10)
"""How long after its last slot a schedule keeps its job, which may still be knocking."""


@dataclass(frozen=True, slots=True)
class TimePlan:
    """What the playbook wants, None while it runs by no clock, and what the record says there is."""

    key: PlaybookKey
    playbook: Playbook | None
    recorded: ScheduleRecord
    is_deleted: bool

    def owner(self, trigger_id: str) -> JobOwner:
        """Of the trigger's job or task."""
        return JobOwner(self.key.org_id, self.key.playbook_id, trigger_id)


def apply_times(
    plan: TimePlan, found: DocumentSnapshot[Any], clock: Clock, stray_jobs: set[str], *, force: bool
) -> bool:
    """Whether there was anything to do. Names of jobs that it writes join `stray_jobs`. `force`: write all anew.

    Raises:
        JobRefusedError: Cloud Scheduler never takes one of the jobs.
        NoJobNowError: it takes none at the moment.
        GoogleAPICallError: somebody else has written the record, or made or deleted a job meanwhile.
    """
    now = clock.now()
    recorded, target = plan.recorded, _target(plan, now)
    wanted_jobs = {job.name for job in target.jobs.values() if job.state == ENABLED}
    unwanted_jobs = stray_jobs.union(job.name for job in recorded.jobs.values() if job.may_exist) - wanted_jobs
    wanted_tasks = {one.task for one in target.once.values()}
    known_tasks = {one.task for one in recorded.once.values() if one.task}.union(recorded.stale_tasks)
    unwanted_tasks = known_tasks - wanted_tasks
    is_same = (target.jobs, target.once, target.review_at) == (recorded.jobs, recorded.once, recorded.review_at)
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
    if _named(announced) != _named(recorded):
        # Written ahead: if this process dies, the record still names every job and task it may have touched.
        found = _write(announced, found, now)
    for trigger_id in target.once.keys() - settled_once.keys():
        one = target.once[trigger_id]
        if one.task is not None and one.state == ENABLED:
            once_task.put_task(one.task, plan.owner(trigger_id), one.at)
            log.info("task set", extra={"task": one.task, "at": one.at.isoformat()})
    # After the tasks: Cloud Scheduler may have no room for a job.
    _put_jobs(plan, target.jobs.keys() - settled_jobs.keys(), target, stray_jobs)
    for name in unwanted_jobs:
        jobs.delete_job(name)
        log.info("job deleted", extra={"job": name})
    for task in unwanted_tasks:
        once_task.delete_task(task)
        log.info("task deleted", extra={"task": task})
    if plan.is_deleted:
        _delete_record(found)
    else:
        _write(target.model_copy(update={"next_run_at": _next_run(target, now)}), found, now)
    return True


def _named(entries: ScheduleRecord) -> tuple[Any, ...]:
    return entries.jobs, entries.once, entries.stale_tasks


def _settled(recorded: dict[str, PartT], target: dict[str, PartT]) -> dict[str, PartT]:
    return {name: one for name, one in recorded.items() if target.get(name) == one}


def _target(plan: TimePlan, now: datetime) -> ScheduleRecord:
    """The record as it is to be, but for its next run."""
    recorded, playbook = plan.recorded, plan.playbook
    job_entries = {one.id: _job(plan, one, now) for one in playbook.schedule_triggers()} if playbook else {}
    if plan.is_deleted:
        once: dict[str, OnceRecord] = {}
    elif playbook is None:
        once = {name: one if one.state == FINISHED else _off(one) for name, one in recorded.once.items()}
    else:
        once = {one.id: _once(plan, one, now) for one in playbook.once_triggers()}
    runs = recorded.runs
    if playbook is not None:
        runs = {name: slots for name, slots in runs.items() if name in job_entries}
    return ScheduleRecord(
        org_id=plan.key.org_id,
        playbook_id=plan.key.playbook_id,
        jobs=job_entries,
        once=once,
        runs=runs,
        review_at=_review_at(job_entries.values(), once.values()),
    )


def _job(plan: TimePlan, trigger: ScheduleTrigger, now: datetime) -> JobRecord:
    timing = trigger.model_dump(include=set(Timing.model_fields))
    ran = plan.recorded.runs.get(trigger.id, ())
    following = first_due_after(trigger, now - LAST_TICK_WITHIN, ran)
    if following is None:
        state = FINISHED
    else:
        is_far = trigger.starts_at is not None and trigger.starts_at > now + JOB_AHEAD
        state = AHEAD if is_far else ENABLED
    return JobRecord(**timing, name=jobs.job_name(plan.owner(trigger.id)), state=state)


def _once(plan: TimePlan, trigger: OnceTrigger, now: datetime) -> OnceRecord:
    known = plan.recorded.once.get(trigger.id)
    if known is not None and known.at != trigger.at:
        known = None
    if known is not None and known.state == FINISHED:
        return known.model_copy(update={"task": None})
    if known is not None and known.state in {OFF, MISSED} and trigger.at <= now:
        return OnceRecord(at=trigger.at, state=MISSED)
    if trigger.at > now + once_task.FARTHEST:
        return OnceRecord(at=trigger.at, state=AHEAD)
    task = known.task if known is not None else None
    return OnceRecord(
        at=trigger.at,
        task=task or once_task.task_name(plan.owner(trigger.id), trigger.at, now),
        state=ENABLED,
    )


def _off(one: OnceRecord) -> OnceRecord:
    return OnceRecord(at=one.at, state=OFF)


def _review_at(job_entries: Iterable[JobRecord], once: Iterable[OnceRecord]) -> datetime | None:
    """When the first job or task is to be made that is still far ahead."""
    starts = [job.starts_at - JOB_AHEAD for job in job_entries if job.state == AHEAD and job.starts_at is not None]
    starts += [one.at - once_task.FARTHEST for one in once if one.state == AHEAD]
    return min(starts, default=None)


def _put_jobs(plan: TimePlan, trigger_ids: Iterable[str], target: ScheduleRecord, stray_jobs: set[str]) -> None:
    """Write the jobs. Their names join `stray_jobs`, so the next round finds them again.

    Raises:
        JobRefusedError: naming the trigger, what Cloud Scheduler said and what it expects.
    """
    due = {name for name in trigger_ids if target.jobs[name].state == ENABLED}
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
                f"({error}); expected a cron line and a time zone that it knows"
            ) from None
        log.info("job set", extra={"job": job["name"], "cron": trigger.cron, "zone": trigger.timezone})


def _next_run(target: ScheduleRecord, now: datetime) -> datetime | None:
    """The soonest run of all, a missed one included: the sweep looks for runs that never came by it."""
    due = [_next_of(job, target.runs.get(name, []), now) for name, job in target.jobs.items()]
    due += [one.at for one in target.once.values() if one.state in {AHEAD, ENABLED, MISSED}]
    return min((one for one in due if one is not None), default=None)


def _next_of(job: JobRecord, ran: list[datetime], now: datetime) -> datetime | None:
    """By Cloud Scheduler's own word, where it has the job: its clock may be ahead of ours."""
    after = now
    if job.state == ENABLED and (due := jobs.next_due(job.name)) is not None:
        after = due - timedelta(seconds=1)
    return following_run(job, after, now, ran)


def following_run(job: JobRecord, after: datetime, now: datetime, ran: Collection[datetime]) -> datetime | None:
    """The first slot after `after` that counts; else the very last, while its tick may still be on the way."""
    return first_due_after(job, after, ran) or first_due_after(job, now - LAST_TICK_WITHIN, ran)


def _write(entries: ScheduleRecord, found: DocumentSnapshot[Any], now: datetime) -> DocumentSnapshot[Any]:
    """Write the record if nobody else has since it was read, and read it back with its new version."""
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
