"""Version history: `tenants/{orgId}/playbooks/{playbookId}/versions/{id}`, one document per edit.

Written from the edit's event with an id derived from its time, so repeated, late or unordered events have the same
result. A version keeps what an author writes. Status, verdicts and marks belong to the system; restoring a version
doesn't change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import InvalidArgument, NotFound

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference

    from shared.api.cloud_events import DocumentChange

log = logging.get_logger(__name__)

COLLECTION = "versions"
KEPT = 50
KEPT_AFTER_DELETION = timedelta(days=30)
_PRUNED_AT_ONCE = 100

NOT_AN_AUTHORS = frozenset(
    {
        *(
            "status",
            "statusReason",
            "errorCode",
            "refusedBy",
            "pausedBy",
            "source",
            "catalogVersion",
            "catalogHash",
            "customized",
        ),
        *("orgId", "ownerId", "ownerEmail", "lastEditedBy", "createdAt", "createdBy", "updatedAt", "version"),
        *("fingerprint", "requestFingerprint", "adHoc", "traceparent"),
    }
)
"""Playbook fields that versions leave out."""


class PlaybookVersion(CamelModel):
    """One edit. `content` is what the author wrote, or None if too large.

    `edited_by` is the editor's uid, None for the platform. `version` is the playbook's number at the time.
    `expire_at` is set when the playbook is deleted.
    """

    org_id: str
    playbook_id: str
    edited_at: datetime
    edited_by: str | None = None
    version: int | None = None
    is_first: bool
    content: dict[str, Any] | None
    expire_at: datetime | None = None


def content_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The author-written part of a playbook's document."""
    return {name: value for name, value in document.items() if name not in NOT_AN_AUTHORS}


def note_version(org_id: str, playbook_id: str, change: DocumentChange, clock: Clock) -> bool:
    """Stores the change as a version; after a deletion, keeps all versions for 30 days. Whether one was stored.

    Changes outside the author-written part aren't stored.
    """
    versions = _versions(org_id, playbook_id)
    if change.after is None:
        _let_expire(versions, clock)
        return False
    content = content_of(change.after)
    if change.before is not None and content_of(change.before) == content:
        return False
    edited_by, number = change.after.get("lastEditedBy"), change.after.get("version")
    kept = PlaybookVersion(
        org_id=org_id,
        playbook_id=playbook_id,
        edited_at=datetime.fromisoformat(change.version),
        edited_by=edited_by if isinstance(edited_by, str) and not _is_the_catalogs(change) else None,
        version=number if type(number) is int else None,
        is_first=change.before is None,
        content=content,
    )
    _write(versions, kept)
    _prune(org_id, playbook_id)
    if not _playbook(org_id, playbook_id).get([]).exists:
        # The deletion event came first, or will do the same later.
        _let_expire(versions, clock)
    return True


def _is_the_catalogs(change: DocumentChange) -> bool:
    """Whether the platform made the change, which leaves the last editor's name in the document."""
    return (change.before or {}).get("catalogVersion") != (change.after or {}).get("catalogVersion")


def _write(versions: CollectionReference, kept: PlaybookVersion) -> None:
    reference = versions.document(_id_of(kept.edited_at))
    try:
        reference.set(kept.model_dump(by_alias=True, exclude={"expire_at"}))
    except InvalidArgument as error:
        # A playbook can be as large as a document allows, and a version is slightly larger.
        log.warning("version too large to store", extra={"path": reference.path, "reason": str(error)})
        reference.set(kept.model_copy(update={"content": None}).model_dump(by_alias=True, exclude={"expire_at"}))


def _id_of(edited_at: datetime) -> str:
    return f"{edited_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def _prune(org_id: str, playbook_id: str) -> None:
    """Deletes old versions."""
    newest_first = (
        clients.firestore()
        .collection(org_path(org_id, PLAYBOOKS, playbook_id, COLLECTION))
        .order_by("editedAt", direction="DESCENDING")
        .select([])
    )
    for old in newest_first.offset(KEPT).limit(_PRUNED_AT_ONCE).stream():
        old.reference.delete()


def _let_expire(versions: CollectionReference, clock: Clock) -> None:
    expire_at = clock.now() + KEPT_AFTER_DELETION
    for one in versions.select(["expireAt"]).stream():
        if "expireAt" in (one.to_dict() or {}):
            continue
        try:
            one.reference.update({"expireAt": expire_at})
        except NotFound:
            log.info("version already deleted", extra={"path": one.reference.path})


def _playbook(org_id: str, playbook_id: str) -> Any:
    return clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))


def _versions(org_id: str, playbook_id: str) -> CollectionReference:
    found: CollectionReference = _playbook(org_id, playbook_id).collection(COLLECTION)
    return found
