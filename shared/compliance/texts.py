"""May this text go to this number? Asked before every text of a step, with what Firestore knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.compliance import customer_lookup, frequency, opt_out_list, sms_opt_outs
from shared.compliance.consent import has_sms_consent, says_yes
from shared.compliance.decision import Refusal, TextFacts, decide_staff_text, decide_text
from shared.compliance.frequency import Contact
from shared.compliance.texting_hours import waits_until
from shared.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """`refusal`: why it does not go now; None: it may. `opens`: it is the first of a conversation."""

    refusal: Refusal | None
    opens: bool = False


def is_staff(org: Tenant, phone: str) -> bool:
    """Whether the number (E.164) is one of the shop's own people."""
    return phone in org.staff_phones


def examine(org: Tenant, phone: str, by: str, now: datetime) -> TextVerdict:
    """Decide on a text, and where it may go to a customer, claim it for the effect with the key `by`.

    Raises:
        TransientError: too many texted this customer at this moment.
    """
    if is_staff(org, phone):
        return TextVerdict(decide_staff_text(number_opted_out=sms_opt_outs.has_opted_out(phone)))
    contact, every = Contact(org.id, "sms", phone), timedelta(hours=org.messaging.text_every_hours)
    customers = customer_lookup.customers_by_phone(org.id, phone)
    refusal = decide_text(
        TextFacts(
            number_opted_out=sms_opt_outs.has_opted_out(phone),
            customer_opted_out=any(says_yes(one.fields.get("smsOptOut")) for one in customers),
            has_consent=any(has_sms_consent(one.fields, now) for one in customers),
            capped_until=frequency.capped_until(contact, by, every, now),
            quiet_until=waits_until(phone, org.timezone, now),
        )
    )
    if refusal is None and opt_out_list.has(org.id, "sms", phone, now):
        refusal = decide_text(TextFacts(False, True, True, None, None))
    if refusal is not None:
        return TextVerdict(refusal)
    taken = frequency.claim(contact, by, every, now)
    if taken.capped_until is not None:
        # Another run was faster since the look above.
        facts = TextFacts(False, False, True, taken.capped_until, None)
        return TextVerdict(decide_text(facts))
    return TextVerdict(None, taken.opens)


def give_back(org: Tenant, phone: str, by: str) -> None:
    """The text was certainly not sent.

    Raises:
        TransientError: too many texted this customer at this moment.
    """
    if not is_staff(org, phone):
        frequency.give_back(Contact(org.id, "sms", phone), by)
