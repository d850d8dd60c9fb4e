"""A page of copies: its counts and its digest for the hourly checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.documents.inventory import Item
from shared.retail.inventory import EXPIRES_WITHIN, has_thin_margin
from shared.retail.packs.codec import Copy, packed
from shared.retail.shelf.layout import MAX_DIGEST_BYTES, PageCount

DIGEST_COUNTS_FOR = timedelta(days=30)
"""After a page was built: digests leave out anything that expires later."""
NOT_NOTED = frozenset({"description"})

Page = Mapping[str, Copy]


@dataclass(frozen=True, slots=True)
class Summed:
    """A stored page. `digest`: the copies a check may report; None if too large."""

    count: PageCount
    packed: bytes
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class KnownPage:
    """The page as read: its counts and the copies in its digest."""

    count: PageCount
    noted: Page


def summed(page: Page, now: datetime) -> Summed:
    nothing = KnownPage(PageCount(items=0, malformed=0, in_part=0), {})
    return summed_again(nothing, page, {one: (None, copy) for one, copy in page.items()}, now)


def summed_again(
    known: KnownPage, page: Page, changes: Mapping[str, tuple[Copy | None, Copy | None]], now: datetime
) -> Summed:
    """The page after changes, given as id → (before, after); only changed copies are parsed.

    The rest of the digest is kept as it was.
    """
    noted = {one: copy for one, copy in known.noted.items() if one not in changes}
    items, malformed, in_part = known.count.items, known.count.malformed, known.count.in_part
    for before, after in changes.values():
        for copy, step in ((before, -1), (after, 1)):
            if copy is None:
                continue
            item, problems = Item.parsed(copy)
            items += step * (item is not None)
            malformed += step * (item is None)
            in_part += step * (item is not None and bool(problems))
            if copy is after and item is not None and _is_noted(item, now):
                noted[copy.id] = _without_prose(copy)
    if min(items, malformed, in_part) < 0:
        # The known counts were wrong. A fresh page never goes below zero.
        return summed(page, now)
    digest = packed(noted)
    count = PageCount(items=items, malformed=malformed, in_part=in_part)
    return Summed(count, packed(page), digest if len(digest) <= MAX_DIGEST_BYTES else None)


def _without_prose(copy: Copy) -> Copy:
    """No check reads an item's description, and it may be longer than all the rest."""
    return replace(copy, fields={name: value for name, value in copy.fields.items() if name not in NOT_NOTED})


def _is_noted(item: Item, now: datetime) -> bool:
    expires = item.expires_at
    expiring = expires is not None and item.on_hand > 0 and expires <= now + EXPIRES_WITHIN + DIGEST_COUNTS_FOR
    return bool(item.is_low or item.is_out or expiring or has_thin_margin(item))
