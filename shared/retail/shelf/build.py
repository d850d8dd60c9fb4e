"""Rebuilds an org's shelf from its items: the first time, when a page gets too large, or as a repair."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.documents.org import INVENTORY, org_path
from shared.gcp import clients, logging
from shared.gcp.pages import paged
from shared.retail.packs.codec import Copy
from shared.retail.packs.pack import copy_of
from shared.retail.shelf.layout import (
    FORMAT,
    HEAD,
    KIND,
    MAX_ITEMS,
    PAGES_A_DIGEST,
    Building,
    Head,
    StoredHead,
    as_head_digests,
    collection,
    digest_name,
    head_reference,
    page_name,
    read_head,
)
from shared.retail.shelf.pages import Summed, summed
from shared.values.digests import place_of

log = logging.get_logger(__name__)

TARGET_BYTES = 380_000
MAX_PAGE_BYTES = 480_000
"""Beyond this, all pages are laid out again."""
ITEMS_A_PAGE = 6_000
"""The first guess, before the copies' size is known."""
SCANNED_PAGE = 2_000
_DELETES_A_COMMIT = 400


def build(org_id: str, now: datetime) -> bool:
    """Reads every item and builds the shelf; False if somebody else is doing so or just did.

    Writes in the meantime leave markers, which stay until this is over.
    """
    begun = _begin(org_id, now)
    if begun is None:
        return False
    generation = begun.head.building.generation if begun.head.building else ""
    copies = list(itertools.islice(_scanned(org_id), MAX_ITEMS + 1))
    too_many = len(copies) > MAX_ITEMS
    pages = [] if too_many else _laid_out(copies, now)
    digests = as_head_digests({number: page.digest for number, page in enumerate(pages)}, len(pages))
    _write_pages(org_id, generation, pages, with_digests=digests is None)
    head = Head(
        format=FORMAT,
        generation=None if too_many else generation,
        pages=tuple(page.count for page in pages),
        digests=digests,
        version=begun.head.version + 1,
        built_at=now,
        too_many=too_many,
    )
    if not _end(org_id, begun, head):
        return False
    _delete_others(org_id, head)
    log.info("shelf built", extra={"orgId": org_id, "items": head.documents, "pages": len(pages)})
    return True


def _begin(org_id: str, now: datetime) -> StoredHead | None:
    """Marks the head as being built; None if somebody else got there first."""
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    stored = read_head(org_id)
    if stored.head.is_being_built(now):
        return None
    building = Building(generation=uuid.uuid4().hex[:8], at=now)
    head = stored.head.model_copy(update={"building": building, "version": stored.head.version + 1})
    reference = head_reference(org_id)
    try:
        if stored.version is None:
            written = reference.create(head.model_dump(by_alias=True))
        else:
            option = clients.firestore().write_option(last_update_time=stored.version)
            written = reference.update(head.model_dump(by_alias=True), option)
    except (AlreadyExists, FailedPrecondition, NotFound):
        return None
    return StoredHead(head, written.update_time)


def _end(org_id: str, begun: StoredHead, head: Head) -> bool:
    from google.api_core.exceptions import FailedPrecondition, NotFound

    option = clients.firestore().write_option(last_update_time=begun.version)
    try:
        head_reference(org_id).update(head.model_dump(by_alias=True), option)
    except (FailedPrecondition, NotFound):
        log.warning("somebody else built the shelf meanwhile", extra={"orgId": org_id})
        return False
    return True


def _scanned(org_id: str) -> Iterator[Copy]:
    query = clients.firestore().collection(org_path(org_id, INVENTORY)).order_by("__name__").select(KIND.fields)
    return (copy_of(one, KIND) for one in paged(query, SCANNED_PAGE))


def _laid_out(copies: Sequence[Copy], now: datetime) -> list[Summed]:
    """As few pages as possible, none too large."""
    count = max(1, -(-len(copies) // ITEMS_A_PAGE))
    while True:
        pages: list[dict[str, Copy]] = [{} for _ in range(count)]
        for one in copies:
            pages[place_of(one.id, count)][one.id] = one
        done = [summed(page, now) for page in pages]
        largest = max(len(page.packed) for page in done)
        if largest <= MAX_PAGE_BYTES or count >= len(copies):
            return done
        count = max(count + 1, -(-count * largest // TARGET_BYTES))


def _write_pages(org_id: str, generation: str, pages: Sequence[Summed], *, with_digests: bool) -> None:
    """One commit per eight pages: a commit may hold 10 MB."""
    for first in range(0, len(pages), PAGES_A_DIGEST):
        batch = clients.firestore().batch()
        digests: dict[str, bytes | None] = {}
        for number, page in enumerate(pages[first : first + PAGES_A_DIGEST], first):
            batch.set(collection(org_id).document(page_name(generation, number)), {"packed": page.packed})
            digests[str(number)] = page.digest
        if with_digests:
            batch.set(collection(org_id).document(digest_name(generation, first)), _digest_document(digests))
        batch.commit()


def _digest_document(digests: Mapping[str, bytes | None]) -> dict[str, Any]:
    return {"pages": {number: {"packed": digest} for number, digest in digests.items()}}


def _delete_others(org_id: str, head: Head) -> None:
    """Deletes pages of earlier generations, including unfinished ones."""
    mine = f"-{head.generation}-"
    left = [
        found.reference
        for found in collection(org_id).select([]).stream()
        if found.id != HEAD and (head.generation is None or mine not in found.id)
    ]
    for start in range(0, len(left), _DELETES_A_COMMIT):
        batch = clients.firestore().batch()
        for reference in left[start : start + _DELETES_A_COMMIT]:
            batch.delete(reference)
        batch.commit()
