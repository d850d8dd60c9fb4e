"""The status of a playbook as it stands at this moment, in one small read."""

from __future__ import annotations

from typing import Any

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp.clients import firestore
from shared.playbooks.models import PlaybookStatus

DELETED = "deleted"
STOPPED = frozenset({DELETED, PlaybookStatus.ARCHIVED, PlaybookStatus.PAUSED, PlaybookStatus.ERROR})
"""What no run is started for by itself, and what waits for its turn is stopped for."""


def read_standing(org_id: str, playbook_id: str) -> Any:
    """Its `status`, whatever stands there; `deleted` where there is no playbook."""
    found = firestore().document(org_path(org_id, PLAYBOOKS, playbook_id)).get(["status"])
    return (found.to_dict() or {}).get("status") if found.exists else DELETED
