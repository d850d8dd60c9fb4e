"""The documents under `tenants/{orgId}` that say how the shop is doing, as other systems write them.

Fields that this product does not know are let be. Money in USD, instants with a zone.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.competitive.models import Money


class Record(BaseModel):
    """Base: camelCase in Firestore, `id` is the document's."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, allow_inf_nan=False
    )

    id: str


class Item(Record):
    """`inventory/{itemId}`."""

    name: str
    category: str | None = None
    price: Money | None = None
    cost: Money | None = None
    """What the shop pays for one."""
    quantity: float = 0
    reorder_point: float = 0
    supplier: str | None = None
    location_id: str | None = None
    description: str | None = None
    image_url: str | None = None
    thc_percent: float | None = None
    expires_at: AwareDatetime | None = None
    """When the batch on the shelf expires."""
    created_at: AwareDatetime | None = None


class OrderLine(BaseModel):
    """One thing in an order."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    item_id: str | None = None
    name: str
    category: str | None = None
    quantity: float = 1
    price: Money
    """Of one of it."""


class Order(Record):
    """`orders/{orderId}`."""

    placed_at: AwareDatetime
    total: Money
    status: Literal["completed", "pending", "cancelled", "refunded"] = "completed"
    customer_id: str | None = None
    location_id: str | None = None
    campaign_id: str | None = None
    items: tuple[OrderLine, ...] = ()


class Customer(Record):
    """`customers/{customerId}`."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: str | None = Field(default=None, pattern=r"^(\d{4}-)?\d{2}-\d{2}$")
    """`MM-DD`, or with the year before it."""
    created_at: AwareDatetime | None = None
    last_order_at: AwareDatetime | None = None
    order_count: int = 0
    total_spent: Money = Decimal(0)
    loyalty_points: int = 0
    loyalty_tier: str | None = None
    email_opt_out: bool = False
    sms_opt_out: bool = False


class Campaign(Record):
    """`campaigns/{campaignId}`."""

    name: str
    status: str = "sent"
    channel: str | None = None
    cost: Money | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    recipients: int = 0


class Location(Record):
    """`locations/{locationId}`."""

    name: str
    license_number: str | None = None
    license_expires_at: AwareDatetime | None = None


class Content(Record):
    """`content/{contentId}`: what waits for somebody's review before it is published."""

    title: str
    status: Literal["draft", "pending_review", "approved", "published", "rejected"] = "draft"
    created_at: AwareDatetime | None = None
