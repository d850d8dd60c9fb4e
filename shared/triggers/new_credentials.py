"""Refuses playbook edits that add a key or password, whoever made them and whatever the status.

Only new keys are refused. Older ones are reported (`shared/heartbeat`) and keep working.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.documents.org import PLAYBOOKS, org_path
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients
from shared.playbooks.credentials import credentials_in, new_credentials
from shared.playbooks.secret_names import WHERE_SET
from shared.triggers import refusal

if TYPE_CHECKING:
    from shared.api.cloud_events import DocumentChange
    from shared.gcp.clock import Clock

ROUNDS = 5
EXPLANATION = (
    f"It holds a key or password. Put it under {WHERE_SET}, then open the playbook to see where to name it."
)


def refuse_new_credentials(org_id: str, playbook_id: str, change: DocumentChange, clock: Clock) -> bool:
    """Sends the playbook back to its author if keys from this change are still in it.

    Returns whether it was refused, now or earlier.

    Raises:
        TransientError: the playbook kept changing; redeliver the event.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    brought = {one.literal for one in new_credentials(change.after or {}, change.before)}
    reference = clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))
    for _ in range(ROUNDS if brought else 0):
        snapshot = reference.get()
        stored: Mapping[str, Any] = snapshot.to_dict() or {}
        lines = [one.line() for one in credentials_in(stored.get("steps")) if one.literal in brought]
        if not lines or refusal.is_refused_for_credentials(stored):
            return bool(lines)
        try:
            refusal.write_back(
                org_id,
                snapshot,
                "; ".join(lines),
                clock,
                code=ErrorCode.CREDENTIAL_IN_PLAYBOOK,
                explanation=EXPLANATION,
            )
        except (FailedPrecondition, NotFound):
            continue
        return True
    if brought:
        raise TransientError(f"playbook {playbook_id} changed {ROUNDS} times while it was being refused")
    return False
