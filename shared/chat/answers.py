"""Answers that only make sense beside the question: what a bare "every time" or "the second one" means."""

from __future__ import annotations

import re
from typing import Any

from shared.chat.facts import Facts
from shared.chat.lookup import find_playbooks
from shared.chat.people import TO_CUSTOMERS
from shared.chat.understanding import Intent, Topic, Understanding, Words
from shared.errors import PermanentError

_MAX_WORDS = 300
_ALWAYS = re.compile(
    r"\b(every time|each time|always|any time|without (?:a )?condition|no condition|just tell)\b", re.I
)
_CUSTOMER = re.compile(r"\b(customers?|them|they|her|him|buyers?)\b", re.I)
_ME = re.compile(r"\b(me|us|myself|tell me)\b", re.I)
_HALF_OF_DAY = re.compile(r"(?:in the )?(?:[ap]\.?m\.?|morning|afternoon|evening)", re.I)
_PLACES = tuple(
    re.compile(rf"(?:the )?(?:{words})(?: one)?\W*", re.I)
    for words in ("first|1st|1", "second|2nd|2", "third|3rd|3", "fourth|4th|4")
)
_MAY_BE_WORDS = frozenset({Intent.ANSWER, Intent.UNCLEAR, Intent.CREATE, Intent.RUN, Intent.SHOW, Intent.CHANGE})
_AT_ONCE = frozenset({Intent.RESUME, Intent.DELETE})
"""Done now or not at all: asked about a day, a yes means now."""
_TOPICS = (
    (Topic.PRICE_WATCH, re.compile(r"\b(?:prices?|pricing)\b", re.I)),
    (Topic.COMPETITOR_REPORT, re.compile(r"\b(?:competit\w+|rivals?)\b", re.I)),
    (Topic.LOW_STOCK, re.compile(r"\b(?:stock|inventory)\b", re.I)),
    (Topic.SALES_SUMMARY, re.compile(r"\b(?:sales|revenue)\b", re.I)),
    (Topic.MENU_HEALTH, re.compile(r"\b(?:our |the )?menu\b", re.I)),
    (Topic.VIP_CUSTOMERS, re.compile(r"\bcustomers?\b", re.I)),
)
"""What one word means, where the question was what it is about."""
_CHANNELS = {
    "email": re.compile(r"\be-?mails?\b", re.I),
    "sms": re.compile(r"\b(text|texts|sms)\b", re.I),
    "dashboard": re.compile(r"\b(dashboard|inbox)\b", re.I),
    "slack": re.compile(r"\bslack\b", re.I),
    "drive": re.compile(r"\bdrive\b", re.I),
}


def whole_question(message: str, pending: Understanding | None) -> str:
    """The message, or where it only says which half of the day, the words asked about with it: "at 5" + "pm"."""
    if pending is None or not _HALF_OF_DAY.fullmatch(message.strip()):
        return message
    said = next((gap.said for gap in pending.unclear if gap.about == "schedule" and gap.said), "")
    return f"{said} {message.strip()}" if said else message


def answered(pending: Understanding, said: Understanding, message: str, facts: Facts) -> Understanding:
    """`pending` with what the message answers of its open questions; `said` is what the parser made of it.

    Only the answers that the parser cannot know without the question are read here.
    """
    changes: dict[str, Any] = {}
    for gap in pending.unclear:
        changes |= _words_for(gap.about, pending, said, message, facts)
        changes |= _yes_to(gap.about, pending, said, message)
    if not changes:
        return pending
    settled = _settled(pending, changes)
    if pending.intent in _AT_ONCE:
        settled = tuple(gap for gap in settled if gap.about != "schedule")
    return pending.model_copy(update={**changes, "unclear": settled})


def _named(message: str, pending: Understanding, facts: Facts) -> str | None:
    """The name of the playbook that the answer picks: by its words, or by its place in the question."""
    found = find_playbooks(message, facts.named_playbooks)
    if len(found) == 1:
        return found[0].name
    asked = find_playbooks(pending.playbook or "", facts.named_playbooks)
    place = next((place for place, words in enumerate(_PLACES) if words.fullmatch(message.strip())), None)
    return asked[place].name if place is not None and place < len(asked) else None


def _settled(pending: Understanding, changes: dict[str, Any]) -> tuple[Any, ...]:
    by_field = {
        "message": "message",
        "playbook": "playbook",
        "threshold": "threshold",
        "schedules": "event",
        "events": "event",
        "recipients": "recipient",
        "intent": "intent",
        "topic": "topic",
        "channels": "channel",
    }
    gone = {by_field[name] for name in changes}
    return tuple(gap for gap in pending.unclear if gap.about not in gone)


def _words_for(
    about: str, pending: Understanding, said: Understanding, message: str, facts: Facts
) -> dict[str, Any]:
    """What the words name that were asked for."""
    match about:
        case "message" if said.intent in _MAY_BE_WORDS and not said.message and not said.schedules:
            return {"message": _words(message)}
        case "playbook" if said.playbook is None and (found := _named(message, pending, facts)):
            return {"playbook": found}
        case "topic" if said.topic is None and (topic := _topic(message)):
            return {"topic": topic}
        case "recipient" if not said.recipients:
            return _recipients(message, pending.topic)
        case "channel" if not said.channels:
            named = tuple(name for name, words in _CHANNELS.items() if words.search(message))
            return {"channels": named} if named else {}
    return {}


def _yes_to(about: str, pending: Understanding, said: Understanding, message: str) -> dict[str, Any]:
    """What a yes, or an "every time", settles."""
    is_yes, always = said.intent is Intent.CONFIRM, _ALWAYS.search(message) is not None
    match about:
        case "threshold" if said.threshold is None and always:
            return {"threshold": None}
        case "event" if is_yes or always:
            return {"schedules": (), "events": ()}
        case "intent" if is_yes and pending.intent is Intent.CREATE:
            return {"intent": Intent.CREATE}
        case "schedule" if is_yes and pending.intent in _AT_ONCE:
            return {"schedules": ()}
    return {}


def _topic(message: str) -> Topic | None:
    return next((topic for topic, words in _TOPICS if words.search(message)), None)


def _recipients(message: str, topic: Topic | None) -> dict[str, Any]:
    if topic in TO_CUSTOMERS and _CUSTOMER.search(message):
        return {"recipients": ("customer",)}
    return {"recipients": ("me",)} if _ME.search(message) else {}


def _words(message: str) -> Words:
    text = " ".join(message.split())
    if len(text) > _MAX_WORDS:
        raise PermanentError(f"message: the words have {len(text)} characters; expected at most {_MAX_WORDS}")
    return text
