"""Playbooks as the API shows them: whole to those who may edit them, summaries to every other member."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.doors.cursors import continued, cursor_of
from shared.doors.errors import not_found
from shared.doors.masking import masked
from shared.gcp import clients
from shared.scheduling.playbook_summaries import COLLECTION, summary_of
from shared.steps.data._values import plain

MAX_LIMIT = 100
DEFAULT_LIMIT = 25


def list_playbooks(
    org_id: str, *, whole: bool, limit: int = DEFAULT_LIMIT, after: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """The org's playbooks as JSON can carry them, newest first, and where the list goes on.

    Raises:
        InvalidFieldsError: `after` is none that an answer gave.
    """
    client = clients.firestore()
    query = (
        client.collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .order_by("createdAt", direction="DESCENDING")
    )
    found = list(continued(query, client.collection(COLLECTION), after).limit(limit + 1).stream())
    shown = found[:limit]
    summaries = [summary.to_dict() or {} for summary in shown]
    next_after = cursor_of(shown[-1]) if len(found) > limit else None
    return (_documents(org_id, summaries) if whole else [plain(one) for one in summaries]), next_after


def show_playbook(org_id: str, playbook_id: str, *, whole: bool) -> dict[str, Any]:
    """One of the org's playbooks.

    Raises:
        NotFoundError: the org has no such playbook.
    """
    snapshot = clients.firestore().document(f"tenants/{org_id}/playbooks/{playbook_id}").get()
    summary = summary_of(org_id, snapshot)
    if summary is None:
        raise not_found(f"playbook {playbook_id}")
    shown: dict[str, Any] = _whole(playbook_id, snapshot.to_dict() or {}) if whole else plain(summary)
    return shown


def _documents(org_id: str, summaries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The playbooks that the summaries are of; those deleted since then are left out."""
    playbooks = clients.firestore().collection(f"tenants/{org_id}/playbooks")
    references = [playbooks.document(one["playbookId"]) for one in summaries]
    found = clients.firestore().get_all(references) if references else []
    by_id = {snapshot.id: snapshot.to_dict() for snapshot in found if snapshot.exists}
    return [_whole(one.id, by_id[one.id] or {}) for one in references if one.id in by_id]


def _whole(playbook_id: str, data: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = masked(plain({"playbookId": playbook_id, **data}))
    return whole
