"""Looking through an org's playbooks by name, category and status, in their summaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

MAX_LOOKED_AT = 500
"""Summaries read for one answer. A list in which more do not fit the search ends early, and goes on when asked."""
_PAGE = 100


@dataclass(frozen=True, slots=True)
class PlaybookFilter:
    """What a playbook must be; None where that does not matter. Case does not matter in `search` and `category`."""

    search: str | None = None
    """Stands in its name or its description."""
    category: str | None = None
    status: str | None = None

    def fits(self, summary: dict[str, Any]) -> bool:
        """Whether the playbook is one of them."""
        if self.status is not None and summary.get("status") != self.status:
            return False
        if self.category is not None and _folded(summary.get("category")) != self.category.strip().casefold():
            return False
        about = f"{_folded(summary.get('name'))}\n{_folded(summary.get('description'))}"
        return self.search is None or self.search.strip().casefold() in about


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The summaries that fit, and the last one looked at if the list may go on after it."""

    summaries: list[DocumentSnapshot[Any]]
    stopped_at: DocumentSnapshot[Any] | None


def find(query: Query, wanted: PlaybookFilter, limit: int) -> SearchPage:
    """The first `limit` summaries of the query that fit."""
    if wanted == PlaybookFilter():
        read = list(query.limit(limit + 1).stream())
        return SearchPage(read[:limit], read[limit - 1] if len(read) > limit else None)
    fitting: list[DocumentSnapshot[Any]] = []
    for looked_at, one in enumerate(_pages(query), start=1):
        if wanted.fits(one.to_dict() or {}):
            fitting.append(one)
        if len(fitting) == limit or looked_at == MAX_LOOKED_AT:
            return SearchPage(fitting, one)
    return SearchPage(fitting, None)


def _pages(query: Query) -> Iterator[DocumentSnapshot[Any]]:
    page = list(query.limit(_PAGE).stream())
    while page:
        yield from page
        page = list(query.start_after(page[-1]).limit(_PAGE).stream()) if len(page) == _PAGE else []


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""
