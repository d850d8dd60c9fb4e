"""May a campaign's message go to these customers? Asked for many at once, whose documents are in hand."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.compliance import frequency, sms_opt_outs, suppressions
from shared.compliance.consent import has_sms_consent, says_yes
from shared.compliance.decision import MailFacts, Reason, Refusal, TextFacts, decide_mail, decide_text
from shared.compliance.frequency import Contact, Wish
from shared.compliance.texting_hours import waits_until
from shared.tenants.tenant import Tenant
from shared.values.email_address import mailbox_key


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer of a campaign. `to`: the address, or the number in E.164; `by`: the key of the effect."""

    to: str
    fields: Mapping[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal`: why it does not go now; None: it may. `opens`: it is the first of a conversation."""

    refusal: Refusal | None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What holds for all candidates alike.

    `opted_out`: the mailbox keys or the numbers of all customers who did. `campaign`: what all keys of its effects
    begin with; of two customers with one address the first gets the message. `claims`: whether the message is taken
    for those who may get it, or only looked at.
    """

    org: Tenant
    opted_out: Container[str]
    now: datetime
    campaign: str
    claims: bool = True


def examine_mails(asked: Asked, candidates: Sequence[Candidate]) -> list[Verdict]:
    """Decide for each; at most some hundred.

    Raises:
        TransientError: too many mailed one of them at this moment.
    """
    org = asked.org
    suppressed = suppressions.refusals(org.id, [one.to for one in candidates], asked.now)
    missing = None if org.postal_address else f"tenants/{org.id}.postalAddress"

    def decide(one: Candidate, capped_until: datetime | None) -> Refusal | None:
        left = says_yes(one.fields.get("emailOptOut")) or mailbox_key(one.to) in asked.opted_out
        return decide_mail(MailFacts(suppressed.get(one.to), True, left, missing, capped_until))

    contacts = [Contact(org.id, "email", mailbox_key(one.to)) for one in candidates]
    return _settled(asked, candidates, contacts, timedelta(hours=org.messaging.email_every_hours), decide)


def examine_texts(asked: Asked, candidates: Sequence[Candidate]) -> list[Verdict]:
    """The same for texts, by numbers in E.164: the customer's own document holds the consent.

    Nothing is claimed at night.

    Raises:
        TransientError: too many texted one of them at this moment.
    """
    org = asked.org
    replied_stop = sms_opt_outs.opted_out_of([one.to for one in candidates])

    def decide(one: Candidate, capped_until: datetime | None) -> Refusal | None:
        return decide_text(
            TextFacts(
                number_opted_out=one.to in replied_stop,
                customer_opted_out=says_yes(one.fields.get("smsOptOut")) or one.to in asked.opted_out,
                has_consent=has_sms_consent(one.fields, asked.now),
                capped_until=capped_until,
                quiet_until=waits_until(one.to, org.timezone, asked.now),
            )
        )

    contacts = [Contact(org.id, "sms", one.to) for one in candidates]
    return _settled(asked, candidates, contacts, timedelta(hours=org.messaging.text_every_hours), decide)


def _settled(
    asked: Asked,
    candidates: Sequence[Candidate],
    contacts: Sequence[Contact],
    every: timedelta,
    decide: Callable[[Candidate, datetime | None], Refusal | None],
) -> list[Verdict]:
    """Where nothing else keeps the message back, look at how often the customer is written to, and claim it."""
    refusals = [decide(one, None) for one in candidates]
    open_ones = [
        place for place, found in enumerate(refusals) if found is None or found.reason is Reason.QUIET_HOURS
    ]
    wishes = [
        Wish(contacts[place], candidates[place].by, takes=asked.claims and refusals[place] is None)
        for place in open_ones
    ]
    verdicts = [Verdict(found) for found in refusals]
    claims = frequency.claim_each(wishes, every, asked.now, campaign=asked.campaign)
    for place, claim in zip(open_ones, claims, strict=True):
        if claim.is_same_campaign:
            verdicts[place] = Verdict(Refusal(Reason.DUPLICATE, "another customer with the same address has it"))
        else:
            verdicts[place] = Verdict(decide(candidates[place], claim.capped_until), claim.opens)
    return verdicts
