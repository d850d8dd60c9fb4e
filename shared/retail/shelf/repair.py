"""Daily check of an org's shelf against its items; rebuilds it if they differ."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shared.documents.org import org_path
from shared.gcp import clients, logging
from shared.retail.shelf.build import build
from shared.retail.shelf.catch_up import catch_up
from shared.retail.shelf.layout import KIND, read_head

log = logging.get_logger(__name__)

EVERYTHING_EVERY = timedelta(days=28)
"""How often every item is read again, to correct lost events that changed no count."""
ROUNDS = 20


def repair(org_id: str, now: datetime) -> bool:
    """Returns whether the shelf was rebuilt.

    On most days items are only counted, which costs one read per thousand.
    """
    for _ in range(2):
        is_current = catch_up(org_id, now, ROUNDS).is_current
        head = read_head(org_id).head
        if head.too_many or (head.is_ready and head.built_at and now - head.built_at < EVERYTHING_EVERY):
            # A write may have happened in between.
            if head.is_ready and head.documents == _count(org_id):
                return False
            continue
        return build(org_id, now)
    if is_current:
        log.warning("shelf item count was off; rebuilding", extra={"orgId": org_id})
    return is_current and build(org_id, now)


def _count(org_id: str) -> int:
    query: Any = clients.firestore().collection(org_path(org_id, KIND.source))
    return int(query.count().get()[0][0].value)
