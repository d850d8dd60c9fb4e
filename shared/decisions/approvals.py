"""Pending decisions: `approvals/{id}`, one document per waiting step."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import AwareDatetime, Field, ValidationError

from shared.api.errors import not_found
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.playbooks.problems import problem_lines
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "approvals"
KEPT_FOR = timedelta(days=90)
MAX_COMMENT_CHARS = 1_000


class ApprovalStatus(StrEnum):
    """Where a decision stands.

    A pending one is `expired` from the end of its time on; that is written when its run goes on. `withdrawn`: its
    run was ended before anybody decided.
    """

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Approval(CamelModel, frozen=True):
    """A question to the org's people.

    `requested_by` is the person the run acts for, `caused_by` everybody who stands behind it: they may not answer.
    The names are what colleagues call them.
    """

    id: str = Field(exclude=True)
    org_id: str
    playbook_id: str
    execution_id: str
    step_id: str
    title: str
    details: str = ""
    status: ApprovalStatus = ApprovalStatus.PENDING
    requested_by: str | None = None
    requested_by_name: str | None = None
    caused_by: tuple[str, ...] = ()
    requested_at: AwareDatetime
    expires_at: AwareDatetime
    decided_by: str | None = None
    decided_by_name: str | None = None
    decided_at: AwareDatetime | None = None
    comment: str | None = None

    def status_at(self, now: datetime) -> ApprovalStatus:
        """Where it stands at that time."""
        is_late = self.status is ApprovalStatus.PENDING and self.expires_at <= now
        return ApprovalStatus.EXPIRED if is_late else self.status

    def document(self) -> dict[str, Any]:
        """The approval as Firestore stores it."""
        return {**self.model_dump(by_alias=True, exclude_none=True), "expireAt": self.expires_at + KEPT_FOR}


def request(approval: Approval, message: tuple[str, dict[str, Any]] | None = None) -> Approval:
    """Create the approval, or find the one the same step created before; returns it as it is.

    `message`: the path and the fields of what other systems are told of it, written together with it.
    """
    client = clients.firestore()
    reference, batch = client.collection(COLLECTION).document(approval.id), client.batch()
    batch.create(reference, approval.document())
    if message is not None:
        batch.set(client.document(message[0]), message[1])
    try:
        batch.commit()
    except AlreadyExists:
        return parse(approval.id, reference.get().to_dict() or {})
    return approval


def expire(approval_id: str) -> None:
    """Record that nobody decided in time, unless someone just did."""
    reference = clients.firestore().collection(COLLECTION).document(approval_id)
    _close(reference.get(), ApprovalStatus.EXPIRED)


def withdraw(execution_id: str) -> None:
    """Withdraw the run's pending approvals."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("executionId", "==", execution_id))
        .where(filter=FieldFilter("status", "==", ApprovalStatus.PENDING.value))
    )
    for found in query.stream():
        _close(found, ApprovalStatus.WITHDRAWN)


def _close(found: DocumentSnapshot[Any], status: ApprovalStatus) -> None:
    """Unless it was decided after it was read."""
    if (found.to_dict() or {}).get("status") != ApprovalStatus.PENDING:
        return
    version = clients.firestore().write_option(last_update_time=found.update_time)
    with contextlib.suppress(FailedPrecondition, NotFound):
        found.reference.update({"status": status.value}, option=version)


def parse(approval_id: str, data: Mapping[str, Any]) -> Approval:
    """The approval that a document holds.

    Raises:
        PermanentError: naming the field that is wrong.
    """
    try:
        return Approval.model_validate({**data, "id": approval_id})
    except ValidationError as error:
        problems = "; ".join(problem_lines(error))
        raise PermanentError(
            f"{COLLECTION}/{approval_id} cannot be used: {problems}", code=ErrorCode.INVALID_DOCUMENT
        ) from None


def find(approval_id: str) -> tuple[Approval, Any]:
    """The approval, and the version of its document. One that can't be read is logged and treated as missing.

    Raises:
        NotFoundError: there is none.
    """
    missing = not_found(f"approval {approval_id}")
    snapshot = clients.firestore().collection(COLLECTION).document(approval_id).get()
    data = snapshot.to_dict()
    if data is None:
        raise missing
    try:
        return parse(approval_id, data), snapshot.update_time
    except PermanentError as error:
        # Said to the log alone: whose it is cannot be told, and another org's must not be told from a missing one.
        log.error("an approval cannot be read", extra={"path": snapshot.reference.path, "reason": str(error)})
        raise missing from None
