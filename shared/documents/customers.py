"""Customers: `tenants/{orgId}/customers`. Any doubt about consent means no consent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared.documents.record import Count, Quantity, Record, SignedAmount, Text
from shared.playbooks.instants import parse_instant


def _instant(value: Any) -> Any:
    found = parse_instant(value, UTC)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""From text, a date, or seconds or milliseconds since 1970; UTC without a zone."""


class SmsConsent(BaseModel):
    """`customers/{id}.smsConsent`: when the customer agreed to texts, and how (`checkout form`, `keyword JOIN`)."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    at: Instant
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def has_sms_consent(fields: Mapping[str, Any], now: datetime) -> bool:
    """Whether there is a record of consent given by now."""
    try:
        return SmsConsent.model_validate(fields.get("smsConsent")).at <= now
    except (ValidationError, ValueError, TypeError):
        return False


def says_yes(value: Any) -> bool:
    """Whether the value means an opt-out: anything but a clear "no", to be on the safe side."""
    if isinstance(value, str):
        return value.strip().lower() not in {"", "false", "no", "n", "off", "0"}
    return bool(value)


def _day_text(value: Any) -> Any:
    """A date from an instant, as text."""
    return value.date().isoformat() if isinstance(value, datetime) else value


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
