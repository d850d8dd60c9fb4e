"""Who buys: `tenants/{orgId}/customers`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from shared.documents.consent import Instant, SmsConsent
from shared.documents.record import Count, Quantity, Record, SignedAmount, Text


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
