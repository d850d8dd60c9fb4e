"""Emails one page of a campaign: personalizes, sends up to fifty per provider call, reports outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from shared.campaigns import personal
from shared.campaigns.people import Person
from shared.campaigns.record import FAILED, OPEN, SENT, Campaign, EmailWords, Page
from shared.errors import PlaybookError, TransientError
from shared.gcp import logging
from shared.messages import mail, unsubscribe_link
from shared.messages.channels import mailjet
from shared.messages.email import Email, subject_line
from shared.messages.unsubscribe_link import Subscription
from shared.tenants.tenant import Tenant

log = logging.get_logger(__name__)

A_CALL = 50
"""Mailjet's limit per call."""
ASKING_AT_ONCE = 8


def custom_id(campaign: Campaign, page: Page, place: int) -> str:
    """The provider's id of a message: unique per campaign and customer, and deterministic."""
    return f"{campaign.id}:{page.number}:{place}"


def hand_over(
    campaign: Campaign, page: Page, org: Tenant, words: EmailWords, people: Mapping[int, Person]
) -> dict[int, str]:
    """Sends the emails in one call; outcomes by place, `""` for those to try again.

    Raises:
        PlaybookError: the provider rejected the whole call.
    """
    sender = mail.sender_of(org)
    batch = [
        (_message(campaign, words, person, sender), custom_id(campaign, page, place))
        for place, person in people.items()
    ]
    outcomes = mailjet.send_batch(batch)
    return {
        place: _outcome(result, person) for (place, person), result in zip(people.items(), outcomes, strict=True)
    }


def ask(campaign: Campaign, page: Page, places: Sequence[int]) -> dict[int, str | TransientError]:
    """Looks up emails that may have been handed over; by place: sent, or `""` if the provider has none.

    A lookup that fails for now yields its error and doesn't affect the others.

    Raises:
        PermanentError: the provider rejects lookups.
    """

    def find(place: int) -> str | TransientError:
        try:
            return SENT if mailjet.find(custom_id(campaign, page, place)) else OPEN
        except TransientError as error:
            return error

    with ThreadPoolExecutor(ASKING_AT_ONCE) as pool:
        return dict(zip(places, pool.map(find, places), strict=True))


def _outcome(result: str | PlaybookError, person: Person) -> str:
    if isinstance(result, str):
        return SENT
    if isinstance(result, TransientError):
        return OPEN
    log.warning("campaign email rejected", extra={"customerId": person.id, "reason": str(result)})
    return FAILED


def _message(campaign: Campaign, words: EmailWords, person: Person, sender: mail.Sender) -> Email:
    address = person.to["email"]
    names, values = personal.token_names(words.token), personal.values_of(person.fields.get("name"))
    replacements = {names[field]: values[field] for field in names} | {personal.stand_in(words.token): address}
    stop = unsubscribe_link.url(Subscription(org_id=campaign.org_id, address=address))
    if words.unsubscribe_url and stop:
        replacements[words.unsubscribe_url] = stop
    return Email.model_construct(
        to=(address,),
        subject=subject_line(personal.fill(words.subject, replacements)),
        text=personal.fill(words.text, replacements),
        html=personal.fill(words.html, replacements, markup=True),
        unsubscribe_url=stop,
        from_name=sender.name,
        reply_to=sender.reply_to,
        payload=words.payload,
    )
