"""Mailjet's events about sent email (its Event API): bounces, blocks, spam complaints, unsubscribes.

Undelivered email is reported in the inbox of the org that sent it, once per reader, however often and in whatever
order Mailjet reports it. Addresses at fault get no more email (`suppressions`).
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from shared.api.callers import is_secret
from shared.campaigns import stats
from shared.compliance import suppressions
from shared.compliance.suppressions import Bounced
from shared.gcp import logging
from shared.messages import mail
from shared.messages.alert_types import AlertType
from shared.messages.mail import Origin
from shared.messages.template.addresses import plain
from shared.notices import outbox, unsubscribe
from shared.notices.alert import DASHBOARD, Alert, worded
from shared.playbooks.problems import problem_lines
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.values.digests import hex_digest
from shared.values.email_address import EmailAddress

log = logging.get_logger(__name__)

USER = "mailjet"
MAX_WORDS = 200
ALERT_TYPE = AlertType.PLAYBOOK_FAILURE

_NOT_DELIVERED = frozenset({"bounce", "blocked", "spam"})
_AT_FAULT = frozenset({"recipient", "domain"})
"""Error categories for which another email to the address would fail too."""
_PASSING = frozenset({"quota exceeded", "greylisted", "duplicate in campaign"})

_json: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class Event(BaseModel):
    """One event, with Mailjet's field names; unneeded fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    event: str
    time: int = Field(ge=0, le=32_503_680_000)
    email: EmailAddress
    message_id: str = Field(alias="MessageID", min_length=1, max_length=64)
    payload: str = Field(default="", alias="Payload")
    custom_id: str = Field(default="", alias="CustomID")
    blocked: bool = False
    hard_bounce: bool = False
    error_related_to: str = ""
    error: str = ""
    comment: str = ""

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    @property
    def words(self) -> str:
        """The reason on one line. Other mail servers' replies are untrusted data."""
        if self.event == "spam":
            return "marked as spam"
        text = ": ".join(part for part in (self.error, self.comment) if part)
        return " ".join(plain(text).split())[:MAX_WORDS] or "no reason given"

    @property
    def is_the_address(self) -> bool:
        """Whether later email to the address would fail too."""
        if self.event == "spam" or self.hard_bounce or self.blocked:
            return True
        return self.event == "blocked" and self.error_related_to in _AT_FAULT and self.error not in _PASSING


def is_mailjet(authorization: tuple[str, str] | None, secret: str | None) -> bool:
    """Whether the call's credentials are the ones we gave Mailjet."""
    name, password = authorization or ("", "")
    return name == USER and is_secret(password, secret)


def receive(content: bytes, now: datetime) -> dict[str, int]:
    """Handles one call's events; returns how many there were of each kind.

    Malformed events are logged and counted as `malformed`, since a retry wouldn't help; events that fail are
    counted as `failed`. Neither affects the others.

    Raises:
        TransientError: some could not be handled now; Mailjet retries.
    """
    counted: Counter[str] = Counter()
    with Isolation("mail-events", remembers=False) as isolation:
        for number, raw in enumerate(_listed(content)):
            event = _parsed(raw)
            counted[event.event if event else "malformed"] += 1
            if event is not None:
                item = Item(f"events[{number}] of Mailjet's call: MessageID {event.message_id}")
                isolation.run(item, lambda event=event: _handle(event, now))  # type: ignore[misc]
    isolation.require_no_waiting()
    if isolation.counts.failed:
        counted["failed"] = isolation.counts.failed
    return dict(counted)


def _listed(content: bytes) -> list[JsonValue]:
    """Mailjet sends one event, or a list if its calls are grouped."""
    try:
        found = _json.validate_json(content)
    except ValidationError:
        return [None]
    return found if isinstance(found, list) else [found]


def _parsed(raw: JsonValue) -> Event | None:
    try:
        return Event.model_validate(raw)
    except ValidationError as error:
        log.warning("unreadable Mailjet event", extra={"reason": "; ".join(problem_lines(error))[:500]})
        return None


def _handle(event: Event, now: datetime) -> None:
    origin = mail.parse_origin(event.payload)
    if origin is not None and origin.campaign_id is not None:
        stats.note_event(event.event, event.custom_id, origin.org_id, origin.campaign_id, origin.playbook_id, now)
    if event.event in _NOT_DELIVERED:
        if event.is_the_address:
            lasting = event.event == "spam"
            suppressions.bounce(event.email, Bounced(at=event.at, reason=event.words, lasting=lasting))
        if origin is None:
            log.error(
                "an email that belongs to no org wasn't delivered",
                extra={"messageId": event.message_id, "reason": event.words},
            )
        else:
            _notify(event, origin, now)
    elif event.event == "unsub" and origin is not None:
        unsubscribe.stop(origin.subscription(event.email), now)


def _notify(event: Event, origin: Origin, now: datetime) -> None:
    """Notifies the org's inbox, once per email and reader."""
    with logging.bind(orgId=origin.org_id, executionId=origin.execution_id, playbookId=origin.playbook_id):
        log.error("an email wasn't delivered", extra={"messageId": event.message_id, "reason": event.words})
        which = hex_digest(f"{event.message_id}\n{event.email.lower()}")
        outbox.notify(origin.org_id, _alert(f"not-delivered-{which}", event, origin), now)


def _alert(alert_id: str, event: Event, origin: Origin) -> Alert:
    reader, words = event.email[:200], event.words
    title, text = f"An email to {reader} wasn't delivered", f"{words[:1].upper()}{words[1:].rstrip('.')}."
    if event.event == "spam":
        title, text = f"{reader} marked your email as spam", ""
        after = "We won't email this address again."
    elif event.is_the_address:
        after = (
            f"We won't email it for {suppressions.BOUNCE_COUNTS_FOR.days} days. Check that the address is right."
        )
    else:
        after = "We'll keep emailing it."
    return Alert(
        id=alert_id,
        type=ALERT_TYPE,
        key="not-delivered",
        message=worded(title, f"{text} {after}".strip()),
        severity="warning",
        playbook_id=origin.playbook_id,
        execution_id=origin.execution_id,
        # An email about a bounce would bounce as well.
        at_most=DASHBOARD,
    )
