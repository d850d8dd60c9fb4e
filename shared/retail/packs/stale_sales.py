"""Saying that what was sold in the last weeks is to be packed anew, in the commit that changes a pack of orders."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from shared.documents.org import org_path
from shared.gcp import clients

COLLECTION = "sold_lines"


def reference(org_id: str) -> Any:
    """The document that `recent_sales` keeps."""
    return clients.firestore().document(org_path(org_id, COLLECTION, "recent"))


def beside(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """What to merge where, when the pack of that day, or of the week that begins with it, is written.

    None for a day that is not over: it is in no such document yet. A mark is another one each time: a write that
    changes nothing leaves the time of writing as it is, and whoever packs anew would not see it.
    """
    if name >= now.astimezone(UTC).date().isoformat():
        return None
    return reference(org_id), {"stale": uuid.uuid4().hex}
