"""What the reconciler did: `playbook_schedules/{orgId}_{playbookId}`.

It does not stand in the playbook, whose writes the reconciler reacts to.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.gcp import clients

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

COLLECTION = "playbook_schedules"


class Part(BaseModel):
    """Base: camelCase in Firestore."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class JobRecord(Part):
    """One trigger's job. `changing`: it may or may not exist, and differ; `enabled`: it does, as said here."""

    name: str
    cron: str
    timezone: str
    state: str
    occurrence: str | None = None

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
