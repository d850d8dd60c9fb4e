"""A page's customers, read just before sending, and who of them may be contacted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.billing import limits
from shared.billing.limits import TierLimitError
from shared.billing.tiers import Metric
from shared.campaigns.record import Campaign
from shared.compliance import examining, opt_out_list
from shared.compliance.decision import Reason
from shared.compliance.examining import Candidate, CheckContext, TextVerdict
from shared.compliance.frequency import Channel
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp import clients, logging
from shared.tenants.tenant import Tenant
from shared.values.email_address import email_address_or_none
from shared.values.phone_number import phone_number_or_none

log = logging.get_logger(__name__)

UNREADABLE, GONE = "unreadable", "deleted"
NONE: Mapping[Channel, str] = {"email": "no_email", "sms": "no_phone"}
TIER_LIMIT = "tier_limit"
METRICS: Mapping[Channel, Metric] = {"email": Metric.EMAILS, "sms": Metric.SMS_CUSTOMER}


@dataclass(frozen=True, slots=True)
class Person:
    """One customer. `to`: valid email address and E.164 number; `why_not`: why one is missing."""

    id: str
    fields: Mapping[str, Any]
    to: Mapping[Channel, str]
    why_not: Mapping[Channel, str]


@dataclass(slots=True)
class Examined:
    """By place: who may be contacted, why others may not, and when quiet hours end for the rest.

    `opens`: whether the text starts a conversation.
    """

    going: dict[int, Person] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    until: dict[int, datetime] = field(default_factory=dict)
    opens: dict[int, bool] = field(default_factory=dict)


def read_people(org_id: str, customers: Sequence[str]) -> list[Person]:
    """The customers in order, in one round trip; an unreadable document doesn't affect others."""
    client = clients.firestore()
    collection = client.collection(org_path(org_id, CUSTOMERS))
    found = {one.id: one.to_dict() for one in client.get_all([collection.document(one) for one in customers])}
    return [person_of(org_id, one, found.get(one)) for one in customers]


def person_of(org_id: str, customer_id: str, fields: Mapping[str, Any] | None) -> Person:
    """The customer in a document's fields; None means the document was deleted."""
    if fields is None:
        return Person(customer_id, {}, {}, dict.fromkeys(NONE, GONE))
    malformed = [name for name in ("email", "phone") if not isinstance(fields.get(name), str | int | float | None)]
    if malformed:
        path = org_path(org_id, CUSTOMERS, customer_id)
        log.warning("malformed customer skipped", extra={"path": path, "reason": f"{malformed[0]}: not text"})
    found: dict[Channel, str | None] = {
        "email": email_address_or_none(fields.get("email")),
        "sms": phone_number_or_none(fields.get("phone")) or phone_number_or_none(fields.get("phoneE164")),
    }
    names: Mapping[Channel, str] = {"email": "email", "sms": "phone"}
    why_not = {channel: UNREADABLE if names[channel] in malformed else reason for channel, reason in NONE.items()}
    return Person(customer_id, fields, {channel: to for channel, to in found.items() if to}, why_not)


def verdicts_on(
    asked: CheckContext, channel: Channel, people: Sequence[Person], effect_of: Callable[[str], str]
) -> list[TextVerdict | str]:
    """Each person's verdict, or why there is no address. `effect_of` maps customer id to the message's key.

    Raises:
        TransientError: too many wrote to one of them at this moment.
    """
    ask = examining.examine_mails if channel == "email" else examining.examine_texts
    reachable = [one for one in people if channel in one.to]
    candidates = [Candidate(one.to[channel], one.fields, effect_of(one.id)) for one in reachable]
    verdicts = iter(ask(asked, candidates))
    return [next(verdicts) if channel in one.to else one.why_not[channel] for one in people]


def examine(
    campaign: Campaign, org: Tenant, channel: Channel, people: Mapping[int, Person], now: datetime
) -> Examined:
    """Decides for each person, by place, and claims the message for those who get it.

    Raises:
        TransientError: too many wrote to one of them at this moment.
    """
    found, reachable = Examined(), [place for place, one in people.items() if channel in one.to]
    try:
        limits.require(org.id, org.tier_id, org.timezone, METRICS[channel], len(reachable), now)
    except TierLimitError as error:
        log.warning("campaign is over the tier's limit", extra={"campaign": campaign.id, "reason": str(error)})
        unreachable = {place: one.why_not[channel] for place, one in people.items() if channel not in one.to}
        found.refused = {**unreachable, **dict.fromkeys(reachable, TIER_LIMIT)}
        return found
    asked = CheckContext(org, opt_out_list.load(org.id, channel, now), now, campaign.effects)
    verdicts = verdicts_on(asked, channel, list(people.values()), lambda one: campaign.effect_of(channel, one))
    for place, verdict in zip(people, verdicts, strict=True):
        if isinstance(verdict, str):
            found.refused[place] = verdict
            continue
        refusal = verdict.refusal
        if refusal is None:
            found.going[place], found.opens[place] = people[place], verdict.opens
        elif refusal.reason is Reason.QUIET_HOURS and refusal.until is not None:
            found.until[place] = refusal.until
        else:
            found.refused[place] = refusal.reason.value
    return found
