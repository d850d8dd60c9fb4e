"""Outgoing email: branding, unsubscribe links, and skipping recipients who can't be emailed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.compliance import suppressions
from shared.documents.stored import Stored
from shared.errors import PermanentError, PlaybookError
from shared.gcp.settings import settings
from shared.messages import links, unsubscribe_link
from shared.messages.alert_types import AlertType
from shared.messages.channels import mailjet
from shared.messages.email import Email
from shared.messages.template.addresses import plain
from shared.messages.template.as_text import section_text
from shared.messages.template.author_html import author_body
from shared.messages.template.drawing import drawings
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import Actions, Letterhead, Message
from shared.messages.template.render import render
from shared.messages.unsubscribe_link import Subscription
from shared.tenants.tenant import Tenant
from shared.values.email_address import email_address_or_none
from shared.values.text import clean_text

ALERT_NAMES = {
    AlertType.PLAYBOOK_FAILURE: "playbook failures",
    AlertType.USAGE_ALERT: "usage",
    AlertType.COMPETITOR_ALERT: "competitors",
    AlertType.COMPLIANCE_FLAG: "compliance",
    AlertType.BILLING_ALERT: "billing",
    AlertType.WEEKLY_REPORT: "reports",
}


MAX_SENDER_CHARS = 70


class Sender(BaseModel):
    """A shop as the sender of email to people outside it; replies go to `reply_to`."""

    model_config = ConfigDict(frozen=True)

    name: str
    postal_address: str | None = None
    logo_url: str | None = None
    reply_to: str | None = None


def sender_of(org: Tenant) -> Sender:
    """The org as the sender of its email to customers."""
    return Sender(
        name=clean_text(org.name, MAX_SENDER_CHARS) or org.id,
        postal_address=org.postal_address or None,
        logo_url=org.logo_url,
        reply_to=email_address_or_none(org.owner_email),
    )


class Origin(Stored):
    """What an email belongs to: its org, its subject matter and the run that sent it.

    `alert` is set on email to the org's own people, not on email to addresses someone named. `links` are dashboard
    pages for its buttons, main one first; email to the org's people without any links to what it is about. The
    provider returns the origin with every event about the email.
    """

    org_id: str
    org_name: str = ""
    alert: AlertType | None = None
    playbook_id: str | None = None
    execution_id: str | None = None
    campaign_id: str | None = None
    links: tuple[str, ...] = Field(default=(), exclude=True)
    sender: Sender | None = Field(default=None, exclude=True)
    """None means the product itself."""

    def subscription(self, address: str) -> Subscription:
        """What the reader can unsubscribe from: the org's emails of this alert type, or all of the org's email."""
        about = {"alert": self.alert} if self.alert else {"address": address}
        return Subscription.model_validate({"org_id": self.org_id, **about})

    def payload(self) -> str:
        """The form stored by the provider."""
        return self.model_dump_json(by_alias=True, exclude_none=True, exclude={"org_name"})


def parse_origin(payload: str) -> Origin | None:
    """Parses `Origin.payload`; None if it isn't one."""
    try:
        return Origin.model_validate(json.loads(payload))
    except (ValueError, ValidationError):
        return None


@dataclass(frozen=True, slots=True)
class Posted:
    """An email the provider has: its id; the message, if just sent; and who was left out and why."""

    message_id: str
    message: Email | None = None
    refused: Mapping[str, str] = field(default_factory=dict)


def send_once(message: Email, custom_id: str, origin: Origin | None, now: datetime) -> Posted:
    """Sends `message` after `prepare`, unless Mailjet has one with that id; safe to call again after failures.

    Raises:
        PermanentError: none of its addresses can be emailed, or Mailjet refused it.
        TransientError: Mailjet wasn't reached, or may or may not have accepted it.
    """
    found = mailjet.find(custom_id)
    if found is not None:
        return Posted(found)
    ready, refused = prepare(message, origin, now)
    return Posted(mailjet.send(ready, custom_id), ready, refused)


