"""The documents under `tenants/{orgId}` that say how the shop is doing, as other systems write them.

Fields that this product does not know are let be. Money in USD, instants with a zone. A field that is null counts
as left out.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from shared.competitive.models import Money

HIGHEST_AMOUNT = 10_000_000
HIGHEST_QUANTITY = 1_000_000_000

Amount = Annotated[Money, Field(ge=0, le=HIGHEST_AMOUNT)]
"""A price or a cost."""
SignedAmount = Annotated[Money, Field(ge=-HIGHEST_AMOUNT, le=HIGHEST_AMOUNT)]
"""What an order came to; some tills write a return as an order below zero."""
Quantity = Annotated[float, Field(ge=-HIGHEST_QUANTITY, le=HIGHEST_QUANTITY)]
"""Units, or grams. Tills that sell what they do not know they have go below zero."""


def _day_text(value: Any) -> Any:
    """A day that came as an instant, as the text that it usually is."""
    return value.date().isoformat() if isinstance(value, datetime) else value


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value is not None} if type(given) is dict else given


class Record(_Part):
    """Base: camelCase in Firestore, `id` is the document's."""

    id: str


class Item(Record):
    """`inventory/{itemId}`."""

    name: str
    category: str | None = None
    price: Amount | None = None
    cost: Amount | None = None
    """What the shop pays for one."""
    quantity: Quantity = 0
    reorder_point: Quantity = 0
    supplier: str | None = None
    location_id: str | None = None
    description: str | None = None
    image_url: str | None = None
    thc_percent: float | None = None
    expires_at: AwareDatetime | None = None
    """When the batch on the shelf expires."""
    created_at: AwareDatetime | None = None
    document_created_at: AwareDatetime | None = None
    """When Firestore first saw the document; filled by the loader."""

    @property
    def on_hand(self) -> float:
        """What can be sold: never below zero."""
        return max(self.quantity, 0.0)

    @property
    def is_out(self) -> bool:
        """None left."""
        return self.quantity <= 0

    @property
    def is_low(self) -> bool:
        """Below the point at which the shop reorders, as `inventory.low_stock` means it."""
        return self.quantity < self.reorder_point

    @property
    def listed_at(self) -> datetime | None:
        """When the shop first listed it: as the document says, else since when there is the document."""
        return self.created_at or self.document_created_at


class OrderLine(_Part):
    """One thing in an order."""

    item_id: str | None = None
    name: str
    category: str | None = None
    quantity: Quantity = 1
    price: Amount
    """Of one of it."""


class Order(Record):
    """`orders/{orderId}`."""

    placed_at: AwareDatetime
    total: SignedAmount
    status: Literal["completed", "pending", "cancelled", "refunded"] = "completed"
    customer_id: str | None = None
    location_id: str | None = None
    campaign_id: str | None = None
    items: tuple[OrderLine, ...] = ()

    @property
    def is_revenue(self) -> bool:
        """Paid for and not given back. A pending order is not revenue yet."""
        return self.status == "completed"

    @property
    def takes_stock(self) -> bool:
        """What it holds has left the shelf, or is set aside."""
        return self.status in {"completed", "pending"}


class Customer(Record):
    """`customers/{customerId}`."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: Annotated[str, BeforeValidator(_day_text)] | None = None
    """`MM-DD`, or with the year before it; one that is neither is passed over where birthdays matter."""
    created_at: AwareDatetime | None = None
    last_order_at: AwareDatetime | None = None
    order_count: int = 0
    total_spent: SignedAmount = Decimal(0)
    loyalty_points: Quantity = 0
    loyalty_tier: str | None = None
    email_opt_out: bool = False
    sms_opt_out: bool = False


class Campaign(Record):
    """`campaigns/{campaignId}`."""

    name: str
    status: str = "sent"
    channel: str | None = None
    cost: Amount | None = None
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
