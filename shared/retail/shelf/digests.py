"""The digests of pages: what their documents hold, and what this run knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.retail import memo
from shared.retail.shelf.layout import Head

_KEPT = "shelf_digests"


def digests_in(fields: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    """Those in a document's fields, by the numbers of their pages; not of a page that has too much for one."""
    for number, digest in (fields.get("pages") or {}).items():
        if digest.get("packed") is not None:
            yield int(number), digest["packed"]


def keep_digests(org_id: str, head: Head, digests: Mapping[int, bytes]) -> None:
    """Have the run remember them: this process has just written what the head speaks of."""
    memo.keep((org_id, _KEPT, head.version), digests, sum(map(len, digests.values())))


def kept_digests(org_id: str, head: Head) -> Mapping[int, bytes] | None:
    """Those of every page; None where the run does not know them all."""
    known: Mapping[int, bytes] | None = memo.recalled((org_id, _KEPT, head.version))
    return known if known is not None and len(known) == len(head.pages) else None
