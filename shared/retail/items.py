"""An org's item documents: from the shelf, or read one by one when they must be current."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.competitors import store
from shared.competitors.models import Product
from shared.documents.org import org_path
from shared.errors import PermanentError, TransientError
from shared.gcp import clients, lag, logging
from shared.gcp.clock import Clock
from shared.retail import memo
from shared.retail.shelf.build import build
from shared.retail.shelf.layout import KIND, MAX_ITEMS, read_head
from shared.retail.shelf.read import shelf_of

log = logging.get_logger(__name__)

MAX_READ_ONE_BY_ONE = 5_000
"""Larger inventories are always read from the shelf."""
_BYTES_EACH = 600


def item_documents(org_id: str) -> Iterable[Any]:
    """All items by id, in the shape of Firestore snapshots.

    Raises:
        PermanentError: there are more than a report can read.
        TransientError: there are many, and the shelf is still being built.
    """
    if not lag.is_allowed() and read_head(org_id).head.documents <= MAX_READ_ONE_BY_ONE:
        found = _one_by_one(org_id)
        if found is not None:
            return found
    now = Clock().now()
    shelf = shelf_of(org_id, now)
    if shelf is not None:
        try:
            return shelf.copies()
        except ValueError as error:
            log.error("rebuilding the shelf", extra={"orgId": org_id, "reason": str(error)})
            build(org_id, now)
    found = _one_by_one(org_id)
    if found is not None:
        return found
    if read_head(org_id).head.too_many:
        raise PermanentError(
            f"there are more than {MAX_ITEMS:,} items in the inventory; expected at most that many"
        )
    raise TransientError("the inventory is being read for the first time")


def our_shelf(org_id: str) -> store.OwnProducts:
    """Our products, ready to compare with menus.

    Raises:
        PermanentError: the inventory is too large to compare.
        TransientError: see `item_documents`.
    """
    return store.shelf_of((one.to_dict() or {} for one in item_documents(org_id)), most=store.MAX_COMPARED)


def our_products(org_id: str) -> list[Product]:
    """Our products that have a price. Raises like `our_shelf`."""
    return list(our_shelf(org_id).products)


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
