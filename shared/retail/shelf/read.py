"""Reads an org's shelf: all items, one read per page, or only what the checks need."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.task_queue import create_named_task
from shared.retail import memo
from shared.retail.packs.codec import Copy, unpacked
from shared.retail.shelf.build import build
from shared.retail.shelf.catch_up import CaughtUp, catch_up, read_items
from shared.retail.shelf.changes import waiting
from shared.retail.shelf.layout import (
    KIND,
    Head,
    collection,
    digest_names,
    digests_in,
    kept_digests,
    page_name,
    read_head,
)
from shared.retail.shelf.pages import DIGEST_COUNTS_FOR
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

QUEUE = "fillShelf"
DEADLINE_SECONDS = 300
TRIES = 3
LAID_OVER = 8
"""Up to this many marked items are read each time; beyond it, the shelf is updated."""
ROUNDS_A_TASK = 20
"""Each applies up to 400 markers."""


class UnreadablePageError(Exception):
    """A page of the shelf holds no copies; the shelf has to be built again."""


@dataclass(frozen=True, slots=True)
class PackedItems:
    """The whole shelf. Iterates over all copies, in the same order each time, with one page in memory."""

    org_id: str
    head: Head
    packed: tuple[bytes, ...]

    def __iter__(self) -> Iterator[Copy]:
        """Yields every copy.

        Raises:
            UnreadablePageError: after those of the pages before.
        """
        for page in self.packed:
            try:
                yield from _unpacked(self.org_id, [page])
            except ValueError as error:
                raise UnreadablePageError(str(error)) from error

    def copies(self) -> list[Copy]:
        """All copies sorted by id, like a query of the collection. Raises like the iteration."""
        return sorted(self, key=lambda one: one.id)


@dataclass(frozen=True, slots=True)
class Noted:
    """Copies for the hourly checks and possibly more, the number of items, and of malformed documents."""

    copies: list[Copy]
    items: int
    malformed: int


def ask_to_fill(org_id: str, now: datetime, suffix: str = "") -> bool:
    """Enqueues a task that applies the remaining markers, at most one per minute."""
    digest = hex_digest(org_id)
    name = f"{digest}-shelf-{now:%Y%m%dT%H%M}{suffix}"
    return create_named_task(QUEUE, name, {"orgId": org_id}, deadline_seconds=DEADLINE_SECONDS)


def fill(org_id: str, clock: Clock) -> CaughtUp:
    """Applies as many markers as fit in a task, and enqueues another if some are left.

    Raises:
        TransientError: the shelf is being built; retry the task.
    """
    done = catch_up(org_id, clock.now(), ROUNDS_A_TASK)
    if not done.is_current and done.markers == 0:
        raise TransientError("the shelf is being written by somebody else", code=ErrorCode.BUSY)
    if not done.is_current:
        ask_to_fill(org_id, clock.now(), f"-after-{uuid.uuid4().hex[:8]}")
    return done


def head_of(org_id: str, now: datetime) -> Head:
    """The head after applying markers, as far as that is quick; builds a missing shelf."""
    key = (org_id, "shelf_head")
    return memo.once(key, lambda: _head(org_id, now), lambda head: 1_000 + _bytes_of_digests(head))


def _bytes_of_digests(head: Head) -> int:
    return sum(len(one) for one in (head.digests or {}).values() if one is not None)


def shelf_of(org_id: str, now: datetime) -> PackedItems | None:
    """The whole shelf; None if it can't be read right now or the org has too many items."""
    found: tuple[PackedItems, ...] = memo.once(
        (org_id, "shelf"),
        lambda: _shelf(org_id, now),
        lambda some: sum(len(page) for one in some for page in one.packed),
    )
    return found[0] if found else None


