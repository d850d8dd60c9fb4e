"""What the heartbeat remembers about an org, `heartbeat_state/{orgId}`: only the server reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, Field, ValidationError

from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.heartbeat.findings import KnownFinding
from shared.playbooks.problems import problem_lines
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, WriteBatch

log = logging.get_logger(__name__)

COLLECTION = "heartbeat_state"


class State(CamelModel, frozen=True):
    """What is known of each finding, by check; when the last round was."""

    org_id: str
    findings: dict[str, dict[str, KnownFinding]] = Field(default_factory=dict)
    checked_at: AwareDatetime | None = None
    compared: str | None = None
    """By what is known again with which menus our offers were compared last."""
    daily_on: str | None = None
    """The org's day whose daily checks are made, `YYYY-MM-DD`."""
    raised_inactive: bytes = b""
    """Marks of the customers for whom `customer.inactive_30d` was raised; see `inactive.raise_events`."""

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        return self.model_dump(by_alias=True)


@dataclass(frozen=True, slots=True)
class Stored:
    """The state as it was read; `version` is None if there is no document."""

    state: State
    version: datetime | None


def reference(org_id: str) -> DocumentReference:
    return clients.firestore().collection(COLLECTION).document(org_id)


def read(org_id: str) -> Stored:
    """The org's state, in one read; one that cannot be understood counts as none."""
    found = reference(org_id).get()
    fields = {**(found.to_dict() or {}), "orgId": org_id}
    try:
        state = State.model_validate(fields)
    except ValidationError as error:
        log.error("heartbeat state is begun anew", extra={"reason": "; ".join(problem_lines(error))})
        state = State(org_id=org_id)
    return Stored(state, found.update_time if found.exists else None)


def commit(before: Stored, after: State, documents: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the state together with these documents, all or none.

    Raises:
        TransientError: another round of the org was faster; there is nothing of this one.
    """
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    batch = clients.firestore().batch()
    for path, fields in documents.items():
        batch.set(clients.firestore().document(path), dict(fields))
    _put(batch, before, after)
    try:
        batch.commit()
    except (AlreadyExists, FailedPrecondition, NotFound) as error:
        raise TransientError(f"another round of {after.org_id} was faster") from error


def _put(batch: WriteBatch, before: Stored, after: State) -> None:
    target = reference(after.org_id)
    if before.version is None:
        batch.create(target, after.document())
        return
    option = clients.firestore().write_option(last_update_time=before.version)
    batch.update(target, after.document(), option=option)
