"""Marks the recent-sales document as out of date, in the commit that changes an order pack."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from shared.documents.org import org_path
from shared.gcp import clients

COLLECTION = "sold_lines"


def reference(org_id: str) -> Any:
    return clients.firestore().document(org_path(org_id, COLLECTION, "recent"))


def beside(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """What to merge where when this day's or week's pack is written.

    None for a day that isn't over: the document doesn't cover it. Each mark is unique: a write that changes nothing
    keeps the update time, and whoever rebuilds the document would not notice it.
    """
    if name >= now.astimezone(UTC).date().isoformat():
        return None
    return reference(org_id), {"stale": uuid.uuid4().hex}
