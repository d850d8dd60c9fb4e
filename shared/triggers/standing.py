"""A playbook's current status, in one small read."""

from __future__ import annotations

from typing import Any

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp.clients import firestore
from shared.playbooks.models import PlaybookStatus

DELETED = "deleted"
STOPPED = frozenset({DELETED, PlaybookStatus.ARCHIVED, PlaybookStatus.PAUSED, PlaybookStatus.ERROR})
"""Statuses in which no runs start automatically and waiting ones are stopped."""


def read_standing(org_id: str, playbook_id: str) -> Any:
    """The raw `status`; `deleted` if there is no playbook."""
    found = firestore().document(org_path(org_id, PLAYBOOKS, playbook_id)).get(["status"])
    return (found.to_dict() or {}).get("status") if found.exists else DELETED
