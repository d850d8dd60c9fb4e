"""The Cloud Tasks tasks of a schedule that has no job: one at a time, for its next slot; it calls `startSlot`.

A task's name is made of the trigger, the slot and the record's generation, so no write is needed to know it: made
twice it is there once. What changes the schedule begins a new generation, and no task of an old one is continued.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.gcp.task_queue import create_named_task
from shared.playbooks import spread
from shared.playbooks.time_triggers import JUST_BEFORE
from shared.playbooks.timing import first_due_after
from shared.triggers.once_task import FARTHEST
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from collections.abc import Collection

    from shared.playbooks.time_triggers import ScheduleTrigger
    from shared.triggers.jobs import JobOwner
    from shared.triggers.record import JobRecord

QUEUE = "startSlot"
CATCHES_UP_WITHIN = timedelta(minutes=10)
"""A task this late still has every slot that came meanwhile started, as the job's own ticks would have."""
_MARK = "-slot-"
_DEADLINE_SECONDS = 60


def new_generation(now: datetime) -> str:
    """One that the schedule has not had: a task's name stays taken for a while after the task has gone."""
    return str(int(now.timestamp() * 1000))


def delay(owner: JobOwner, schedule: JobRecord | ScheduleTrigger) -> timedelta:
    """How long after each of its slots the schedule's run is started."""
    if schedule.exact:
        return timedelta()
    whose = (owner.org_id, owner.playbook_id, owner.trigger_id)
    return spread.delay(schedule.cron, schedule.occurrence, *whose)


def put_task(owner: JobOwner, schedule: JobRecord, slot: datetime, now: datetime) -> bool:
    """Have the slot started when it is due; False: the task is, or was, there already.

    Cloud Tasks takes no task for so late as some slots are: then one is made that comes earlier and makes the next.
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
    """The name of the task that waits for the schedule's next slot; None if there is no slot any more.

    One for a slot that has been, and whose delay is not over, comes all the same: it is started or not by what the
    playbook says then.
    """
    slot = first_due_after(schedule, now, ran)
    return None if slot is None else _name(owner, schedule, slot, _hops(slot + delay(owner, schedule), now))


def following_slot(schedule: ScheduleTrigger | JobRecord, slot: datetime, now: datetime) -> datetime | None:
    """The slot whose task is made when the task of `slot` comes."""
    return first_due_after(schedule, max(slot, now - CATCHES_UP_WITHIN - spread.LONGEST))


def is_slot(schedule: ScheduleTrigger, slot: datetime) -> bool:
    """Whether the schedule is due then."""
    return first_due_after(schedule, slot - JUST_BEFORE) == slot


def is_of_slot(name: str) -> bool:
    """Whether a task's name is one of these."""
    return _MARK in name


def _hops(due: datetime, now: datetime) -> int:
    return max(0, -((now + FARTHEST - due) // FARTHEST))


def _name(owner: JobOwner, schedule: JobRecord, slot: datetime, hops: int) -> str:
    cause = "\x1f".join((owner.org_id, owner.playbook_id, owner.trigger_id, slot.astimezone(UTC).isoformat()))
    digest = hex_digest(cause)
    return f"{digest}{_MARK}{schedule.generation}-{hops}"
