"""The reconciler's record: `playbook_schedules/{orgId}_{playbookId}`.

Kept outside the playbook, whose writes trigger the reconciler.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from shared.gcp import clients, logging
from shared.playbooks.instants import Instant
from shared.playbooks.time_triggers import Timing
from shared.quarantine.failures import describe
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "playbook_schedules"
CHANGING, ENABLED, AHEAD, FINISHED, OFF, MISSED = "changing", "enabled", "ahead", "finished", "off", "missed"


class Carrier(StrEnum):
    """Applies to all of a playbook's schedules."""

    JOB = "job"
    TASK = "task"


class Part(CamelModel):
    """Base: camelCase in Firestore."""


class JobRecord(Timing):
    """A schedule's job, or the chain of tasks used in its place.

    `changing`: it may or may not exist or match; `enabled`: it exists as recorded. There is none while the
    schedule's start is far `ahead`, or after it is `finished`.
    """

    name: str
    """The job's name, even if there is none."""
    state: str
    exact: bool = False
    generation: str | None = None
    """Part of its tasks' names; None if it uses a job."""

    @property
    def may_exist(self) -> bool:
        """Whether Cloud Scheduler may have the job."""
        is_task = self.state == ENABLED and self.generation is not None
        return self.state not in {AHEAD, FINISHED} and not is_task

    @property
    def has_tasks(self) -> bool:
        """Whether its next slot has a task."""
        return self.state == ENABLED and self.generation is not None

    def changing(self) -> JobRecord:
        """A copy in the state `changing`."""
        return self.model_copy(update={"state": CHANGING})


class OnceRecord(Part):
    """The task of a `once` trigger.

    `changing`: it may or may not exist; `enabled`: it was created. There is none while the time is too far `ahead`
    for Cloud Tasks, while the playbook is `off`, if it was off at that time (`missed`), or once a run was started
    or skipped (`finished`).
    """

    at: Instant
    task: str | None = None
    state: str

    def changing(self) -> OnceRecord:
        """A copy in the state `changing`."""
        return self.model_copy(update={"state": CHANGING})


class ScheduleRecord(Part):
    """Every job and task that the playbook has or may have.

    `job_count`: the number of jobs; the sum over all records shows how full Cloud Scheduler is. `runs`: slots that
    have run, by id of a schedule with `maxRuns`. `review_at`: when jobs or tasks that are still too far ahead are
    due to be created.
    """

    org_id: str
    playbook_id: str
    carrier: Carrier = Carrier.JOB
    job_count: int = 0
    jobs: dict[str, JobRecord] = Field(default_factory=dict)
    once: dict[str, OnceRecord] = Field(default_factory=dict)
    stale_tasks: list[str] = Field(default_factory=list)
    """Tasks without a trigger that must be deleted."""
    runs: dict[str, list[datetime]] = Field(default_factory=dict)
    next_run_at: datetime | None = None
    review_at: datetime | None = None
    updated_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        fields = self.model_dump(by_alias=True)
        for part in ("jobs", "once"):
            entries: dict[str, JobRecord | OnceRecord] = getattr(self, part)
            fields[part] = {name: one.model_dump(by_alias=True, exclude_none=True) for name, one in entries.items()}
        return fields


def reference(org_id: str, playbook_id: str) -> DocumentReference:
    return clients.firestore().collection(COLLECTION).document(f"{org_id}_{playbook_id}")


def parse_record(found: DocumentSnapshot[Any]) -> ScheduleRecord | None:
    """Parses a record; None if it is missing or malformed and must be rebuilt."""
    if not found.exists:
        return None
    try:
        return ScheduleRecord.model_validate(found.to_dict())
    except ValidationError as error:
        log.error("malformed schedule record", extra={"path": found.reference.path, "reason": describe(error)})
        return None


def read_runs(org_id: str, playbook_id: str, triggers: Iterable[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    """Slots that have run, by trigger id; reads nothing unless a trigger needs it."""
    if not any(trigger.get("maxRuns") for trigger in triggers):
        return {}
    known = parse_record(reference(org_id, playbook_id).get())
    return known.runs if known is not None else {}
