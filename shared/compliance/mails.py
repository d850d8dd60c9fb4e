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
from shared.tenants.tenant import Tenant
from shared.values.email_address import mailbox_key, same_mailbox


@dataclass(frozen=True, slots=True)
class MailVerdict:
    """Who gets the mail, and why others do not, by address as it was given."""

    allowed: tuple[str, ...]
    refused: Mapping[str, Refusal]
    customers: frozenset[str]
    """Those of the allowed ones who are customers: no other reader sees their addresses."""


def is_own(org: Tenant, address: str, user_email: str | None = None) -> bool:
    """Whether the address is the owner's, or that of the person the run acts for."""
    return any(same_mailbox(known, address) for known in (org.owner_email, user_email) if known)


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
    outside = [address for address in addresses if not is_own(org, address, user_email)]
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
    return MailVerdict(allowed, refused, of_customers)


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
