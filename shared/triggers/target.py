"""Computes the desired record of jobs and tasks for a playbook at a given time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.playbooks.models import Playbook
from shared.playbooks.time_triggers import JUST_BEFORE, OnceTrigger, ScheduleTrigger, Timing
from shared.playbooks.timing import first_due_after
from shared.triggers import carriers, jobs, time_tasks
from shared.triggers.jobs import JobOwner
from shared.triggers.record import (
    AHEAD,
    ENABLED,
    FINISHED,
    MISSED,
    OFF,
    Carrier,
    JobRecord,
    OnceRecord,
    ScheduleRecord,
)

if TYPE_CHECKING:
    from shared.triggers.reconcile import PlaybookKey

JOB_AHEAD = timedelta(days=2)
"""A job is created this long before the schedule's first slot, in case a daily repair fails."""
LAST_TICK_WITHIN = timedelta(minutes=10)
"""A schedule keeps its job this long after its last slot, for retries."""


@dataclass(frozen=True, slots=True)
class TimePlan:
    """The active playbook (or None) and what is recorded.

    `carrier`: the required carrier; `move_to`: the carrier that schedules may move to.
    """

    key: PlaybookKey
    playbook: Playbook | None
    recorded: ScheduleRecord
    is_deleted: bool
    carrier: Carrier | None = None
    move_to: Carrier | None = None

    def owner(self, trigger_id: str) -> JobOwner:
        return JobOwner(self.key.org_id, self.key.playbook_id, trigger_id)


def target_of(plan: TimePlan, now: datetime) -> ScheduleRecord:
    """The desired record, without its next run."""
    recorded, playbook = plan.recorded, plan.playbook
    triggers = playbook.schedule_triggers() if playbook else []
    states = {one.id: _state(plan, one, now) for one in triggers}
    carrier = plan.carrier or carriers.choose(recorded, list(states.values()).count(ENABLED), plan.move_to)
    job_entries = {one.id: _job(plan, one, states[one.id], carrier, now) for one in triggers}
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
        carrier=carrier,
        job_count=sum(one.may_exist for one in job_entries.values()),
        jobs=job_entries,
        once=once,
        runs=runs,
        review_at=_review_at(job_entries.values(), once.values()),
    )


def open_slot(plan: TimePlan, trigger_id: str, now: datetime) -> datetime | None:
    """A slot that just passed and may not have been started yet.

    The sweep advances the record's next run once it was.
    """
    known, due = plan.recorded.jobs.get(trigger_id), plan.recorded.next_run_at
    triggers = plan.playbook.schedule_triggers() if plan.playbook is not None else []
    trigger = next((one for one in triggers if one.id == trigger_id), None)
    if known is None or trigger is None or due is None or due > now or not _same_times(known, trigger):
        return None
    since = max(due, now - time_tasks.CATCHES_UP_WITHIN - time_tasks.delay(plan.owner(trigger_id), known))
    slot = first_due_after(known, since - JUST_BEFORE, plan.recorded.runs.get(trigger_id, ()))
    return slot if slot is not None and slot <= now else None


def _state(plan: TimePlan, trigger: ScheduleTrigger, now: datetime) -> str:
    """The state the schedule's job or tasks should have."""
    ran = plan.recorded.runs.get(trigger.id, ())
    wait = LAST_TICK_WITHIN
    if plan.recorded.carrier is Carrier.TASK:
        wait += time_tasks.delay(plan.owner(trigger.id), trigger)
    if first_due_after(trigger, now - wait, ran) is None:
        return FINISHED
    is_far = trigger.starts_at is not None and trigger.starts_at > now + JOB_AHEAD
    return AHEAD if is_far else ENABLED


def _job(plan: TimePlan, trigger: ScheduleTrigger, state: str, carrier: Carrier, now: datetime) -> JobRecord:
    timing = trigger.model_dump(include=set(Timing.model_fields))
    job = JobRecord(**timing, name=jobs.job_name(plan.owner(trigger.id)), state=state, exact=trigger.exact)
    if carrier is Carrier.JOB or state != ENABLED:
        return job
    known = plan.recorded.jobs.get(trigger.id)
    is_same = known is not None and _same_times(known, trigger) and known.exact == trigger.exact
    generation = known.generation if known is not None and is_same else None
    return job.model_copy(update={"generation": generation or time_tasks.new_generation(now)})


def _same_times(known: JobRecord, trigger: ScheduleTrigger) -> bool:
    fields = set(Timing.model_fields)
    return known.model_dump(include=fields) == trigger.model_dump(include=fields)


def _once(plan: TimePlan, trigger: OnceTrigger, now: datetime) -> OnceRecord:
    known = plan.recorded.once.get(trigger.id)
    if known is not None and known.at != trigger.at:
        known = None
    if known is not None and known.state == FINISHED:
        return known.model_copy(update={"task": None})
    if known is not None and known.state in {OFF, MISSED} and trigger.at <= now:
        return OnceRecord(at=trigger.at, state=MISSED)
    if trigger.at > now + time_tasks.FARTHEST:
        return OnceRecord(at=trigger.at, state=AHEAD)
    task = known.task if known is not None else None
    return OnceRecord(
        at=trigger.at,
        task=task or time_tasks.task_name(plan.owner(trigger.id), trigger.at, now),
        state=ENABLED,
    )


def _off(one: OnceRecord) -> OnceRecord:
    return OnceRecord(at=one.at, state=OFF)


def _review_at(job_entries: Iterable[JobRecord], once: Iterable[OnceRecord]) -> datetime | None:
    """When the next job or task must be created that is still too far ahead."""
    starts = [job.starts_at - JOB_AHEAD for job in job_entries if job.state == AHEAD and job.starts_at is not None]
    starts += [one.at - time_tasks.FARTHEST for one in once if one.state == AHEAD]
    return min(starts, default=None)
