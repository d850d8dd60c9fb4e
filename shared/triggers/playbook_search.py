"""Searches an org's playbook summaries by name, category and status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.gcp.pages import paged

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

MAX_LOOKED_AT = 500
"""Summaries read per response. A search with few matches ends early and continues on the next page."""
_PAGE = 100


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
    for looked_at, one in enumerate(paged(query, _PAGE), start=1):
        if wanted.fits(one.to_dict() or {}):
            fitting.append(one)
        if len(fitting) == limit or looked_at == MAX_LOOKED_AT:
            return SearchPage(fitting, one)
    return SearchPage(fitting, None)


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""
