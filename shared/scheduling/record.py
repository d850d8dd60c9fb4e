"""What the reconciler did: `playbook_schedules/{orgId}_{playbookId}`.

It does not stand in the playbook, whose writes the reconciler reacts to.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from shared.gcp import clients, logging
from shared.playbooks.days import check_occurrence
from shared.playbooks.models import Cron, Occurrence, Timezone
from shared.quarantine.failures import describe

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "playbook_schedules"


class Part(BaseModel):
    """Base: camelCase in Firestore."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class JobRecord(Part):
    """One trigger's job. `changing`: it may or may not exist, and differ; `enabled`: it does, as said here."""

    name: str
    cron: Cron
    timezone: Timezone
    state: str
    occurrence: Occurrence | None = None

    @model_validator(mode="after")
    def _has_the_occurrence(self) -> Self:
        # Where no month has it, looking for the next slot would never end.
        if self.occurrence is not None:
            check_occurrence(self.cron, self.occurrence)
        return self

    def changing(self) -> JobRecord:
        """The same, before it is made so."""
        return self.model_copy(update={"state": "changing"})


class ScheduleRecord(Part):
    """Every job that the playbook has or may have."""

    org_id: str
    playbook_id: str
    jobs: dict[str, JobRecord] = Field(default_factory=dict)
    next_run_at: datetime | None = None
    updated_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        """The record as Firestore stores it."""
        fields = self.model_dump(by_alias=True)
        fields["jobs"] = {name: job.model_dump(by_alias=True, exclude_none=True) for name, job in self.jobs.items()}
        return fields


def reference(org_id: str, playbook_id: str) -> DocumentReference:
    """The document's reference."""
    return clients.firestore().collection(COLLECTION).document(f"{org_id}_{playbook_id}")


def parse_record(found: DocumentSnapshot[Any]) -> ScheduleRecord | None:
    """The record that the document holds; None where there is none, or a malformed one that is to be made anew."""
    if not found.exists:
        return None
    try:
        return ScheduleRecord.model_validate(found.to_dict())
    except ValidationError as error:
        log.error("malformed schedule record", extra={"path": found.reference.path, "reason": describe(error)})
        return None
