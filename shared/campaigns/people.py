"""The customers of a page, read when their turn comes, and who of them may be written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.campaigns.record import Campaign, Channel, Page
from shared.compliance import examining, opt_out_list
from shared.compliance.decision import Reason
from shared.compliance.examining import Asked, Candidate
from shared.gcp import clients, logging
from shared.tenants import limits
from shared.tenants.limits import TierLimitError
from shared.tenants.tenant import Tenant
from shared.tenants.tiers import Metric
from shared.values.email_address import email_address_or_none
from shared.values.phone_number import phone_number_or_none

log = logging.get_logger(__name__)

UNREADABLE, GONE = "unreadable", "deleted"
NO_EMAIL, NO_PHONE = "no_email", "no_phone"
TIER_LIMIT = "tier_limit"
METRICS: Mapping[Channel, Metric] = {"email": Metric.EMAILS, "sms": Metric.SMS_CUSTOMER}


@dataclass(frozen=True, slots=True)
class Person:
    """One customer; `no_email` and `no_phone` say why there is none that works."""

    id: str
    fields: Mapping[str, Any]
    email: str | None = None
    phone: str | None = None
    no_email: str = NO_EMAIL
    no_phone: str = NO_PHONE

    def to(self, channel: Channel) -> str | None:
        """The address, or the number in E.164."""
        return self.email if channel == "email" else self.phone

    def why_not(self, channel: Channel) -> str:
        """Why there is none."""
        return self.no_email if channel == "email" else self.no_phone


@dataclass(slots=True)
class Examined:
    """By place: who may be written to and why others may not; of those who sleep, from when on.

    `opens`: whether the text is the first of a conversation.
    """

    going: dict[int, Person] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    until: dict[int, datetime] = field(default_factory=dict)
    opens: dict[int, bool] = field(default_factory=dict)


def read_people(org_id: str, customers: Sequence[str]) -> list[Person]:
    """The customers in their order, in one round trip; a document that cannot be read spoils no other."""
    client = clients.firestore()
    collection = client.collection(f"tenants/{org_id}/customers")
    found = {one.id: one.to_dict() for one in client.get_all([collection.document(one) for one in customers])}
    return [person_of(org_id, one, found.get(one)) for one in customers]


def person_of(org_id: str, customer_id: str, fields: Mapping[str, Any] | None) -> Person:
    """The customer of a document; None: it is gone."""
    if fields is None:
        return Person(customer_id, {}, no_email=GONE, no_phone=GONE)
    malformed = [name for name in ("email", "phone") if not isinstance(fields.get(name), str | int | float | None)]
    if malformed:
        path = f"tenants/{org_id}/customers/{customer_id}"
        log.warning("malformed customer passed over", extra={"path": path, "reason": f"{malformed[0]}: no text"})
    return Person(
        customer_id,
        fields,
        email_address_or_none(fields.get("email")),
        phone_number_or_none(fields.get("phone")) or phone_number_or_none(fields.get("phoneE164")),
        no_email=UNREADABLE if "email" in malformed else NO_EMAIL,
        no_phone=UNREADABLE if "phone" in malformed else NO_PHONE,
    )


def examine(
    campaign: Campaign, page: Page, org: Tenant, channel: Channel, people: Mapping[int, Person], now: datetime
) -> Examined:
    """Decide on each, by places in the page, and claim the message for those who get it.

    Raises:
        TransientError: too many wrote to one of them at this moment.
    """
    found = Examined(refused={place: one.why_not(channel) for place, one in people.items() if not one.to(channel)})
    candidates = {
        place: Candidate(to, one.fields, campaign.effect_of(channel, page.customers[place]))
        for place, one in people.items()
        if (to := one.to(channel))
    }
    try:
        limits.require(org.id, org.tier_id, org.timezone, METRICS[channel], len(candidates), now)
    except TierLimitError as error:
        log.warning("campaign is over the tier's limit", extra={"campaign": campaign.id, "reason": str(error)})
        found.refused |= dict.fromkeys(candidates, TIER_LIMIT)
        return found
    ask = examining.examine_mails if channel == "email" else examining.examine_texts
    asked = Asked(org, opt_out_list.load(org.id, channel, now), now, campaign.effects)
    for place, verdict in zip(candidates, ask(asked, list(candidates.values())), strict=True):
        refusal = verdict.refusal
        if refusal is None:
            found.going[place], found.opens[place] = people[place], verdict.opens
        elif refusal.reason is Reason.QUIET_HOURS and refusal.until is not None:
            found.until[place] = refusal.until
        else:
            found.refused[place] = refusal.reason.value
    return found
