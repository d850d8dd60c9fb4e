"""Checks whether messages may go to people: before every text and email of a step, and in bulk for campaigns.

Gathers the facts for the rules in `decision`. An allowed message is claimed for the effect that sends it, so that
only one of two concurrent ones goes out.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.api import member_list
from shared.compliance import customer_lookup, frequency, opt_out_list, sms_opt_outs, suppressions
from shared.compliance.decision import REPLIED_STOP, MailFacts, Reason, Refusal, TextFacts, decide_mail, decide_text
from shared.compliance.frequency import Contact, PlannedMessage
from shared.compliance.texting_hours import waits_until
from shared.documents.customers import has_sms_consent, says_yes
from shared.documents.org import org_path
from shared.tenants.tenant import Tenant
from shared.values.email_address import mailbox_key


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """`refusal`: why it can't go now, or None. `opens`: it starts a conversation."""

    refusal: Refusal | None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class MailVerdict:
    """Who gets the email, and why others don't, by address as given."""

    allowed: tuple[str, ...]
    refused: Mapping[str, Refusal]
    customers: frozenset[str]
    """Allowed recipients who are customers: nobody else may see their addresses."""
    own: frozenset[str]
    """Allowed recipients who are the shop's own staff."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A campaign's customer. `to`: email address or E.164 number; `by`: the effect's key."""

    to: str
    fields: Mapping[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What applies to all candidates.

    `opted_out`: mailbox keys or numbers of customers who opted out. `campaign`: the prefix of its effects' keys; if
    two customers share an address, the first gets the message. `claims`: whether to claim the message or only
    check.
    """

    org: Tenant
    opted_out: Container[str]
    now: datetime
    campaign: str
    claims: bool = True


def is_staff(org: Tenant, phone: str) -> bool:
    """Whether the E.164 number belongs to the shop's staff."""
    return phone in org.staff_phones


def examine_text(org: Tenant, phone: str, by: str, now: datetime) -> TextVerdict:
    """Decides on a text, and claims it for effect `by` if it may go to a customer.

    Raises:
        TransientError: too many concurrent texts to this customer.
    """
    replied_stop = sms_opt_outs.has_opted_out(phone)
    if is_staff(org, phone):
        return TextVerdict(REPLIED_STOP if replied_stop else None)
    customers = customer_lookup.customers_by_phone(org.id, phone)
    has_consent = any(has_sms_consent(one.fields, now) for one in customers)
    opted_out = any(says_yes(one.fields.get("smsOptOut")) for one in customers)
    facts = TextFacts(
        number_opted_out=replied_stop,
        customer_opted_out=opted_out or (has_consent and opt_out_list.has(org.id, "sms", phone, now)),
        has_consent=has_consent,
        quiet_until=waits_until(phone, org.timezone, now),
    )
    return _settled(org, [facts], [PlannedMessage(Contact.of(org.id, phone), by)], now)[0]


def examine_mail(
    org: Tenant,
    addresses: Sequence[str],
    by: str,
    now: datetime,
    *,
    user_email: str | None = None,
    written: Sequence[str] = (),
) -> MailVerdict:
    """Decides for each address of an email, and claims it for customers who get it.

    `by`: the effect's key; it may be examined again. `written`: the addresses as the step was given them, which is
    how customer documents spell them.

    Raises:
        TransientError: too many mailed one of them at this moment.
    """
    addresses = tuple(dict.fromkeys(addresses))
    suppressed = suppressions.refusals(org.id, addresses, now)
    own = _own(org, addresses, user_email)
    outside = [address for address in addresses if address not in own]
    customers = customer_lookup.customers_by_address(org.id, [*outside, *written]) if outside else {}
    # Staff don't count as customers, even if a customer gets the same email.
    customers = {key: found for key, found in customers.items() if key in {mailbox_key(one) for one in outside}}
    facts = []
    for address in addresses:
        found = customers.get(mailbox_key(address), [])
        opted_out = any(says_yes(one.fields.get("emailOptOut")) for one in found)
        facts.append(MailFacts(suppressed.get(address), bool(found), opted_out, _missing_field(org)))
    wishes = [PlannedMessage(Contact.of(org.id, address), by) for address in addresses]
    verdicts = zip(addresses, _settled(org, facts, wishes, now), strict=True)
    refused = {address: verdict.refusal for address, verdict in verdicts if verdict.refusal is not None}
    allowed = tuple(one for one in addresses if one not in refused)
    of_customers = frozenset(one for one in allowed if mailbox_key(one) in customers)
    return MailVerdict(allowed, refused, of_customers, own - refused.keys())


def examine_mails(asked: CheckContext, candidates: Sequence[Candidate]) -> list[TextVerdict]:
    """Decides for a campaign's customers, whose documents were already read; a few hundred at most.

    Raises:
        TransientError: too many mailed one of them at this moment.
    """
    org = asked.org
    suppressed = suppressions.refusals(org.id, [one.to for one in candidates], asked.now)
    facts = [
        MailFacts(
            suppressed=suppressed.get(one.to),
            is_customer=True,
            customer_opted_out=says_yes(one.fields.get("emailOptOut")) or mailbox_key(one.to) in asked.opted_out,
            postal_address_field=_missing_field(org),
        )
        for one in candidates
    ]
    return _settled_campaign(asked, facts, candidates)


def examine_texts(asked: CheckContext, candidates: Sequence[Candidate]) -> list[TextVerdict]:
    """The same for texts to E.164 numbers: consent is in the customer's own document.

    Raises:
        TransientError: too many texted one of them at this moment.
    """
    replied_stop = sms_opt_outs.opted_out_of([one.to for one in candidates])
    facts = [
        TextFacts(
            number_opted_out=one.to in replied_stop,
            customer_opted_out=says_yes(one.fields.get("smsOptOut")) or one.to in asked.opted_out,
            has_consent=has_sms_consent(one.fields, asked.now),
            quiet_until=waits_until(one.to, asked.org.timezone, asked.now),
        )
        for one in candidates
    ]
    return _settled_campaign(asked, facts, candidates)


def give_back(org: Tenant, recipients: Sequence[str], by: str) -> None:
    """Returns the claim: the message was certainly not sent to these recipients.

    Raises:
        TransientError: too many wrote to one of them at this moment.
    """
    for recipient in recipients:
        frequency.give_back(Contact.of(org.id, recipient), by)


def _settled_campaign(
    asked: CheckContext, facts: Sequence[TextFacts | MailFacts], candidates: Sequence[Candidate]
) -> list[TextVerdict]:
    wishes = [PlannedMessage(Contact.of(asked.org.id, one.to), one.by, takes=asked.claims) for one in candidates]
    return _settled(asked.org, facts, wishes, asked.now, asked.campaign)


def _settled(
    org: Tenant,
    facts: Sequence[TextFacts | MailFacts],
    wishes: Sequence[PlannedMessage],
    now: datetime,
    campaign: str | None = None,
) -> list[TextVerdict]:
    """If nothing else blocks a message, checks the frequency cap and claims it.

    Nothing is claimed during quiet hours.
    """
    verdicts = [TextVerdict(_decide(one)) for one in facts]
    open_places = [place for place, one in enumerate(facts) if one.is_customer and _is_open(verdicts[place])]
    wanted = [
        replace(wishes[place], takes=wishes[place].takes and verdicts[place].refusal is None)
        for place in open_places
    ]
    texts = any(isinstance(one, TextFacts) for one in facts)
    hours = org.messaging.text_every_hours if texts else org.messaging.email_every_hours
    claims = frequency.claim_each(wanted, timedelta(hours=hours), now, campaign=campaign)
    for place, claim in zip(open_places, claims, strict=True):
        if claim.is_same_campaign:
            verdicts[place] = TextVerdict(
                Refusal(Reason.DUPLICATE, "another customer with the same address already got it")
            )
        else:
            verdicts[place] = TextVerdict(
                _decide(replace(facts[place], capped_until=claim.capped_until)), claim.opens
            )
    return verdicts


def _decide(facts: TextFacts | MailFacts) -> Refusal | None:
    return decide_text(facts) if isinstance(facts, TextFacts) else decide_mail(facts)


def _is_open(verdict: TextVerdict) -> bool:
    """The frequency cap takes precedence over quiet hours, which end sooner."""
    return verdict.refusal is None or verdict.refusal.reason is Reason.QUIET_HOURS


def _own(org: Tenant, addresses: Sequence[str], user_email: str | None) -> frozenset[str]:
    """Addresses of the owner, the run's user, and the org's other members."""
    known = {mailbox_key(one) for one in (org.owner_email, user_email) if one}
    others = [one for one in addresses if mailbox_key(one) not in known]
    if others:
        known |= member_list.addresses_of_members(org.id, others)
    return frozenset(one for one in addresses if mailbox_key(one) in known)


def _missing_field(org: Tenant) -> str | None:
    return None if org.postal_address else f"{org_path(org.id)}.postalAddress"
