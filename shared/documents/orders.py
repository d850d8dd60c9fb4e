"""Orders: `tenants/{orgId}/orders`."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.documents.customers import Instant
from shared.documents.record import Amount, Part, Quantity, Record, SignedAmount, Text


class OrderLine(Part):
    item_id: Text | None = None
    name: Text
    category: Text | None = None
    quantity: Quantity = 1
    price: Amount
    """Per unit."""


class Order(Record):
    """`orders/{orderId}`."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "placedAt", "total", "status"})

    placed_at: Instant
    total: SignedAmount
    status: Literal["completed", "pending", "cancelled", "refunded"] = "completed"
    customer_id: Text | None = None
    location_id: Text | None = None
    campaign_id: Text | None = None
    items: tuple[OrderLine, ...] = ()

    @property
    def is_revenue(self) -> bool:
        """Paid and not refunded. A pending order isn't revenue yet."""
        return self.status == "completed"

    @property
    def takes_stock(self) -> bool:
        """Its items have left the shelf or are set aside."""
        return self.status in {"completed", "pending"}
