"""Menus that may have been misread, stored in `tenants/{orgId}/suspect_snapshots/{competitorId}`.

They have a collection of their own, so that whoever reads snapshots (prices, changes, rounds, the dashboard) reads
good ones alone. A competitor has one at most. It becomes a snapshot like the others when a second scan agrees with
it, and goes away when a scan finds the menu as it was before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pydantic import AwareDatetime, ValidationError

from shared.competitors.snapshots.snapshot import Snapshot, StoredSnapshot
from shared.documents.org import COMPETITOR_SNAPSHOTS, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

COLLECTION = "suspect_snapshots"


class SuspectSnapshot(Snapshot):
    """A menu that is suspect. `reason` says why, as the end of a sentence; `since`: when the doubt began."""

    good_snapshot_id: str
    """What it was found after; it counts for nothing once another is the last good one."""
    reason: str
    since: AwareDatetime

    @classmethod
    def of(cls, snapshot: Snapshot, good_id: str, reason: str, before: SuspectSnapshot | None) -> Self:
        """The snapshot as suspect; `before`: the one that it replaces."""
        known = before is not None and before.good_snapshot_id == good_id
        since = before.since if known and before is not None else snapshot.taken_at
        return cls(**dict(snapshot), good_snapshot_id=good_id, reason=reason, since=since)

    @property
    def mark(self) -> tuple[str, datetime]:
        """By what it is known again."""
        return self.content_hash, self.taken_at


def load(org_id: str) -> dict[str, SuspectSnapshot]:
    """The org's suspect menus by competitor, in one read; usually none."""
    found: dict[str, SuspectSnapshot] = {}
    for document in firestore().collection(org_path(org_id, COLLECTION)).stream():
        fields = {name: value for name, value in (document.to_dict() or {}).items() if value is not None}
        try:
            found[document.id] = SuspectSnapshot.model_validate(fields)
        except ValidationError as error:
            problems = error.error_count()
            log.warning("passed over a suspect snapshot of another shape: %s (%d problems)", document.id, problems)
    return found


def path(org_id: str, competitor_id: str) -> str:
    """The path of the competitor's suspect menu."""
    return org_path(org_id, COLLECTION, competitor_id)


def confirm(org_id: str, suspect: SuspectSnapshot, confirmed: StoredSnapshot, instead: SuspectSnapshot) -> bool:
    """Make the menu that a second scan found a snapshot like the others, in place of the suspect one.

    False where another scan has settled it meanwhile: what was found is then suspect itself (`instead`), and waits.

    Raises:
        TransientError: others write it again and again.
    """
    db = firestore()
    reference = db.document(path(org_id, suspect.competitor_id))
    target = db.document(org_path(org_id, COMPETITOR_SNAPSHOTS, confirmed.id))

    def settle(transaction: Transaction) -> bool:
        if _is(suspect, reference.get(transaction=transaction).to_dict() or {}):
            transaction.set(target, confirmed.snapshot.model_dump(by_alias=True))
            transaction.delete(reference)
            return True
        if target.get(transaction=transaction).exists:
            # Another run confirmed it first.
            return True
        transaction.set(reference, instead.model_dump(by_alias=True))
        return False

    return in_transaction(settle, f"{COLLECTION}/{suspect.competitor_id}")


def alert_id(org_id: str, suspect: SuspectSnapshot) -> str:
    """Of what the owner is told: once a day while the same menu is the last good one."""
    about = f"{org_id}\x1f{suspect.competitor_id}\x1f{suspect.good_snapshot_id}"
    return f"competitor-suspect-{hex_digest(about)}-{suspect.since:%Y%m%d}"


def _is(suspect: SuspectSnapshot, fields: Mapping[str, Any]) -> bool:
    return (fields.get("contentHash"), fields.get("takenAt")) == suspect.mark
