"""Whether one message may go to one customer: the rules, as functions of what is known. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Reason(StrEnum):
    """Why a message does not go."""

    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    SUPPRESSED = "suppressed"
    QUIET_HOURS = "quiet_hours"
    FREQUENCY_CAP = "frequency_cap"
    NO_POSTAL_ADDRESS = "no_postal_address"
    INVALID_NUMBER = "invalid_number"
    DUPLICATE = "duplicate"
    PROVIDER_REFUSED = "provider_refused"
    """Of one of several, where the others got it."""
    RATE_LIMIT = "rate_limit"
    """Of the org's own people."""


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
    """Why not, in a sentence too; `until`: from when on it may."""

    reason: Reason
    detail: str
    until: datetime | None = None


REPLIED_STOP = Refusal(Reason.OPTED_OUT, "the number replied STOP")
"""What keeps back a text to the shop's own people too."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What is known of a number that a shop wants to text."""

    number_opted_out: bool
    """By a reply to any text of the product's number."""
    customer_opted_out: bool
    """By the shop's own records."""
    has_consent: bool
    capped_until: datetime | None = None
    quiet_until: datetime | None = None
    is_customer: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What is known of an address that a shop wants to mail."""

    suppressed: str | None
    """Why it gets no mail: it bounced, complained, or its reader unsubscribed."""
    is_customer: bool
    customer_opted_out: bool
    postal_address_field: str | None
    """The field that must hold the shop's address and does not; None where it does."""
    capped_until: datetime | None = None


def decide_text(facts: TextFacts) -> Refusal | None:
    """A text to a customer; None: it may go.

    What cannot change comes before what passes: nobody waits for the morning to be told that they opted out.
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
        return Refusal(Reason.QUIET_HOURS, "it is night where this customer lives", facts.quiet_until)
    return None


def decide_mail(facts: MailFacts) -> Refusal | None:
    """A mail to somebody outside the shop; None: it may go."""
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
