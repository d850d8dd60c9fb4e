"""Decides whether a message may go to a customer, as pure functions of the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Reason(StrEnum):
    """Why a message isn't sent."""

    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    SUPPRESSED = "suppressed"
    QUIET_HOURS = "quiet_hours"
    FREQUENCY_CAP = "frequency_cap"
    NO_POSTAL_ADDRESS = "no_postal_address"
    INVALID_NUMBER = "invalid_number"
    DUPLICATE = "duplicate"
    PROVIDER_REFUSED = "provider_refused"
    """For one of several recipients; the others got it."""
    RATE_LIMIT = "rate_limit"
    """For the org's own staff."""


REASON_WORDS = {
    Reason.NO_CONSENT: "no consent on record",
    Reason.OPTED_OUT: "opted out",
    Reason.SUPPRESSED: "address suppressed",
    Reason.QUIET_HOURS: "quiet hours",
    Reason.FREQUENCY_CAP: "messaged recently",
    Reason.NO_POSTAL_ADDRESS: "no postal address",
    Reason.INVALID_NUMBER: "not a phone number",
    Reason.DUPLICATE: "same address twice",
    Reason.PROVIDER_REFUSED: "refused by the provider",
    Reason.RATE_LIMIT: "too many texts in an hour",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message isn't sent; `until`: when it may be."""

    reason: Reason
    detail: str
    until: datetime | None = None


REPLIED_STOP = Refusal(Reason.OPTED_OUT, "the number replied STOP")
"""Applies to the shop's own staff too."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    number_opted_out: bool
    """Replied STOP to any of our texts."""
    customer_opted_out: bool
    """According to the shop's records."""
    has_consent: bool
    capped_until: datetime | None = None
    quiet_until: datetime | None = None
    is_customer: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class MailFacts:
    suppressed: str | None
    """Why the address gets no email: bounced, complained or unsubscribed."""
    is_customer: bool
    customer_opted_out: bool
    postal_address_field: str | None
    """The missing field with the shop's postal address; None if it is set."""
    capped_until: datetime | None = None


def decide_text(facts: TextFacts) -> Refusal | None:
    """Decides on a text to a customer; None means it may go.

    Permanent reasons come before temporary ones, so that nobody waits until morning just to be refused.
    """
    if facts.number_opted_out:
        return REPLIED_STOP
    if facts.customer_opted_out:
        return Refusal(Reason.OPTED_OUT, "the customer opted out of texts (smsOptOut)")
    if not facts.has_consent:
        return Refusal(Reason.NO_CONSENT, "no customer with this number has smsConsent {at, source}")
    if facts.capped_until is not None:
        return Refusal(Reason.FREQUENCY_CAP, "this customer was texted recently", facts.capped_until)
    if facts.quiet_until is not None:
        return Refusal(Reason.QUIET_HOURS, "it's nighttime where this customer lives", facts.quiet_until)
    return None


def decide_mail(facts: MailFacts) -> Refusal | None:
    """Decides on an email to somebody outside the shop; None means it may go."""
    if facts.suppressed is not None:
        return Refusal(Reason.SUPPRESSED, facts.suppressed)
    if not facts.is_customer:
        return None
    if facts.customer_opted_out:
        return Refusal(Reason.OPTED_OUT, "the customer opted out of email (emailOptOut)")
    if facts.postal_address_field is not None:
        missing = f"{facts.postal_address_field} is missing; marketing email must carry the shop's postal address"
        return Refusal(Reason.NO_POSTAL_ADDRESS, missing)
    if facts.capped_until is not None:
        return Refusal(Reason.FREQUENCY_CAP, "this customer was emailed recently", facts.capped_until)
    return None