def noted_of(org_id: str, now: datetime) -> list[Copy] | None:
    """Copies for the hourly checks: items that are low, expire soon or have a thin margin, and possibly more."""
    head = head_of(org_id, now)
    if not head.is_ready or head.built_at is None:
        return None
    if now - head.built_at > DIGEST_COUNTS_FOR:
        shelf = shelf_of(org_id, now)
        return None if shelf is None else shelf.copies()
    digests, missing = _digests(org_id, head)
    pages = _pages(org_id, head, sorted(missing)) if missing else ()
    if pages is None:
        shelf = shelf_of(org_id, now)
        return None if shelf is None else shelf.copies()
    return _unpacked(org_id, [*digests, *pages])


def noted_as_of_now(org_id: str, now: datetime) -> Noted | None:
    """The same without writing: reads the few marked items and lays them over. None if that isn't enough.

    Few items change between hourly checks, and updating the shelf for each would cost more.
    """
    markers = waiting(org_id, LAID_OVER + 1)
    if len(markers) > LAID_OVER:
        if not catch_up(org_id, now).is_current:
            return None
        markers = []
    stored = read_head(org_id)
    head = stored.head
    is_of_use = head.is_ready and head.built_at is not None and now - head.built_at <= DIGEST_COUNTS_FOR
    if not is_of_use:
        return None
    digests, missing = _digests(org_id, head)
    if missing:
        return None
    noted = {one.id: one for one in _unpacked(org_id, digests)}
    named = {one.item_id for one in markers}
    # Read last, so that nothing older replaces what was updated meanwhile.
    written = read_items(org_id, sorted(named))
    created = [one for one in written.values() if one.create_time is not None and one.create_time > stored.version]
    noted = {**{name: one for name, one in noted.items() if name not in named}, **written}
    items = sum(page.items for page in head.pages) + len(created) - len(named - written.keys())
    return Noted(list(noted.values()), max(items, 0), sum(page.malformed for page in head.pages))


def _digests(org_id: str, head: Head) -> tuple[list[bytes], set[int]]:
    """The digests, and the pages that have none."""
    own = head.own_digests
    digests = (
        kept_digests(org_id, head)
        if own is None
        else {number: one for number, one in own.items() if one is not None}
    )
    if digests is None:
        found = clients.firestore().get_all([collection(org_id).document(name) for name in digest_names(head)])
        digests = {number: packed for one in found for number, packed in digests_in(one.to_dict() or {})}
    return list(digests.values()), set(range(len(head.pages))) - digests.keys()


def _head(org_id: str, now: datetime) -> Head:
    caught_up = catch_up(org_id, now)
    if not caught_up.is_current:
        ask_to_fill(org_id, now)
    head = caught_up.head or read_head(org_id).head
    if head.is_ready or head.too_many or head.is_being_built(now):
        return head
    build(org_id, now)
    return read_head(org_id).head


def _shelf(org_id: str, now: datetime) -> tuple[PackedItems, ...]:
    head = head_of(org_id, now)
    for _ in range(TRIES):
        if not head.is_ready:
            return ()
        pages = _pages(org_id, head, range(len(head.pages)))
        if pages is not None:
            return (PackedItems(org_id, head, pages),)
        # It was rebuilt meanwhile.
        head = read_head(org_id).head
    log.warning("the shelf is incomplete", extra={"orgId": org_id})
    return ()


def _pages(org_id: str, head: Head, numbers: Sequence[int]) -> tuple[bytes, ...] | None:
    names = [page_name(head.generation or "", number) for number in numbers]
    found = {
        one.id: (one.to_dict() or {}).get("packed")
        for one in clients.firestore().get_all([collection(org_id).document(name) for name in names])
    }
    pages = [found.get(name) for name in names]
    return None if None in pages else tuple(page for page in pages if page is not None)


def _unpacked(org_id: str, pages: Sequence[bytes]) -> list[Copy]:
    folder = KIND.folder(org_id)
    copies = [copy for page in pages for copy in unpacked(page, folder).values() if copy is not None]
    return sorted(copies, key=lambda copy: copy.id)
