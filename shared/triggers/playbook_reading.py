"""Playbooks for the API: complete for editors, summaries for other members; searched by name, category, status."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.cursors import continued, cursor_of
from shared.api.errors import not_found
from shared.api.masking import masked
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.gcp.pages import paged
from shared.steps.data._values import plain
from shared.triggers.playbook_summaries import COLLECTION, summary_of
from shared.triggers.rhythm import known_of, schedules_of

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

log = logging.get_logger(__name__)

MAX_LOOKED_AT = 500
"""Summaries read per response. A search with few matches ends early and continues on the next page."""
_SUMMARIES_PAGE = 100
MAX_LIMIT = 100
DEFAULT_LIMIT = 25
MAX_BYTES = 4_000_000
"""Approximate response size, since a playbook may have 600 kB; longer lists end early."""
_PAGE = 10
"""Playbooks per read."""


@dataclass(frozen=True, slots=True)
class PlaybookFilter:
    """Search criteria; None means any. `search` and `category` ignore case."""

    search: str | None = None
    """Part of the name or description."""
    category: str | None = None
    status: str | None = None

    def fits(self, summary: dict[str, Any]) -> bool:
        if self.status is not None and summary.get("status") != self.status:
            return False
        if self.category is not None and _folded(summary.get("category")) != self.category.strip().casefold():
            return False
        about = f"{_folded(summary.get('name'))}\n{_folded(summary.get('description'))}"
        return self.search is None or self.search.strip().casefold() in about


EVERY = PlaybookFilter()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Matching summaries, and the last one read if there may be more."""

    summaries: list[DocumentSnapshot[Any]]
    stopped_at: DocumentSnapshot[Any] | None


def find(query: Query, wanted: PlaybookFilter, limit: int) -> SearchPage:
    """The first `limit` matching summaries."""
    if wanted == PlaybookFilter():
        read = list(query.limit(limit + 1).stream())
        return SearchPage(read[:limit], read[limit - 1] if len(read) > limit else None)
    fitting: list[DocumentSnapshot[Any]] = []
    for looked_at, one in enumerate(paged(query, _SUMMARIES_PAGE), start=1):
        if wanted.fits(one.to_dict() or {}):
            fitting.append(one)
        if len(fitting) == limit or looked_at == MAX_LOOKED_AT:
            return SearchPage(fitting, one)
    return SearchPage(fitting, None)


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""


def list_playbooks(
    org_id: str,
    wanted: PlaybookFilter = EVERY,
    *,
    whole: bool,
    limit: int = DEFAULT_LIMIT,
    after: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """The org's playbooks as JSON, newest first, and the cursor for the next page.

    Raises:
        InvalidFieldsError: `after` is not a valid cursor.
    """
    client = clients.firestore()
    query = (
        client.collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .order_by("createdAt", direction="DESCENDING")
    )
    found = find(continued(query, client.collection(COLLECTION), after), wanted, limit)
    following = cursor_of(found.stopped_at) if found.stopped_at is not None else None
    if not whole:
        return [plain(one.to_dict() or {}) for one in found.summaries], following
    items, read = _documents(org_id, found.summaries)
    return items, cursor_of(found.summaries[read - 1]) if read < len(found.summaries) else following


def show_playbook(org_id: str, playbook_id: str, now: datetime, *, whole: bool) -> dict[str, Any]:
    """One playbook with its `schedules` in words and their next runs.

    Raises:
        NotFoundError: the playbook doesn't exist in this org.
    """
    snapshot = clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id)).get()
    data = snapshot.to_dict()
    if data is None:
        raise not_found(f"playbook {playbook_id}")
    summary = summary_of(org_id, playbook_id, data, snapshot.create_time, now)
    shown: dict[str, Any] = _whole(playbook_id, data) if whole else plain(summary.document())
    schedules = schedules_of(playbook_id, data, now, known_of(org_id, playbook_id, data))
    return {**shown, "schedules": [one.model_dump(mode="json", by_alias=True) for one in schedules]}


def _documents(org_id: str, summaries: Sequence[DocumentSnapshot[Any]]) -> tuple[list[dict[str, Any]], int]:
    """The summaries' playbooks, as many as fit in a response, and how many summaries that used.

    Deleted playbooks and summaries without a playbook id are skipped.
    """
    playbooks = clients.firestore().collection(org_path(org_id, PLAYBOOKS))
    items: list[dict[str, Any]] = []
    size = read = 0
    while read < len(summaries) and size <= MAX_BYTES:
        page = summaries[read : read + _PAGE]
        ids = [_playbook_id(one) for one in page]
        references = [playbooks.document(one) for one in ids if one is not None]
        found = {one.id: one.to_dict() or {} for one in clients.firestore().get_all(references) if one.exists}
        for playbook_id in ids:
            read += 1
            if playbook_id is None or playbook_id not in found:
                continue
            item = _whole(playbook_id, found[playbook_id])
            size += len(json.dumps(item, default=str))
            items.append(item)
            if size > MAX_BYTES:
                break
    return items, read


def _playbook_id(summary: DocumentSnapshot[Any]) -> str | None:
    named = (summary.to_dict() or {}).get("playbookId")
    if isinstance(named, str) and named and "/" not in named:
        return named
    log.error("summary without a playbook", extra={"path": summary.reference.path})
    return None


def _whole(playbook_id: str, data: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = masked(plain({"playbookId": playbook_id, **data}))
    return whole
