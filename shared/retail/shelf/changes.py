"""The markers left by item writes: `tenants/{orgId}/shelf_changes/{id}`.

Item writes often start a new process for this, so it imports no models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.documents.org import org_path
from shared.gcp import clients
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

COLLECTION = "shelf_changes"
COPIED = (
    *("name", "category", "size", "weight", "price", "cost", "quantity", "reorderPoint", "supplier", "locationId"),
    *("description", "imageUrl", "thcPercent", "expiresAt", "createdAt"),
)
"""The item fields the shelf copies: all that its record uses."""


@dataclass(frozen=True, slots=True)
class Marker:
    """An item to look at again."""

    item_id: str
    reference: DocumentReference


def is_seen(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether a write changed anything the shelf copies."""
    if before is None or after is None:
        return before is not after
    return any(before.get(name) != after.get(name) for name in COPIED)


def mark(org_id: str, item_id: str, version: str, now: datetime) -> None:
    """Marks the item to be looked at again. The same write always makes the same marker."""
    marker_id = hex_digest(item_id, version)
    reference = clients.firestore().document(org_path(org_id, COLLECTION, marker_id))
    reference.set({"itemId": item_id, "at": now})


def waiting(org_id: str, most: int) -> list[Marker]:
    """Up to `most` markers, unsorted."""
    query = clients.firestore().collection(org_path(org_id, COLLECTION)).limit(most)
    return [Marker(str((found.to_dict() or {}).get("itemId")), found.reference) for found in query.stream()]
