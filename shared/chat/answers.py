"""Answers that only make sense beside the question: what a bare "every time" or "the second one" means."""

from __future__ import annotations

import re
from typing import Any

from shared.chat.facts import Facts
from shared.chat.lookup import find_playbooks
from shared.chat.understanding import Intent, Understanding, Words
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
        match gap.about:
            case "message" if said.intent in _MAY_BE_WORDS and not said.message and not said.schedules:
                changes["message"] = _words(message)
            case "playbook" if said.playbook is None and (found := _named(message, pending, facts)):
                changes["playbook"] = found
            case "threshold" if said.threshold is None and _ALWAYS.search(message):
                changes["threshold"] = None
            case "event" if said.intent is Intent.CONFIRM or _ALWAYS.search(message):
                changes |= {"schedules": (), "events": ()}
            case "recipient" if not said.recipients:
                changes |= _recipients(message)
            case "channel" if not said.channels:
                named = tuple(name for name, words in _CHANNELS.items() if words.search(message))
                changes |= {"channels": named} if named else {}
            case _:
                continue
    if not changes:
        return pending
    settled = _settled(pending, changes)
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
        "channels": "channel",
    }
    gone = {by_field[name] for name in changes}
    return tuple(gap for gap in pending.unclear if gap.about not in gone)


def _recipients(message: str) -> dict[str, Any]:
    if _CUSTOMER.search(message):
        return {"recipients": ("customer",)}
    return {"recipients": ("me",)} if _ME.search(message) else {}


def _words(message: str) -> Words:
    text = " ".join(message.split())
    if len(text) > _MAX_WORDS:
        raise PermanentError(f"message: the words have {len(text)} characters; expected at most {_MAX_WORDS}")
    return text
