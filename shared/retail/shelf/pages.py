"""A page of copies: what is in it, and what of it the hourly checks look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.retail.inventory import EXPIRES_WITHIN, has_thin_margin
from shared.retail.packs.codec import Copy, packed
from shared.retail.parsing import parsed
from shared.retail.records import Item
from shared.retail.shelf.layout import MAX_DIGEST_BYTES, PageCount

DIGEST_COUNTS_FOR = timedelta(days=30)
"""After a page was built: what expires later than that is in no digest."""

Page = Mapping[str, Copy]
"""Copies by id."""


@dataclass(frozen=True, slots=True)
class Summed:
    """What is in a page. `digest`: the copies that a check may find something in; None where they are too many."""

    count: PageCount
    packed: bytes
    digest: bytes | None


def summed(page: Page, now: datetime) -> Summed:
    """The page as it is stored."""
    noted: dict[str, Copy] = {}
    malformed = in_part = 0
    for one in page.values():
        item, problems = parsed(Item, one)
        malformed += item is None
        in_part += item is not None and bool(problems)
        if item is not None and _is_noted(item, now):
            noted[one.id] = one
    digest = packed(noted)
    count = PageCount(items=len(page) - malformed, malformed=malformed, in_part=in_part)
    return Summed(count, packed(page), digest if len(digest) <= MAX_DIGEST_BYTES else None)


def _is_noted(item: Item, now: datetime) -> bool:
    expires = item.expires_at
    expiring = expires is not None and item.on_hand > 0 and expires <= now + EXPIRES_WITHIN + DIGEST_COUNTS_FOR
    return bool(item.is_low or item.is_out or expiring or has_thin_margin(item))
