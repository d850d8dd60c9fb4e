"""The words of a reminder: "remind me every Friday to count the safe"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.chat.grammar.normalise import Text
from shared.chat.grammar.schedule import scan
from shared.chat.grammar.tokens import Clock, Every, PartOfDay, Token, Zone

_REMIND = re.compile(r"\b(?:remind|reminder)\b")
_TO = re.compile(r"\b(?:to|that|about|of|saying)\b")
_GLUE = re.compile(r"(?:[\s,@]|at|on|and|in|by|the|please|thanks|thx|around|time)*+[.!?]*+\s*")
_BY = re.compile(
    r"[\s,]*(?:(?:by|via|with an?|through|in|on|over)\s+(?:an?\s+)?(?:text(?: message)?|email"
    r"|sms|slack|the dashboard|the app|my inbox)|please|thanks|thank you|thx|pls)[\s.!]*$"
)
_EVENT = re.compile(r"\s+(?:when(?:ever)?|if|as soon as|every time|each time|once|after (?:each|every))\b")


@dataclass(frozen=True)
class Reminder:
    """The message and its place in `low`."""

    message: str | None
    span: tuple[int, int]


def find_reminder(text: Text, events: Sequence[tuple[int, int]]) -> Reminder | None:
    """The reminder of a normalised text, if it is one; `events` are the places of events in it."""
    remind = _REMIND.search(text.low)
    if remind is None:
        return None
    tokens = scan(text.low)
    start = _message_start(text.low, remind.end(), tokens)
    if start is None:
        return Reminder(None, remind.span())
    end = min((begin for begin, _ in events if begin > start), default=len(text.low))
    end = _without_way(text.low, start, end)
    head = [token for token in tokens if token.end <= start]
    end = _without_schedule(text.low, start, end, head, [token for token in tokens if start <= token.start < end])
    end = _without_way(text.low, start, end)
    words = text.said(start, end).strip(" ,.!;:\"'")
    return Reminder(words or None, (start, end))


def _message_start(low: str, place: int, tokens: Sequence[Token]) -> int | None:
    for match in _TO.finditer(low, place):
        inside = any(token.start <= match.start() < token.end for token in tokens)
        if not inside and not re.match(r"\s+(?:me|us|the team|staff)\b", low[match.end() :]):
            return match.end()
    return None


def _without_way(low: str, start: int, end: int) -> int:
    while (match := _BY.search(low[start:end])) is not None:
        end = start + match.start()
    return end


def _without_schedule(low: str, start: int, end: int, head: Sequence[Token], tail: Sequence[Token]) -> int:
    """Where the message ends: before a schedule at its end, unless the sentence had one before it."""
    cut = end
    for token in reversed(tail):
        if not _GLUE.fullmatch(low[token.end : cut]) or not _may_belong(token, head):
            if token.start < cut <= token.end or token.start >= cut:
                continue
            break
        cut = token.start
    trailing = re.search(r"[\s,]*\b(?:at|on|by|in|every|each|@)?\s*$", low[start:cut])
    return start + trailing.start() if trailing and cut < end else cut


def _may_belong(token: Token, head: Sequence[Token]) -> bool:
    has_time = any(isinstance(one, Clock | Every) for one in head)
    if not head:
        return True
    return not has_time and isinstance(token, Clock | PartOfDay | Zone)
