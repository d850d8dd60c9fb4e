"""Inventory items: `tenants/{orgId}/inventory`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.documents.customers import Instant
from shared.documents.record import Amount, Quantity, Record, Text


class Item(Record):
    """`inventory/{itemId}`."""

    # An unknown quantity is not zero.
    essential: ClassVar[frozenset[str]] = frozenset({"id", "name", "quantity"})

    name: Text
    category: Text | None = None
    size: Text | None = None
    """`1/8 oz`, `100mg`: if the name doesn't say it."""
    weight: Text | None = None
    """Another name some tills use for `size`."""
    price: Amount | None = None
    cost: Amount | None = None
    """What the shop pays per unit."""
    quantity: Quantity = 0
    reorder_point: Quantity = 0
    supplier: Text | None = None
    location_id: Text | None = None
    description: Text | None = None
    image_url: Text | None = None
    thc_percent: Quantity | None = None
    expires_at: Instant | None = None
    """When the batch on the shelf expires."""
    created_at: Instant | None = None
    document_created_at: Instant | None = None
    """When the Firestore document was created; set by the loader."""

    @property
    def on_hand(self) -> float:
        """Sellable units, never negative."""
        return max(self.quantity, 0.0)

    @property
    def is_out(self) -> bool:
        return self.quantity <= 0

    @property
    def is_low(self) -> bool:
        """Below the reorder point, as in `inventory.low_stock`."""
        return self.quantity < self.reorder_point

    @property
    def listed_at(self) -> datetime | None:
        """When the item was listed: from the document, otherwise when the document was created."""
        return self.created_at or self.document_created_at
