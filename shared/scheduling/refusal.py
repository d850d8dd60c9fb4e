"""Telling the author of a playbook document that it cannot run, where the author looks: in the document."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import DELETE_FIELD

from shared.delivery import inbox
from shared.gcp import clients, logging
from shared.playbooks.models import PlaybookStatus

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

    from shared.gcp.clock import Clock

log = logging.get_logger(__name__)

MAX_REASON = 5_000


def write_back(org_id: str, snapshot: DocumentSnapshot[Any], reason: str, clock: Clock) -> None:
    """Set `status: error` and the reason, and notify the org once for this version of the document.

    The write fires the playbook's own trigger again; a playbook in error wants no jobs, so that ends there.

    Raises:
        google.api_core.exceptions.FailedPrecondition: the author has written meanwhile; look again.
    """
    reason = reason if len(reason) <= MAX_REASON else f"{reason[: MAX_REASON - 1]}…"
    client = clients.firestore()
    data = snapshot.to_dict() or {}
    name = data.get("name")
    notification = inbox.InboxNotification(
        org_id=org_id,
        type="playbook_failure",
        title=f"Playbook cannot run: {name if isinstance(name, str) and name else snapshot.id}"[:200],
        body=reason,
        severity="warning",
        playbook_id=snapshot.id,
        created_at=clock.now(),
    )
    path, fields = inbox.document(_notification_id(org_id, snapshot), notification)
    batch = client.batch()
    batch.update(
        snapshot.reference,
        {"status": PlaybookStatus.ERROR, "statusReason": reason},
        option=client.write_option(last_update_time=snapshot.update_time),
    )
    batch.set(client.document(path), fields)
    batch.commit()
    log.warning("playbook refused", extra={"orgId": org_id, "playbookId": snapshot.id, "reason": reason})


def clear(snapshot: DocumentSnapshot[Any]) -> None:
    """Take back the reason of an earlier refusal: the author has mended the playbook."""
    client = clients.firestore()
    snapshot.reference.update(
        {"statusReason": DELETE_FIELD}, option=client.write_option(last_update_time=snapshot.update_time)
    )


def _notification_id(org_id: str, snapshot: DocumentSnapshot[Any]) -> str:
    version = str(snapshot.update_time)
    return "refused-" + hashlib.sha256(f"{org_id}\x1f{snapshot.id}\x1f{version}".encode()).hexdigest()[:32]
