"""Whether a playbook's schedules have jobs of Cloud Scheduler, of which a region has room for few, or tasks.

How many jobs there are is asked of the records, which name every job: a sum over an index, of which a thousand
entries cost one read. Nothing has to be counted up and down, so nothing can drift. The jobs that no record names,
the platform's own and other systems', are counted once a day while all jobs are listed anyway.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.top_level import PLATFORM
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.triggers import record
from shared.triggers.carrier import Carrier

if TYPE_CHECKING:
    from shared.triggers.record import ScheduleRecord

BACK_BELOW = 0.8
"""The part of the limit below which schedules go back to jobs: between the two, none moves."""
_OTHERS_AT_FIRST = 10


def choose(recorded: ScheduleRecord, wanted: int, move_to: Carrier | None) -> Carrier:
    """What is to carry the playbook's schedules, so many of which are wanted now.

    What carries them already does so on, unless they may move, or more of them would be over the limit.
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
    """To which carrier schedules should move at present, if to any; whoever moves one asks `choose` again."""
    limit, count = settings().scheduler_job_limit, count_jobs()
    if count > limit:
        return Carrier.TASK
    return Carrier.JOB if count < int(BACK_BELOW * limit) else None


def count_jobs() -> int:
    """How many jobs there are in the region, as far as is known."""
    query: Any = clients.firestore().collection(record.COLLECTION).where(filter=FieldFilter("jobCount", ">", 0))
    (answers,) = query.sum("jobCount", alias="jobs").get()
    known = clients.firestore().document(PLATFORM, "scheduler_jobs").get().to_dict() or {}
    others = known.get("others")
    return int(answers[0].value or 0) + (others if isinstance(others, int) else _OTHERS_AT_FIRST)


def note_others(others: int, now: datetime) -> None:
    """Remember how many jobs there are that no playbook has."""
    clients.firestore().document(PLATFORM, "scheduler_jobs").set({"others": others, "countedAt": now})
