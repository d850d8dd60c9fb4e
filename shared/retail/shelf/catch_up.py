"""Applies the markers to an org's shelf: reads the marked items and replaces their copies.

Each commit requires that the head is unchanged since it was read. Items are read after the head, so a copy is
never replaced by an older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.gcp import clients, logging
from shared.retail.packs.codec import Copy, unpacked
from shared.retail.packs.pack import copy_of
from shared.retail.shelf.build import MAX_PAGE_BYTES, build
from shared.retail.shelf.changes import Marker, waiting
from shared.retail.shelf.layout import (
    HEAD,
    KIND,
    Head,
    StoredHead,
    as_head_digests,
    collection,
    digest_name,
    digests_in,
    keep_digests,
    page_name,
    read_head,
)
from shared.retail.shelf.pages import KnownPage, Summed, summed, summed_again

log = logging.get_logger(__name__)

MARKERS_AT_ONCE = 400
"""A commit holds 500 writes."""
PAGES_AT_ONCE = 8
TRIES = 3


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Whether the shelf is current, and how many markers were applied."""

    is_current: bool
    markers: int
    head: Head | None = None
    """The current head, if known."""


def catch_up(org_id: str, now: datetime, rounds: int = 1) -> CaughtUp:
    """Applies up to `rounds` × 400 markers. One read if there are none."""
    done = failed = 0
    for _ in range(rounds + TRIES):
        markers = waiting(org_id, MARKERS_AT_ONCE)
        if not markers:
            return CaughtUp(True, done)
        if done >= rounds * MARKERS_AT_ONCE or failed >= TRIES:
            break
        step = _one_commit(org_id, markers, now)
        if step is None:
            break
        done += step.markers
        failed += step.markers == 0
        if step.markers == len(markers) < MARKERS_AT_ONCE:
            return CaughtUp(True, done, step.head)
    log.info("the shelf is behind", extra={"orgId": org_id, "markers": done})
    return CaughtUp(False, done)


@dataclass(frozen=True, slots=True)
class _Step:
    """How many markers were applied (0 if somebody else was faster), and the head written."""

    markers: int = 0
    head: Head | None = None


def _one_commit(org_id: str, markers: Sequence[Marker], now: datetime) -> _Step | None:
    """Applies some of the markers; None if somebody is building the shelf."""
    stored = read_head(org_id)
    if stored.head.is_being_built(now):
        return None
    if not stored.head.is_ready:
        return _Step() if build(org_id, now) else None
    some = _of_few_pages(stored.head, markers)
    pages = _read_pages(org_id, stored.head, {stored.head.page_of(one.item_id) for one in some})
    if pages is None:
        log.error("unreadable shelf page; rebuilding the shelf", extra={"orgId": org_id})
        return _Step() if build(org_id, now) else None
    digests = stored.head.own_digests
    if digests is None:
        digests = _read_digests(org_id, stored.head, pages)
    noted = {number: _noted(org_id, packed) for number, packed in digests.items() if packed is not None}
    before = {one: pages[stored.head.page_of(one)].get(one) for one in {marker.item_id for marker in some}}
    after = read_items(org_id, list(before))
    changed: dict[int, dict[str, tuple[Copy | None, Copy | None]]] = {}
    for one, copy in before.items():
        if _version(copy) == _version(after.get(one)):
            continue
        number = stored.head.page_of(one)
        changed.setdefault(number, {})[one] = (copy, after.get(one))
        if one in after:
            pages[number][one] = after[one]
        else:
            pages[number].pop(one, None)
    sums = {
        number: summed_again(KnownPage(stored.head.pages[number], known), pages[number], some_changed, now)
        if (known := noted.get(number)) is not None
        else summed(pages[number], now)
        for number, some_changed in sorted(changed.items())
    }
    if any(len(page.packed) > MAX_PAGE_BYTES for page in sums.values()):
        return _Step() if build(org_id, now) else None
    after_all = {**digests, **{number: one.digest for number, one in sums.items()}}
    head = _commit(org_id, stored, sums, after_all, some)
    if head is None:
        return _Step()
    keep_digests(org_id, head, {number: one for number, one in after_all.items() if one is not None})
    return _Step(len(some), head)