def prepare(message: Email, origin: Origin | None, now: datetime) -> tuple[Email, dict[str, str]]:
    """Returns the branded email for the recipients who can be emailed, and why others can't.

    Email without an origin is the product's own, which no org can turn off.

    Raises:
        PermanentError: none of its addresses can be mailed.
    """
    refused = suppressions.refusals(origin.org_id if origin else None, message.to, now)
    left = tuple(address for address in message.to if address not in refused)
    if not left:
        # By index, not address: others read this.
        reasons = (f"to[{index}]: {refused[address]}" for index, address in enumerate(message.to))
        raise PermanentError(f"the email can't be sent: {'; '.join(reasons)}")
    return branded(message.model_copy(update={"to": left}), origin), refused


def post_each(messages: Sequence[Email], custom_id: str) -> list[str | PlaybookError]:
    """Sends several emails in one call with one id; returns each one's provider id or error.

    Raises:
        PlaybookError: as in `mailjet.send`, if none of them is known to be sent.
    """
    if len(messages) == 1:
        return [mailjet.send(messages[0], custom_id)]
    outcomes = mailjet.send_batch([(message, custom_id) for message in messages])
    if not any(isinstance(one, str) for one in outcomes):
        raise next(one for one in outcomes if not isinstance(one, str))
    return outcomes


def branded(message: Email, origin: Origin | None) -> Email:
    """The email in our HTML design; its text is kept, or derived from its content or HTML."""
    known = settings()
    # Not with several recipients: one must not unsubscribe the others.
    has_way_out = origin is not None and (origin.alert is not None or len(message.to) == 1)
    stop = unsubscribe_link.url(origin.subscription(message.to[0])) if origin and has_way_out else None
    sender = origin.sender if origin else None
    letterhead = Letterhead(
        org_name=origin.org_name if origin and not sender else "",
        reason=_reason(message, origin) if origin else "",
        preferences_url=links.url(links.PREFERENCES) if origin and origin.alert else None,
        unsubscribe_url=stop,
        postal_address=(sender and sender.postal_address) or "",
        logo_url=sender.logo_url if sender else None,
    )
    body = author_body(message.html, message.subject) if message.html and not message.content else None
    content = message.content or _written(message, known.public_base_url, has_body=bool(body))
    actions = _actions(origin, content)
    shown = content.model_copy(update={"title": plain(message.subject), "sections": (*content.sections, *actions)})
    drawn = drawings(shown.sections)
    # Text written by an author isn't changed.
    below = actions if message.content or (origin and origin.links) else ()
    text = [message.text_part.rstrip(), *map(section_text, below), *_text_footer(sender, stop)]
    return message.model_copy(
        update={
            "text": "\n\n".join(text),
            "html": render(shown, letterhead, sender.name if sender else known.email_from_name, body, drawn),
            "inlined": tuple(picture for one in drawn.values() for picture in one.pictures),
            "from_name": sender.name if sender else None,
            "reply_to": sender.reply_to if sender else None,
            "unsubscribe_url": stop,
            "payload": origin.payload() if origin else None,
        }
    )


def _text_footer(sender: Sender | None, stop: str | None) -> list[str]:
    """The legally required footer for email outside the shop, for programs that show only the text."""
    if sender is None:
        return []
    address = [", ".join([sender.name, *sender.postal_address.splitlines()])] if sender.postal_address else []
    return ["\n".join([*address, *([f"Unsubscribe: {stop}"] if stop else [])])] if address or stop else []


def _written(message: Email, own_url: str, *, has_body: bool) -> Message:
    """The content of an author's email that isn't in its HTML body."""
    return Message(title="", sections=() if has_body else tuple(sections_of_text(message.text_part, own_url)))


def _actions(origin: Origin | None, content: Message) -> tuple[Actions, ...]:
    """Buttons for readers within the org, unless the message has its own."""
    if origin is None or any(isinstance(section, Actions) for section in content.sections):
        return ()
    cause = links.cause(origin.execution_id, origin.playbook_id) if origin.alert else None
    paths = origin.links or ((cause,) if cause else ())
    return (Actions(buttons=tuple(map(links.button, paths))),) if paths else ()


def _reason(message: Email, origin: Origin) -> str:
    org = origin.org_name or "your organization"
    if origin.alert:
        return f"You're getting this because emails about {ALERT_NAMES[origin.alert]} are turned on for {org}."
    return f"{org[:1].upper()}{org[1:]} sent this to {message.to[0] if len(message.to) == 1 else 'you and others'}."
