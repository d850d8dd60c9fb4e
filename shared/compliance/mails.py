"""May this mail go to these addresses? Asked before every mail of a step to somebody outside the shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.compliance import customer_lookup, frequency, suppressions
from shared.compliance.consent import says_yes
from shared.compliance.customer_lookup import FoundCustomer
from shared.compliance.decision import MailFacts, Refusal, decide_mail
from shared.compliance.frequency import Contact, Wish
from shared.doors import member_list
from shared.tenants.tenant import Tenant
from shared.values.email_address import mailbox_key


@dataclass(frozen=True, slots=True)
class MailVerdict:
    """Who gets the mail, and why others do not, by address as it was given."""

    allowed: tuple[str, ...]
    refused: Mapping[str, Refusal]
    customers: frozenset[str]
    """Those of the allowed ones who are customers: no other reader sees their addresses."""
    own: frozenset[str]
    """Those of the allowed ones that are the shop's own people's."""


def examine(
    org: Tenant,
    addresses: Sequence[str],
    by: str,
    now: datetime,
    *,
    user_email: str | None = None,
    written: Sequence[str] = (),
) -> MailVerdict:
    """Decide for each address, and claim the mail for those customers who get it.

    `by`: the key of the effect, which may be examined again. `written`: the addresses as the
    step was given them, which is how customers' documents spell them.

    Raises:
        TransientError: too many mailed one of them at this moment.
    """
    addresses = tuple(dict.fromkeys(addresses))
    suppressed = suppressions.refusals(org.id, addresses, now)
    own = _own(org, addresses, user_email)
    outside = [address for address in addresses if address not in own]
    customers = customer_lookup.customers_by_address(org.id, [*outside, *written]) if outside else {}
    refused: dict[str, Refusal] = {}
    claiming: list[str] = []
    for address in addresses:
        found = customers.get(mailbox_key(address), [])
        refusal = _decide(org, found, suppressed.get(address))
        if refusal is not None:
            refused[address] = refusal
        elif found:
            claiming.append(address)
    every = timedelta(hours=org.messaging.email_every_hours)
    taken = frequency.claim_each([Wish(_contact(org, address), by) for address in claiming], every, now)
    for address, claim in zip(claiming, taken, strict=True):
        refusal = decide_mail(MailFacts(None, True, False, None, claim.capped_until))
        if refusal is not None:
            refused[address] = refusal
    allowed = tuple(one for one in addresses if one not in refused)
    of_customers = frozenset(one for one in allowed if mailbox_key(one) in customers)
    return MailVerdict(allowed, refused, of_customers, own - refused.keys())


def _own(org: Tenant, addresses: Sequence[str], user_email: str | None) -> frozenset[str]:
    """The addresses of the owner, of the person the run acts for, and of the org's other members."""
    known = {mailbox_key(one) for one in (org.owner_email, user_email) if one}
    others = [one for one in addresses if mailbox_key(one) not in known]
    if others:
        known |= member_list.addresses_of_members(org.id, others)
    return frozenset(one for one in addresses if mailbox_key(one) in known)


def give_back(org: Tenant, addresses: Sequence[str], by: str) -> None:
    """The mail was certainly not sent.

    Raises:
        TransientError: too many mailed one of them at this moment.
    """
    for address in addresses:
        frequency.give_back(_contact(org, address), by)


def _decide(org: Tenant, found: Sequence[FoundCustomer], suppressed: str | None) -> Refusal | None:
    """Before anything is claimed."""
    return decide_mail(
        MailFacts(
            suppressed=suppressed,
            is_customer=bool(found),
            customer_opted_out=any(says_yes(one.fields.get("emailOptOut")) for one in found),
            postal_address_field=None if org.postal_address else f"tenants/{org.id}.postalAddress",
            capped_until=None,
        )
    )


def _contact(org: Tenant, address: str) -> Contact:
    return Contact(org.id, "email", mailbox_key(address))
