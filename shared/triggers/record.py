"""What the reconciler did: `playbook_schedules/{orgId}_{playbookId}`.

It does not stand in the playbook, whose writes the reconciler reacts to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.gcp import clients, logging
from shared.playbooks.instants import Instant
from shared.playbooks.time_triggers import Timing
from shared.quarantine.failures import describe
from shared.triggers.carrier import Carrier

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "playbook_schedules"
CHANGING, ENABLED, AHEAD, FINISHED, OFF, MISSED = "changing", "enabled", "ahead", "finished", "off", "missed"


class Part(BaseModel):
    """Base: camelCase in Firestore."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", defer_build=True)


class JobRecord(Timing):
    """One schedule's job, or the chain of tasks that stands for it.

    `changing`: it may or may not exist, and differ; `enabled`: it does, as said here. There is none while the
    schedule is still far `ahead`, nor once it is `finished`.
    """

    name: str
    """The job's, also if there is none."""
    state: str
    exact: bool = False
    generation: str | None = None
    """Part of the names of its tasks; None where a job carries it."""

    @property
    def may_exist(self) -> bool:
        """Whether Cloud Scheduler may have the job."""
        is_task = self.state == ENABLED and self.generation is not None
        return self.state not in {AHEAD, FINISHED} and not is_task

    @property
    def has_tasks(self) -> bool:
        """Whether a task stands for its next slot."""
        return self.state == ENABLED and self.generation is not None

    def changing(self) -> JobRecord:
        """The same, before it is made so."""
        return self.model_copy(update={"state": CHANGING})


class OnceRecord(Part):
    """One instant's task.

    `changing`: it may or may not exist; `enabled`: it has been made. There is none while the instant is farther
    `ahead` than Cloud Tasks takes tasks, while the playbook is `off`, where it was off at that instant (`missed`),
    nor once a run has been started or skipped for it (`finished`).
    """

    at: Instant
    task: str | None = None
    state: str

    def changing(self) -> OnceRecord:
        """The same, before it is made so."""
        return self.model_copy(update={"state": CHANGING})


class ScheduleRecord(Part):
    """Every job and task that the playbook has or may have.

    `job_count`: how many jobs those are; the sum of all records is how full Cloud Scheduler is. `runs`: by the id
    of a schedule with a `maxRuns`, the slots that have had a run. `review_at`: when jobs or tasks are to be made
    that are not yet.
    """

    org_id: str
    playbook_id: str
    carrier: Carrier = Carrier.JOB
    job_count: int = 0
    jobs: dict[str, JobRecord] = Field(default_factory=dict)
    once: dict[str, OnceRecord] = Field(default_factory=dict)
    stale_tasks: list[str] = Field(default_factory=list)
    """Tasks that no trigger has any more, until they are deleted."""
    runs: dict[str, list[datetime]] = Field(default_factory=dict)
    next_run_at: datetime | None = None
    review_at: datetime | None = None
    updated_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        """The record as Firestore stores it."""
        fields = self.model_dump(by_alias=True)
        for part in ("jobs", "once"):
            entries: dict[str, JobRecord | OnceRecord] = getattr(self, part)
            fields[part] = {name: one.model_dump(by_alias=True, exclude_none=True) for name, one in entries.items()}
        return fields


def reference(org_id: str, playbook_id: str) -> DocumentReference:
    """The document's reference."""
    return clients.firestore().collection(COLLECTION).document(f"{org_id}_{playbook_id}")


def parse_record(found: DocumentSnapshot[Any]) -> ScheduleRecord | None:
    """The record that the document holds; None if there is none, or a malformed one that is to be made anew."""
    if not found.exists:
        return None
    try:
        return ScheduleRecord.model_validate(found.to_dict())
    except ValidationError as error:
        log.error("malformed schedule record", extra={"path": found.reference.path, "reason": describe(error)})
        return None


def read_runs(org_id: str, playbook_id: str, triggers: Iterable[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    """The slots that have had a run, by trigger id; nothing is read where no trigger asks for it."""
    if not any(trigger.get("maxRuns") for trigger in triggers):
        return {}
    known = parse_record(reference(org_id, playbook_id).get())
    return known.runs if known is not None else {}
