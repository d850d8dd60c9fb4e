"""Chooses whether a playbook's schedules use Cloud Scheduler jobs, which are limited per region, or tasks.

The number of jobs is summed from the records, an index aggregation that costs one read per thousand entries. There
is no counter that could drift. Jobs without a record, the platform's own and other systems', are counted daily
when all jobs are listed anyway.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.gcp import clients
from shared.gcp.daily_walk import PLATFORM
from shared.gcp.settings import settings
from shared.triggers import record
from shared.triggers.record import Carrier

if TYPE_CHECKING:
    from shared.triggers.record import ScheduleRecord

BACK_BELOW = 0.8
"""Below this share of the limit, schedules move back to jobs; in between, none move."""
_OTHERS_AT_FIRST = 10


def choose(recorded: ScheduleRecord, wanted: int, move_to: Carrier | None) -> Carrier:
    """The carrier for the playbook's `wanted` schedules.

    The current carrier is kept unless schedules should move, or more jobs would exceed the limit.
    """
    if wanted == 0:
        return recorded.carrier
    limit, present = settings().scheduler_job_limit, recorded.job_count
    if any(job.has_tasks for job in recorded.jobs.values()):
        if move_to is not Carrier.JOB:
            return Carrier.TASK
        limit = int(BACK_BELOW * limit)
    elif wanted <= present and move_to is not Carrier.TASK:
        return Carrier.JOB
    if limit == 0:
        return Carrier.TASK
    return Carrier.JOB if count_jobs() - present + wanted <= limit else Carrier.TASK


def direction() -> Carrier | None:
    """The carrier that schedules should move to now, if any; each move still goes through `choose`."""
    limit, count = settings().scheduler_job_limit, count_jobs()
    if count > limit:
        return Carrier.TASK
    return Carrier.JOB if count < int(BACK_BELOW * limit) else None


def count_jobs() -> int:
    """The known number of jobs in the region."""
    query: Any = clients.firestore().collection(record.COLLECTION).where(filter=FieldFilter("jobCount", ">", 0))
    (answers,) = query.sum("jobCount", alias="jobs").get()
    known = clients.firestore().document(PLATFORM, "scheduler_jobs").get().to_dict() or {}
    others = known.get("others")
    return int(answers[0].value or 0) + (others if isinstance(others, int) else _OTHERS_AT_FIRST)


def note_others(others: int, now: datetime) -> None:
    """Stores how many jobs don't belong to a playbook."""
    clients.firestore().document(PLATFORM, "scheduler_jobs").set({"others": others, "countedAt": now})
