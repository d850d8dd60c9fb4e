"""Updates packs right after a run writes a document, so that its next step reads the new data."""

from __future__ import annotations

from datetime import datetime

from shared.documents.org import ORDERS, org_path
from shared.gcp import clients
from shared.retail import memo
from shared.retail.packs import customer_shards, order_days
from shared.retail.shelf import changes
from shared.retail.shelf import layout as shelf


def note_written(org_id: str, collection: str, document_id: str, now: datetime) -> None:
    """Updates the document's copy now; the write's event then finds nothing to do.

    Raises:
        TransientError: too many concurrent writes to the pack.
    """
    if collection == customer_shards.KIND.source:
        customer_shards.keep_up(org_id, document_id, now)
    elif collection == order_days.DAYS.source:
        written = clients.firestore().document(org_path(org_id, ORDERS, document_id)).get(["placedAt"])
        placed_at = (written.to_dict() or {}).get("placedAt")
        if isinstance(placed_at, datetime):
            order_days.keep_up(org_id, document_id, [order_days.day_name(placed_at)], now)
    elif collection == shelf.KIND.source:
        changes.mark(org_id, document_id, now.isoformat(), now)
    memo.forget()
