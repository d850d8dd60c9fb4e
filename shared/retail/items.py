"""An org's item documents: from the shelf, or read one by one when they must be current."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from shared.competitors.models import Product
from shared.competitors.own_products import OwnProducts, products_near
from shared.documents.org import org_path
from shared.errors import PermanentError, TransientError
from shared.gcp import clients, lag, logging
from shared.gcp.clock import Clock
from shared.retail import memo
from shared.retail.shelf.build import build
from shared.retail.shelf.layout import KIND, MAX_ITEMS, read_head
from shared.retail.shelf.read import PackedItems, UnreadablePageError, shelf_of

log = logging.get_logger(__name__)

T = TypeVar("T")

MAX_READ_ONE_BY_ONE = 5_000
"""Larger inventories are always read from the shelf."""
_BYTES_EACH = 600


def over_items(org_id: str, look: Callable[[Iterable[Any]], T]) -> T:
    """What `look` makes of all items in the shape of Firestore snapshots, in any order, the same each time.

    `look` may iterate several times. It is called again if a page of the shelf turns out to be unreadable.

    Raises:
        PermanentError: there are more than a report can read.
        TransientError: there are many, and the shelf is still being built.
    """
    if not lag.is_allowed() and read_head(org_id).head.documents <= MAX_READ_ONE_BY_ONE:
        found = _one_by_one(org_id)
        if found is not None:
            return look(found)
    now = Clock().now()
    shelf = shelf_of(org_id, now)
    if shelf is not None:
        try:
            return look(shelf)
        except UnreadablePageError as error:
            log.error("rebuilding the shelf", extra={"orgId": org_id, "reason": str(error)})
            build(org_id, now)
    found = _one_by_one(org_id)
    if found is not None:
        return look(found)
    if read_head(org_id).head.too_many:
        raise PermanentError(
            f"there are more than {MAX_ITEMS:,} items in the inventory; expected at most that many"
        )
    raise TransientError("the inventory is being read for the first time")


def item_documents(org_id: str) -> Iterable[Any]:
    """All items by id. Raises like `over_items`."""
    return over_items(org_id, lambda found: found.copies() if isinstance(found, PackedItems) else found)


def our_products(org_id: str, theirs: Iterable[Product]) -> OwnProducts:
    """What we sell, ready to compare with their products.

    Raises:
        PermanentError: too many products of ours may be on their menus.
        TransientError: see `over_items`.
    """
    there = list(theirs)
    return over_items(org_id, lambda found: products_near(found, there))


def _one_by_one(org_id: str) -> list[Any] | None:
    """None if there are too many."""
    query = clients.firestore().collection(org_path(org_id, KIND.source)).limit(MAX_READ_ONE_BY_ONE + 1)

    def read() -> tuple[list[Any], ...]:
        found = list(query.stream())
        return (found,) if len(found) <= MAX_READ_ONE_BY_ONE else ()

    held: tuple[list[Any], ...] = memo.once(
        (org_id, KIND.source), read, lambda some: sum(len(one) for one in some) * _BYTES_EACH
    )
    return held[0] if held else None