def _of_few_pages(head: Head, markers: Sequence[Marker]) -> list[Marker]:
    numbers = list(dict.fromkeys(head.page_of(one.item_id) for one in markers))[:PAGES_AT_ONCE]
    return [one for one in markers if head.page_of(one.item_id) in numbers]


def _read_pages(org_id: str, head: Head, numbers: set[int]) -> dict[int, dict[str, Copy]] | None:
    """These pages by number; None if one is missing or unreadable."""
    generation = head.generation or ""
    references = {page_name(generation, number): number for number in sorted(numbers)}
    found = {}
    for one in clients.firestore().get_all([collection(org_id).document(name) for name in references]):
        try:
            copies = unpacked((one.to_dict() or {}).get("packed") or b"", KIND.folder(org_id))
        except ValueError:
            return None
        found[references[one.id]] = {name: copy for name, copy in copies.items() if copy is not None}
    return found


def _read_digests(org_id: str, head: Head, numbers: Iterable[int]) -> dict[int, bytes | None]:
    """The digests of these pages, and of others in the same documents."""
    names = sorted({digest_name(head.generation or "", number) for number in numbers})
    found = clients.firestore().get_all([collection(org_id).document(name) for name in names])
    return {number: packed for one in found for number, packed in digests_in(one.to_dict() or {})}


def _noted(org_id: str, packed: bytes) -> dict[str, Copy] | None:
    """None if unreadable: it will be rebuilt."""
    try:
        copies = unpacked(packed, KIND.folder(org_id))
    except ValueError:
        return None
    return {name: copy for name, copy in copies.items() if copy is not None}


def read_items(org_id: str, item_ids: Sequence[str]) -> dict[str, Copy]:
    """The existing items among these, as they are now."""
    folder = KIND.folder(org_id)
    references = [clients.firestore().document(f"{folder}/{one}") for one in item_ids if one and "/" not in one]
    found = clients.firestore().get_all(references, KIND.fields) if references else ()
    return {one.id: copy_of(one, KIND) for one in found if one.exists}


def _commit(
    org_id: str,
    stored: StoredHead,
    sums: Mapping[int, Summed],
    digests: Mapping[int, bytes | None],
    markers: Sequence[Marker],
) -> Head | None:
    """The new head; None, with nothing written, if the head changed since it was read.

    `digests`: all known digests, after the change.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    client, head = clients.firestore(), stored.head
    generation = head.generation or ""
    counts = list(head.pages)
    batch = client.batch()
    in_head = as_head_digests(digests, len(head.pages))
    # Digests that outgrew the head aren't in any other document yet.
    apart = set(sums if head.digests is None else digests) if in_head is None else set()
    for number, page in sums.items():
        batch.set(collection(org_id).document(page_name(generation, number)), {"packed": page.packed})
        counts[number] = page.count
    for number in sorted(apart):
        digest: dict[str, Any] = {"pages": {str(number): {"packed": digests[number]}}}
        batch.set(collection(org_id).document(digest_name(generation, number)), digest, merge=True)
    changes = {"pages": tuple(counts), "digests": in_head, "version": head.version + 1, "building": None}
    after = head.model_copy(update=changes)
    option = client.write_option(last_update_time=stored.version)
    batch.update(collection(org_id).document(HEAD), after.model_dump(by_alias=True), option)
    for marker in markers:
        batch.delete(marker.reference)
    try:
        batch.commit()
    except (FailedPrecondition, NotFound):
        return None
    return after


def _version(copy: Copy | None) -> str | None:
    return None if copy is None else copy.version
