"""Mails of one page: the words for each, one call of the provider for up to fifty, and what happened to them."""

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
"""What Mailjet takes at once."""
ASKING_AT_ONCE = 8


def custom_id(campaign: Campaign, page: Page, place: int) -> str:
    """What the provider knows a message by: one for each customer of the campaign, in every process alike."""
    return f"{campaign.id}:{page.number}:{place}"


def hand_over(
    campaign: Campaign, page: Page, org: Tenant, words: EmailWords, people: Mapping[int, Person]
) -> dict[int, str]:
    """Hand the mails over in one call; what happened to each, by place, or `""` where it is to be tried again.

    Raises:
        PlaybookError: what the provider says of the call as a whole.
    """
    sender = mail.sender_of(org)
    batch = [
        (_message(campaign, words, person, sender), custom_id(campaign, page, place))
        for place, person in people.items()
    ]
    outcomes = mailjet.send_batch(batch)
    return {place: _outcome(said, person) for (place, person), said in zip(people.items(), outcomes, strict=True)}


def ask(campaign: Campaign, page: Page, places: Sequence[int]) -> dict[int, str | TransientError]:
    """What happened to mails that may or may not have been handed over, by place: sent, or `""` if there is none.

    Of those that could not be asked for just now, the error: one that fails loses no other's answer.

    Raises:
        PermanentError: the provider refuses the question.
    """

    def find(place: int) -> str | TransientError:
        try:
            return SENT if mailjet.find(custom_id(campaign, page, place)) else OPEN
        except TransientError as error:
            return error

    with ThreadPoolExecutor(ASKING_AT_ONCE) as pool:
        return dict(zip(places, pool.map(find, places), strict=True))


def _outcome(said: str | PlaybookError, person: Person) -> str:
    if isinstance(said, str):
        return SENT
    if isinstance(said, TransientError):
        return OPEN
    log.warning("a mail of a campaign was refused", extra={"customerId": person.id, "reason": str(said)})
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
