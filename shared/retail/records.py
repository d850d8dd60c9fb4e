"""A shop's documents under `tenants/{orgId}`, as other systems write them.

Unknown fields are ignored. Money is in USD, instants have a zone. A null field counts as missing, and so does an
unreadable one unless the record would be wrong without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AwareDatetime, BeforeValidator, Field, ValidationError, model_validator

from shared.compliance.consent import SmsConsent
from shared.playbooks.instants import parse_instant
from shared.playbooks.numbers import read_number
from shared.playbooks.problems import field_path, without_malformed
from shared.values.camel_model import CamelModel
from shared.values.money import Money

HIGHEST_AMOUNT = 10_000_000
HIGHEST_QUANTITY = 1_000_000_000

R = TypeVar("R", bound="Record")


def _number(value: Any) -> Any:
    """Numbers as people and spreadsheets write them: `1,299.00`, `$12.50`."""
    return read_number(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    """Text from a number: tills write phone numbers, licenses and names like 420 as numbers."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _instant(value: Any) -> Any:
    """An instant from text, a date, or seconds or milliseconds since 1970; UTC without a zone."""
    found = parse_instant(value, UTC)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)


Amount = Annotated[Money, BeforeValidator(_number), Field(ge=0, le=HIGHEST_AMOUNT)]
"""A price or a cost."""
SignedAmount = Annotated[Money, BeforeValidator(_number), Field(ge=-HIGHEST_AMOUNT, le=HIGHEST_AMOUNT)]
"""An order's total; some tills write a return as a negative order."""
Quantity = Annotated[float, BeforeValidator(_number), Field(ge=-HIGHEST_QUANTITY, le=HIGHEST_QUANTITY)]
"""Units or grams. Negative when a till sells more than it has on record."""
Count = Annotated[int, BeforeValidator(_number), Field(le=HIGHEST_QUANTITY)]
Text = Annotated[str, BeforeValidator(_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]


def _day_text(value: Any) -> Any:
    """A date from an instant, as text."""
    return value.date().isoformat() if isinstance(value, datetime) else value


class _Part(CamelModel, frozen=True, allow_inf_nan=False):
    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value is not None} if type(given) is dict else given


class Record(_Part):
    """Base: camelCase in Firestore, `id` is the document's."""

    essential: ClassVar[frozenset[str]] = frozenset({"id"})
    """Document field names that must be readable: no default may stand in for them."""
    cautious: ClassVar[Mapping[str, Any]] = {}
    """Values used for unreadable fields instead of treating them as missing."""
    identity: ClassVar[frozenset[str]] = frozenset()
    """If any of these fields is present, at least one must be readable."""

    id: str

    @classmethod
    def read(cls: type[R], fields: Mapping[str, Any]) -> tuple[R, list[str]]:
        """The record, and one line for each unreadable field that was left out.

        The lines name fields, never values.

        Raises:
            ValidationError: an essential field is missing or unreadable, or nothing identifies the record.
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


class OrderLine(_Part):
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


class Customer(Record):
    """`customers/{customerId}`."""

    cautious: ClassVar[Mapping[str, Any]] = {"emailOptOut": True, "smsOptOut": True}
    """If the choice is unreadable, don't contact the customer."""
    identity: ClassVar[frozenset[str]] = frozenset({"name", "email", "phone"})

    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    phone_e164: Annotated[Text | None, Field(alias="phoneE164")] = None
    """The same number, normalized by us."""
    birthday: Annotated[str, BeforeValidator(_day_text)] | None = None
    """`MM-DD` or `YYYY-MM-DD`; anything else is skipped where birthdays matter."""
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
    """`content/{contentId}`: content to review before it is published."""

    essential: ClassVar[frozenset[str]] = frozenset({"id", "title", "status"})

    title: Text
    status: Literal["draft", "pending_review", "approved", "published", "rejected"] = "draft"
    created_at: Instant | None = None
