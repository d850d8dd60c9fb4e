"""Texts of one page: a few at a time, since the provider takes one a call and cannot be asked afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from shared.campaigns import personal
from shared.campaigns.emailing import TIER_LIMIT
from shared.campaigns.people import Person
from shared.campaigns.record import FAILED, OPEN, SENT, UNKNOWN, Campaign, Page, TextWords
from shared.compliance import audience, opt_out_list, texts
from shared.compliance.audience import Asked, Candidate
from shared.compliance.decision import Reason
from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError, TransientError
from shared.gcp import logging
from shared.messages.channels import blackleaf
from shared.messages.sms_text import customer_text
from shared.tenants import limits
from shared.tenants.limits import TierLimitError
from shared.tenants.tenant import Tenant
from shared.tenants.tiers import Metric

log = logging.get_logger(__name__)

AT_ONCE = 8


@dataclass(slots=True)
class Examined:
    """`refused`: why not, by place; `until`: of those who sleep, from when on; `opens`: first of a conversation."""

    refused: dict[int, str] = field(default_factory=dict)
    until: dict[int, datetime] = field(default_factory=dict)
    opens: dict[int, bool] = field(default_factory=dict)


def examine(
    campaign: Campaign, page: Page, org: Tenant, places: Sequence[int], people: Sequence[Person], now: datetime
) -> Examined:
    """Decide on each, and claim the text for those who get it.

    Raises:
        TransientError: too many texted one of them at this moment.
    """
    found = Examined()
    wanted: dict[int, Candidate] = {}
    for place, person in zip(places, people, strict=True):
        if person.phone is None:
            found.refused[place] = person.no_phone
        else:
            wanted[place] = Candidate(person.phone, person.fields, _key(campaign, page, place))
    try:
        limits.require(org.id, org.tier_id, org.timezone, Metric.SMS_CUSTOMER, len(wanted), now)
    except TierLimitError as error:
        log.warning("campaign is over the tier's limit", extra={"campaign": campaign.id, "reason": str(error)})
        found.refused |= dict.fromkeys(wanted, TIER_LIMIT)
        return found
    opted_out = opt_out_list.load(org.id, "sms", now)
    verdicts = audience.examine_texts(Asked(org, opted_out, now, campaign.effects), list(wanted.values()))
    for place, verdict in zip(wanted, verdicts, strict=True):
        if verdict.refusal is None:
            found.opens[place] = verdict.opens
        elif verdict.refusal.reason is Reason.QUIET_HOURS and verdict.refusal.until is not None:
            found.until[place] = verdict.refusal.until
        else:
            found.refused[place] = verdict.refusal.reason.value
    return found


def hand_over(
    campaign: Campaign,
    page: Page,
    org: Tenant,
    words: TextWords,
    people: Mapping[int, Person],
    opens: Mapping[int, bool],
) -> tuple[dict[int, str], TransientError | None]:
    """Send the texts: what became of each, `""` where it is to be tried again, and what calls for a pause."""

    def send(one: tuple[int, Person]) -> tuple[str, PlaybookError | None]:
        place, person = one
        names, values = personal.token_names(words.token), personal.values_of(person.fields.get("name"))
        body = personal.fill(words.body, {names[name]: values[name] for name in names})
        try:
            blackleaf.send(person.phone or "", customer_text(body, org.name, opens=opens.get(place, False)))
        except OutcomeUnknownError:
            return UNKNOWN, None
        except TransientError as error:
            return OPEN, error
        except PermanentError as error:
            log.warning("a text was refused", extra={"customerId": person.id, "reason": str(error)})
            texts.give_back(org, person.phone or "", _key(campaign, page, place))
            return FAILED, None
        return SENT, None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(send, people.items()))
    pauses = [error for _, error in ended if isinstance(error, TransientError)]
    longest = max(pauses, key=lambda error: error.retry_after_seconds, default=None)
    return {place: said for place, (said, _) in zip(people, ended, strict=True)}, longest


def _key(campaign: Campaign, page: Page, place: int) -> str:
    return f"{campaign.effects}sms:{page.customers[place]}"
