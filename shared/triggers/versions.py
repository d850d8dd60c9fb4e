"""What a playbook said before: `tenants/{orgId}/playbooks/{playbookId}/versions/{id}`, a document for each edit.

Written from the event that tells of the edit, under an id made of the edit's time: an event that comes twice, late
or out of order ends in the same documents. What is kept is what an author writes. Status, verdicts and marks are
the system's or come and go; going back to a version changes none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import InvalidArgument, NotFound
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.gcp.clock import Clock

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
"""Fields of a playbook's document that no version holds."""


class PlaybookVersion(BaseModel):
    """One edit. `content` is what the author wrote; None where it is too large to be kept.

    `edited_by` is the uid of who made the edit, None where that was the platform. `version` is the playbook's own
    number at that time. `expire_at` is set when the playbook has been deleted.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    org_id: str
    playbook_id: str
    edited_at: datetime
    edited_by: str | None = None
    version: int | None = None
    is_first: bool
    content: dict[str, Any] | None
    expire_at: datetime | None = None


def content_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a playbook's document that an author writes."""
    return {name: value for name, value in document.items() if name not in NOT_AN_AUTHORS}


def note_version(org_id: str, playbook_id: str, change: DocumentChange, clock: Clock) -> bool:
    """Keep what the change wrote, and of a deleted playbook all versions for 30 days; whether a version was kept.

    A change of what is not an author's keeps none.
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
        # The event of its deletion came first, or is still to come and does the same.
        _let_expire(versions, clock)
    return True


def _is_the_catalogs(change: DocumentChange) -> bool:
    """Whether the platform brought it: the last person's name stays in the document then."""
    return (change.before or {}).get("catalogVersion") != (change.after or {}).get("catalogVersion")


def _write(versions: CollectionReference, kept: PlaybookVersion) -> None:
    reference = versions.document(_id_of(kept.edited_at))
    try:
        reference.set(kept.model_dump(by_alias=True, exclude={"expire_at"}))
    except InvalidArgument as error:
        # A playbook may be as large as a document can be, and a version holds a little more than it.
        log.warning("a version is too large to be kept", extra={"path": reference.path, "reason": str(error)})
        reference.set(kept.model_copy(update={"content": None}).model_dump(by_alias=True, exclude={"expire_at"}))


def _id_of(edited_at: datetime) -> str:
    """Sorts by time."""
    return f"{edited_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def _prune(org_id: str, playbook_id: str) -> None:
    """Delete all but the newest."""
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
            log.info("a version has gone meanwhile", extra={"path": one.reference.path})


def _playbook(org_id: str, playbook_id: str) -> Any:
    return clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))


def _versions(org_id: str, playbook_id: str) -> CollectionReference:
    found: CollectionReference = _playbook(org_id, playbook_id).collection(COLLECTION)
    return found
