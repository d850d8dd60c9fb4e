"""Cloud Tasks tasks of triggers without a Cloud Scheduler job: `once` triggers, and schedules that use tasks.

A `once` trigger's task calls `startOnce` at its time. A schedule has one task at a time, for the next slot, which
calls `startSlot`. A slot task's name is derived from the trigger, slot and generation, so repeated creation is
harmless and needs no write. Changing the schedule starts a new generation; tasks of older ones aren't continued.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.gcp.task_queue import create_named_task
from shared.playbooks import cadence
from shared.playbooks.time_triggers import JUST_BEFORE
from shared.playbooks.timing import first_due_after
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from collections.abc import Collection

    from shared.playbooks.time_triggers import ScheduleTrigger
    from shared.triggers.jobs import JobOwner
    from shared.triggers.record import JobRecord

ONCE_QUEUE = "startOnce"
FARTHEST = timedelta(days=29)
"""Cloud Tasks schedules at most 30 days ahead; the sweep creates later tasks when they are in range."""
QUEUE = "startSlot"
CATCHES_UP_WITHIN = timedelta(minutes=10)
"""A task up to this late still starts all slots missed meanwhile, as job ticks would have."""
_MARK = "-slot-"
_DEADLINE_SECONDS = 60


def task_name(owner: JobOwner, at: datetime, made_at: datetime) -> str:
    """A task name with a hash prefix. Names stay reserved after deletion, so each is unique."""
    cause = "\x1f".join((owner.org_id, owner.playbook_id, owner.trigger_id, at.astimezone(UTC).isoformat()))
    return f"{hex_digest(cause)}-once-{int(made_at.timestamp() * 1000)}"


def put_once_task(name: str, owner: JobOwner, at: datetime) -> bool:
    """Schedules the run, or starts it at once if the time has passed; False if the task exists."""
    payload = {
        "orgId": owner.org_id,
        "playbookId": owner.playbook_id,
        "triggerId": owner.trigger_id,
        "at": at.astimezone(UTC).isoformat(),
    }
    return create_named_task(ONCE_QUEUE, name, payload, deadline_seconds=_DEADLINE_SECONDS, at=at)


def new_generation(now: datetime) -> str:
    """A new generation; task names stay reserved for a while after deletion."""
    return str(int(now.timestamp() * 1000))


def delay(owner: JobOwner, schedule: JobRecord | ScheduleTrigger) -> timedelta:
    """The delay from a slot to its run."""
    if schedule.exact:
        return timedelta()
    whose = (owner.org_id, owner.playbook_id, owner.trigger_id)
    return cadence.delay(schedule.cron, schedule.occurrence, *whose)


def put_task(owner: JobOwner, schedule: JobRecord, slot: datetime, now: datetime) -> bool:
    """Schedules the slot; False if the task exists or existed.

    For slots beyond Cloud Tasks' limit, an earlier task is created that creates the next.
    """
    due = slot + delay(owner, schedule)
    hops = _hops(due, now)
    payload = {
        "orgId": owner.org_id,
        "playbookId": owner.playbook_id,
        "triggerId": owner.trigger_id,
        "at": slot.astimezone(UTC).isoformat(),
        "generation": schedule.generation,
    }
    name = _name(owner, schedule, slot, hops)
    return create_named_task(QUEUE, name, payload, deadline_seconds=_DEADLINE_SECONDS, at=due - hops * FARTHEST)


def next_task(owner: JobOwner, schedule: JobRecord, ran: Collection[datetime], now: datetime) -> str | None:
    """The name of the task for the schedule's next slot, if any.

    A task whose slot has passed but whose delay isn't over still fires; the playbook's state then decides whether
    it starts a run.
    """
    slot = first_due_after(schedule, now, ran)
    return None if slot is None else _name(owner, schedule, slot, _hops(slot + delay(owner, schedule), now))


def following_slot(schedule: ScheduleTrigger | JobRecord, slot: datetime, now: datetime) -> datetime | None:
    """The next slot to create a task for when `slot`'s task fires."""
    return first_due_after(schedule, max(slot, now - CATCHES_UP_WITHIN - cadence.LONGEST))


def is_slot(schedule: ScheduleTrigger, slot: datetime) -> bool:
    return first_due_after(schedule, slot - JUST_BEFORE) == slot


def is_of_slot(name: str) -> bool:
    """Whether the name is a slot task's."""
    return _MARK in name


def _hops(due: datetime, now: datetime) -> int:
    return max(0, -((now + FARTHEST - due) // FARTHEST))


def _name(owner: JobOwner, schedule: JobRecord, slot: datetime, hops: int) -> str:
    cause = "\x1f".join((owner.org_id, owner.playbook_id, owner.trigger_id, slot.astimezone(UTC).isoformat()))
    digest = hex_digest(cause)
    return f"{digest}{_MARK}{schedule.generation}-{hops}"
