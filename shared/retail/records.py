"""The documents under `tenants/{orgId}` that say how the shop is doing, as other systems write them.

Fields that this product does not know are let be. Money in USD, instants with a zone. A field that is null counts
as left out, and so does one that cannot be read, unless the record would say something else without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from shared.compliance.consent import SmsConsent
from shared.playbooks.instants import parse_instant
from shared.playbooks.numbers import read_number
from shared.playbooks.problems import field_path, without_malformed
from shared.values.money import Money

HIGHEST_AMOUNT = 10_000_000
HIGHEST_QUANTITY = 1_000_000_000

R = TypeVar("R", bound="Record")


def _number(value: Any) -> Any:
    """The number that a text is as people and spreadsheets write it: `1,299.00`, `$12.50`."""
    return read_number(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    """The text of a number: tills write telephone numbers, licences and names like 420 so."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _instant(value: Any) -> Any:
    """The instant of a text, of seconds or milliseconds since 1970, of a day; UTC where it names no zone."""
    found = parse_instant(value, UTC)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)


Amount = Annotated[Money, BeforeValidator(_number), Field(ge=0, le=HIGHEST_AMOUNT)]
"""A price or a cost."""
SignedAmount = Annotated[Money, BeforeValidator(_number), Field(ge=-HIGHEST_AMOUNT, le=HIGHEST_AMOUNT)]
"""What an order came to; some tills write a return as an order below zero."""
Quantity = Annotated[float, BeforeValidator(_number), Field(ge=-HIGHEST_QUANTITY, le=HIGHEST_QUANTITY)]
"""Units, or grams. Tills that sell what they do not know they have go below zero."""
Count = Annotated[int, BeforeValidator(_number), Field(le=HIGHEST_QUANTITY)]
Text = Annotated[str, BeforeValidator(_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]


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

    essential: ClassVar[frozenset[str]] = frozenset({"id"})
    """Fields, as documents call them, that no default may stand for where they cannot be read."""
    cautious: ClassVar[Mapping[str, Any]] = {}
    """What a field counts as where it cannot be read, if not as left out."""
    identity: ClassVar[frozenset[str]] = frozenset()
    """Fields of which one must be readable, where any is there."""

    id: str

    @classmethod
    def read(cls: type[R], fields: Mapping[str, Any]) -> tuple[R, list[str]]:
        """The record of a document's fields, and a line for each field that cannot be read and is left out.

        The lines name fields and never values.

        Raises:
            ValidationError: one that the record must have cannot be read or is missing, or nothing says who it is.
        """
        try:
            return cls.model_validate(fields), []
        except ValidationError as error:
            wrong = {detail["loc"]: detail["msg"] for detail in error.errors(include_url=False)}
            names = {str(place[0]) for place in wrong if place}
            readable = {name for name in cls.identity - names if fields.get(name) is not None}
            if names & cls.essential or (names & cls.identity and not readable):
                raise
            cautious = {name: value for name, value in cls.cautious.items() if name in names}
            record, _ = without_malformed(cls, {**fields, **cautious})
            return record, [f"{field_path(place)}: {message}"[:200] for place, message in wrong.items()]


class Item(Record):
    """`inventory/{itemId}`."""

    # An item whose quantity is not known is not one of which there is none.
    essential: ClassVar[frozenset[str]] = frozenset({"id", "name", "quantity"})

    name: Text
    category: Text | None = None
    size: Text | None = None
    """`1/8 oz`, `100mg`: where the name does not say it."""
    weight: Text | None = None
    """The same, as some tills call it."""
    price: Amount | None = None
    cost: Amount | None = None
    """What the shop pays for one."""
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

    item_id: Text | None = None
    name: Text
    category: Text | None = None
    quantity: Quantity = 1
    price: Amount
    """Of one of it."""


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
        """Paid for and not given back. A pending order is not revenue yet."""
        return self.status == "completed"

    @property
    def takes_stock(self) -> bool:
        """What it holds has left the shelf, or is set aside."""
        return self.status in {"completed", "pending"}


class Customer(Record):
    """`customers/{customerId}`."""

    cautious: ClassVar[Mapping[str, Any]] = {"emailOptOut": True, "smsOptOut": True}
    """Where nobody can read what was chosen, nobody is written to."""
    identity: ClassVar[frozenset[str]] = frozenset({"name", "email", "phone"})

    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    phone_e164: Annotated[Text | None, Field(alias="phoneE164")] = None
    """The same number, where the product has kept it."""
    birthday: Annotated[str, BeforeValidator(_day_text)] | None = None
    """`MM-DD`, or with the year before it; one that is neither is passed over where birthdays matter."""
    created_at: Instant | None = None
    last_order_at: Instant | None = None
    order_count: Count = 0
    total_spent: SignedAmount = Decimal(0)
    loyalty_points: Quantity = 0
    loyalty_tier: Text | None = None
    email_opt_out: bool = False
    sms_opt_out: bool = False
    sms_consent: SmsConsent | None = None
    """Without it the customer gets no texts."""


class Campaign(Record):
    """`campaigns/{campaignId}`."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "name", "status"})

    name: Text
    status: Text = "sent"
    channel: Text | None = None
    cost: Amount | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    recipients: Count = 0


class Location(Record):
    """`locations/{locationId}`."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "name"})

    name: Text
    license_number: Text | None = None
    license_expires_at: Instant | None = None


class Content(Record):
    """`content/{contentId}`: what waits for somebody's review before it is published."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "title", "status"})

    title: Text
    status: Literal["draft", "pending_review", "approved", "published", "rejected"] = "draft"
    created_at: Instant | None = None
