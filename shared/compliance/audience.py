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


def examine_mails(
    org: Tenant,
    candidates: Sequence[Candidate],
    opted_out: Container[str],
    now: datetime,
    campaign: str,
    *,
    claims: bool = True,
) -> list[Verdict]:
    """Decide for each, and with `claims` claim the mail for those who get it; at most some hundred.

    `opted_out`: the mailbox keys of all customers who did. Of two customers with one mailbox the first gets it; all
    keys begin with `campaign`, which is how that is known.

    Raises:
        TransientError: too many mailed one of them at this moment.
    """
    suppressed = suppressions.refusals(org.id, [one.to for one in candidates], now)
    missing = None if org.postal_address else f"tenants/{org.id}.postalAddress"

    def decide(one: Candidate, capped_until: datetime | None) -> Refusal | None:
        left = says_yes(one.fields.get("emailOptOut")) or mailbox_key(one.to) in opted_out
        return decide_mail(MailFacts(suppressed.get(one.to), True, left, missing, capped_until))

    contacts = [Contact(org.id, "email", mailbox_key(one.to)) for one in candidates]
    every = timedelta(hours=org.messaging.email_every_hours)
    return _settled(candidates, contacts, decide, every, now, campaign, claims=claims)


def examine_texts(
    org: Tenant,
    candidates: Sequence[Candidate],
    opted_out: Container[str],
    now: datetime,
    campaign: str,
    *,
    claims: bool = True,
) -> list[Verdict]:
    """The same for texts, by numbers in E.164: the customer's own document holds the consent.

    Nothing is claimed at night.

    Raises:
        TransientError: too many texted one of them at this moment.
    """
    replied_stop = sms_opt_outs.opted_out_of([one.to for one in candidates])
    quiet = {one.to: waits_until(one.to, org.timezone, now) for one in candidates}

    def decide(one: Candidate, capped_until: datetime | None) -> Refusal | None:
        return decide_text(
            TextFacts(
                number_opted_out=one.to in replied_stop,
                customer_opted_out=says_yes(one.fields.get("smsOptOut")) or one.to in opted_out,
                has_consent=has_sms_consent(one.fields, now),
                capped_until=capped_until,
                quiet_until=quiet[one.to],
            )
        )

    contacts = [Contact(org.id, "sms", one.to) for one in candidates]
    every = timedelta(hours=org.messaging.text_every_hours)
    return _settled(candidates, contacts, decide, every, now, campaign, claims=claims)


def _settled(
    candidates: Sequence[Candidate],
    contacts: Sequence[Contact],
    decide: Callable[[Candidate, datetime | None], Refusal | None],
    every: timedelta,
    now: datetime,
    campaign: str,
    *,
    claims: bool,
) -> list[Verdict]:
    """Where nothing else keeps the message back, look at how often the customer is written to, and claim it."""
    refusals = [decide(one, None) for one in candidates]
    asked = [place for place, found in enumerate(refusals) if found is None or found.reason is Reason.QUIET_HOURS]
    wishes = [
        Wish(contacts[place], candidates[place].by, takes=claims and refusals[place] is None) for place in asked
    ]
    verdicts = [Verdict(found) for found in refusals]
    for place, claim in zip(asked, frequency.claim_each(wishes, every, now, campaign=campaign), strict=True):
        if claim.is_same_campaign:
            verdicts[place] = Verdict(Refusal(Reason.DUPLICATE, "another customer with the same address has it"))
        else:
            verdicts[place] = Verdict(decide(candidates[place], claim.capped_until), claim.opens)
    return verdicts
