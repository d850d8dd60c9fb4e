"""Marks the recent-sales document as out of date, in the commit that changes an order pack."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.documents.org import org_path
from shared.gcp import clients

COLLECTION = "sold_lines"
STALE = "stale"
LOOKED_BACK = timedelta(days=30 + 7 + 3)
"""The document covers 30 days, a week may start six days earlier, and a reader may be a few days late."""


def reference(org_id: str) -> Any:
    return clients.firestore().document(org_path(org_id, COLLECTION, "recent"))


def beside(org_id: str, name: str, now: datetime) -> tuple[Any, dict[str, Any]] | None:
    """What to merge where when this day's or week's pack is written.

    None for a day that isn't over or is too old: the document doesn't cover it. Each mark is unique: a write that
    changes nothing keeps the update time, and whoever rebuilds the document would not notice it.
    """
    today = now.astimezone(UTC).date()
    if not (today - LOOKED_BACK).isoformat() <= name < today.isoformat():
        return None
    return reference(org_id), {STALE: {name: uuid.uuid4().hex}}


def concerns(marks: Any, until: datetime) -> bool:
    """Whether a mark affects a document that ends at `until`."""
    if not marks:
        return False
    # Earlier releases didn't store the day.
    return not isinstance(marks, Mapping) or any(name < until.date().isoformat() for name in marks)
