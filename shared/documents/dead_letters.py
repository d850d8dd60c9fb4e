"""Runs that failed and will not be tried again: `dead_letters/{executionId}`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from shared.documents.stored import Stored
from shared.gcp import clients

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

COLLECTION = "dead_letters"


def _is_unsaid(value: Any) -> bool:
    return value is None


class DeadLetter(Stored):
    """Open until the run is replayed, once a replay."""

    org_id: str
    playbook_id: str
    error: str | None = None
    error_code: Annotated[str | None, Field(exclude_if=_is_unsaid)] = None
    attempts: int = 0
    failed_step_id: str | None = None
    status: Literal["open", "replayed"] = "open"
    created_at: AwareDatetime
    expire_at: Annotated[datetime | None, Field(exclude_if=_is_unsaid)] = None

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        return self.model_dump(by_alias=True)


def reference(execution_id: str) -> DocumentReference:
    """The run's dead letter."""
    return clients.firestore().collection(COLLECTION).document(execution_id)


def replayed(org_id: str, playbook_id: str, now: datetime) -> dict[str, Any]:
    """What is merged into the dead letter of a run that starts again."""
    return {"orgId": org_id, "playbookId": playbook_id, "status": "replayed", "replayedAt": now}


def open_letters(org_id: str, limit: int) -> Iterable[DocumentSnapshot[Any]]:
    """The org's dead letters that nobody has dealt with."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "==", "open"))
    )
    return query.limit(limit).stream()
