"""What a model may add to a request: only what the message says in so many words, from closed lists.

Every recipient, number and text has to be in the message; a competitor has to be one of the org's, too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Any, Literal

from pydantic import Field

from shared.chat.language.names import Names, plain
from shared.chat.language.reading import language, read
from shared.chat.language.understanding import requests_of
from shared.chat.topics.topic import TOPICS
from shared.chat.understood import ChatModel, Event, Intent, Person, Request

_Listed = Literal["question", "playbook", "period", "topic", "event", "channel", "competitor", "segment"]
Kind = Literal[_Listed, "time", "threshold", "recipient", "product", "message"]
_CHANNELS = ("email", "sms", "dashboard", "slack", "drive")
_ROLES = ("me", "owner", "staff", "customer")
_NUMBER = re.compile(r"\d{1,9}")
_FIELDS_READ_AGAIN = {"time": "whens", "threshold": "thresholds"}
MAX_CLAIMS, MAX_SPAN = 20, 300


class Claim(ChatModel):
    """One thing that the message says: its kind, its value, and the words that say it."""

    kind: Kind
    value: str = Field(max_length=MAX_SPAN)
    """From the closed list of its kind; a time or a threshold in plain English ("every monday at 8am")."""
    span: str = Field(max_length=MAX_SPAN)


class Claims(ChatModel):
    """A model's whole answer."""

    claims: tuple[Claim, ...] = Field(default=(), max_length=MAX_CLAIMS)


def completed(request: Request, claims: Sequence[Claim], message: str, names: Names) -> Request:
    """The request with valid claims put into its empty fields; the words of these claims count as read."""
    for claim in sorted(claims, key=lambda one: one.kind != "question"):
        if not stands_in(claim.span, message):
            continue
        fields = _fields(claim, request, names)
        if fields is None or any(getattr(request, name) for name in fields):
            continue
        left = {name: _still_unread(getattr(request, name), claim.span) for name in ("unread", "must_ask")}
        request = request.model_copy(update={**fields, **left})
    if request.question:
        return request.model_copy(update={"intent": Intent.ASK})
    if request.topic and request.intent in (Intent.UNCLEAR, Intent.ANSWER):
        request = request.model_copy(update={"intent": Intent.CREATE})
    return request


def stands_in(words: str, message: str) -> bool:
    """Whether the message has these words in a row, and not only inside longer words."""
    wanted, there = " ".join(plain(words)), " ".join(plain(message))
    return bool(wanted) and f" {wanted} " in f" {there} " and words.strip().casefold() in _spaced(message)


def _spaced(message: str) -> str:
    return " ".join(message.casefold().split())


def _still_unread(unread: Sequence[str], span: str) -> tuple[str, ...]:
    """What is still unread, without the span; harmless words alone don't count."""
    harmless = language().passed_over
    said = _spaced(span)
    parts = (part.strip() for text in unread for part in _spaced(text).replace(said, "\n").split("\n"))
    kept = (part for part in parts if {*plain(part)} - harmless)
    return tuple(unread) if all(said not in _spaced(text) for text in unread) else tuple(kept)


def _fields(claim: Claim, request: Request, names: Names) -> dict[str, Any] | None:
    """The fields that the claim fills in; None if it is not valid."""
    value, closed = claim.value, _closed(claim.kind, names)
    if closed is not None and value not in closed:
        return None
    match claim.kind:
        case "question":
            # Valid only if nothing was asked for that changes anything.
            said = request.whens or request.events or request.channels or request.topic
            return None if said or request.intent is not Intent.UNCLEAR else {"question": value}
        case "playbook" | "period":
            # Only for a question: what is changed is what the person named.
            return {claim.kind: value} if request.question else None
        case "time" | "threshold":
            return _read_again(claim, names)
        case "recipient":
            return _recipient(claim, request)
        case "product" | "message" if "{{" in value or not stands_in(value, claim.span):
            return None
        case "event":
            return {"events": (Event(name=value),)}
        case "channel" | "competitor" | "product":
            return {f"{claim.kind}s": (value,)}
    return {claim.kind: value}


def _closed(kind: Kind, names: Names) -> Container[str] | None:
    """The closed list of a kind's values, if it has one."""
    data = language().lexicon.data
    lists: dict[str, Container[str]] = {
        "question": data["asking"]["answers"],
        "playbook": names.playbooks,
        "topic": TOPICS,
        "channel": _CHANNELS,
        "competitor": names.competitors,
    }
    return lists.get(kind, data["phrases"][kind] if kind in ("period", "event", "segment") else None)


def _read_again(claim: Claim, names: Names) -> dict[str, Any] | None:
    """A time or a threshold, read by the grammar; each of its numbers has to be in the span."""
    numbers = {str(value) for word, value in language().lexicon.numbers.items() if word in plain(claim.span)}
    if not {*_NUMBER.findall(claim.value)} <= numbers | {*_NUMBER.findall(claim.span)}:
        return None
    said, name = read(claim.value, names), _FIELDS_READ_AGAIN[claim.kind]
    found = getattr(requests_of(said)[0], name)
    return None if said.unread or not found else {name: found}


def _recipient(claim: Claim, request: Request) -> dict[str, Any] | None:
    """Somebody of the org, or an address in the message; writing to customers is asked about, never guessed."""
    if claim.value in _ROLES:
        writes = bool(request.topic and TOPICS[request.topic].writes_to_customers)
        return {"people": (Person(kind=claim.value),)} if claim.value != "customer" or writes else None
    if not stands_in(claim.value, claim.span):
        return None
    kind: Literal["email", "unknown"] = "email" if "@" in claim.value else "unknown"
    return {"people": (Person(kind=kind, value=claim.value),)}
