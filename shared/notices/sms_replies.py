"""Replies to texts: STOP and synonyms, START, HELP. Each is handled and answered once.

All orgs text from one number, so STOP applies to all of them (`shared.compliance.sms_opt_outs`). Messages are
recorded by the provider's id in `sms_replies/{hash}` for 30 days: repeated ones change and answer nothing. Replies
start no runs.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from shared.compliance import frequency, sms_opt_outs
from shared.errors import OutcomeUnknownError, PlaybookError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.settings import settings
from shared.gcp.transactions import in_transaction
from shared.messages.channels import blackleaf
from shared.messages.sms_text import plain
from shared.tenants.tenant import Tenant, find_reachable
from shared.values.digests import hex_digest
from shared.values.phone_number import PhoneNumber
from shared.values.text import clean, clean_text

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

log = logging.get_logger(__name__)

COLLECTION = "sms_replies"
KEPT_FOR = timedelta(days=30)
MAX_CHARS = 5_000
MAX_SHOP_CHARS = 40


class Keyword(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


_KEYWORDS = {
    **dict.fromkeys(
        ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"),
        Keyword.STOP,
    ),
    **dict.fromkeys(("start", "yes", "unstop"), Keyword.START),
    **dict.fromkeys(("help", "info"), Keyword.HELP),
}
_WORDS = re.compile(r"[^\W_]+")
_AROUND_A_STOP = re.compile(
    r"\b(?:please|pls|plz|thanks|now|me|all|any|more|sending|texting|texts|messaging|messages|these|this)\b"
)
"""Filler words around STOP that ask for nothing else."""


def _choices(*names: str) -> AliasChoices:
    return AliasChoices(*(form for name in names for form in (name, name[:1].lower() + name[1:])))


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _sent_at(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Accepts ISO 8601, RFC 2822 or seconds; otherwise None, because STOP counts whatever its timestamp says."""
    try:
        return read(value)
    except ValueError:
        try:
            return read(parsedate_to_datetime(str(value)))
        except (TypeError, ValueError):
            return None


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("found a blank text; expected a message")
    return text


class InboundText(BaseModel):
    """A message posted by the provider; unneeded fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sender: PhoneNumber = Field(validation_alias=_choices("From", "Sender"))
    body: Annotated[str, AfterValidator(_not_blank)] = Field(
        max_length=MAX_CHARS, validation_alias=_choices("Body", "Message", "Text")
    )
    message_id: Annotated[str, BeforeValidator(_number_as_text)] = Field(
        min_length=1, max_length=200, validation_alias=_choices("MessageSid", "MessageId", "SmsSid", "Id")
    )
    sent_at: Annotated[AwareDatetime | None, WrapValidator(_sent_at)] = Field(
        default=None, validation_alias=_choices("SentAt", "DateSent", "Timestamp", "ReceivedAt")
    )


def keyword_of(body: str) -> Keyword | None:
    """The keyword, if the message is just that, ignoring case and punctuation.

    STOP is read more generously, as the law requires: "please stop texting me" counts, and so does a first line
    with a signature below.
    """
    lines = [words for line in clean(body).casefold().splitlines() if (words := " ".join(_WORDS.findall(line)))]
    whole = " ".join(lines)
    meant = (" ".join(_AROUND_A_STOP.sub("", words).split()) for words in (whole, *lines[:1]))
    stops = any(_KEYWORDS.get(words) is Keyword.STOP for words in meant)
    return _KEYWORDS.get(whole) or (Keyword.STOP if stops else None)


def receive(message: InboundText, now: datetime) -> Keyword | None:
    """Handles the message and replies; None if it isn't a keyword.

    Raises:
        TransientError: it can't be handled now; the provider retries.
        PermanentError: the reply was refused; the request itself was handled.
    """
    keyword = keyword_of(message.body)
    if keyword is None:
        return None
    reference = firestore().collection(COLLECTION).document(hex_digest(message.message_id, digits=64))
    known = _note(reference, message, keyword, now)
    if keyword is not Keyword.HELP:
        source, stops = message.body.strip()[:50], keyword is Keyword.STOP
        sms_opt_outs.note_reply(message.sender, known["at"], source, stops=stops)
    log.info("handling a reply to a text", extra={"keyword": keyword.value, "messageId": message.message_id})
    # No reply to a repeated STOP, or to START from someone who is already in.
    if keyword is Keyword.HELP or known["wasOptedOut"] == (keyword is Keyword.START):
        _answer(reference, message.sender, keyword)
    return keyword


def _note(reference: DocumentReference, message: InboundText, keyword: Keyword, now: datetime) -> dict[str, Any]:
    """The state when the message first arrived, also for repeats."""
    fields = {
        "keyword": keyword.value,
        # A fast clock must not override later replies.
        "at": min(message.sent_at or now, now),
        "wasOptedOut": sms_opt_outs.has_opted_out(message.sender),
        "expireAt": now + KEPT_FOR,
    }

    def write(transaction: Transaction) -> dict[str, Any]:
        found = reference.get(transaction=transaction)
        if found.exists:
            return found.to_dict() or {}
        transaction.set(reference, fields)
        return fields

    return in_transaction(write, f"{COLLECTION}/{reference.id}")


def _answer(reference: DocumentReference, phone: str, keyword: Keyword) -> None:
    """Replies once: stores the intent first and takes it back only if the reply was certainly not sent."""

    def intend(transaction: Transaction) -> bool:
        if (reference.get(transaction=transaction).to_dict() or {}).get("answered"):
            return False
        transaction.update(reference, {"answered": True})
        return True

    if not in_transaction(intend, f"{COLLECTION}/{reference.id}"):
        return
    try:
        blackleaf.send(phone, plain(_words(phone, keyword)))
    except OutcomeUnknownError:
        log.warning("a reply may not have been answered", extra={"keyword": keyword.value})
    except PlaybookError:
        reference.update({"answered": False})
        raise


def _words(phone: str, keyword: Keyword) -> str:
    org = _shop_of(phone)
    # The name is cut to leave room for the required wording.
    shop = clean_text(org.name, MAX_SHOP_CHARS) if org else settings().email_from_name
    match keyword:
        case Keyword.STOP:
            return f"{shop}: You won't get any more texts from this number. Reply START to get them again."
        case Keyword.START:
            return f"{shop}: You'll get texts again. Reply STOP to opt out, HELP for help."
        case Keyword.HELP:
            contact = (org.owner_email if org else None) or settings().email_from
            return f"{shop}: For help, email {contact}. Reply STOP to opt out."


def _shop_of(phone: str) -> Tenant | None:
    org_id = frequency.last_org("sms", phone)
    return find_reachable(org_id) if org_id else None
