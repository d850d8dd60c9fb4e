"""Page digests: parsing and the run's cache of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.retail import memo
from shared.retail.shelf.layout import Head

_KEPT = "shelf_digests"


def digests_in(fields: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    """The digests in a document, by page number; pages too large for a digest are skipped."""
    for number, digest in (fields.get("pages") or {}).items():
        if digest.get("packed") is not None:
            yield int(number), digest["packed"]


def keep_digests(org_id: str, head: Head, digests: Mapping[int, bytes]) -> None:
    """Caches the digests this process just wrote with the head."""
    memo.keep((org_id, _KEPT, head.version), digests, sum(map(len, digests.values())))


def kept_digests(org_id: str, head: Head) -> Mapping[int, bytes] | None:
    """The cached digests; None unless all pages are known."""
    known: Mapping[int, bytes] | None = memo.recalled((org_id, _KEPT, head.version))
    return known if known is not None and len(known) == len(head.pages) else None
