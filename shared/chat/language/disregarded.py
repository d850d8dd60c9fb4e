"""What of a message doesn't count: what was taken back later in it, and clauses that only tell why. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from shared.chat.language.phrases import replaced
from shared.chat.language.reading import Claim, Reading
from shared.chat.language.when import DAYS, When

_SO = re.compile(
    r"[\s,;.]so\b(?! (?:that|far|much|many|i can|we can|they can|i know|we know|on)\b)[\s,]+", re.IGNORECASE
)
_BECAUSE = re.compile(r"[\s,;.](?:because|bc|cuz|cause|as i|as we|since (?:i|we|it|that|they))\b", re.IGNORECASE)
_ENDS = re.compile(r"[.;!\n]|, (?:so|and|but|please)\b")
_REQUESTS = frozenset(
    {"delivery", "verb", "event", "adds", "playbook", "if", "limit", "threshold", "negated", "question", "dropped"}
)
_ASKS = frozenset({"delivery", "topic", "verb", "event"})
_TAKEN_BACK = 5
"""How far behind "no wait" the thing may stand that it takes back, in phrases."""
_EXCHANGED = frozenset(
    {
        "topic",
        "event",
        "delivery",
        "competitors",
        "of_thing",
        "threshold",
        "bare_amount",
        "playbook",
        "period",
        "limit",
    }
)


def without_slips(reading: Reading) -> Reading:
    """ "Every Monday at 8, no wait, Tuesday": what was taken back is gone, where the same kind of thing follows."""
    claims = list(reading.claims)
    for link, after in pairwise(reading.claims):
        if link.category != "no" and (link.category, link.value) != ("polite", "wait"):
            continue
        between = reading.message[link.end : after.start]
        if "not" in link.read.split() and any(text in between for text in reading.unread):
            # "Don't write to anyone twice a month" takes nothing back.
            continue
        earlier = claims[: claims.index(link)] if link in claims else []
        likely = [one for one in reversed(earlier[-_TAKEN_BACK:]) if _is_instead(one, after)]
        before = max(likely, key=lambda one: _alike(one, after), default=None)
        if before is None or after not in claims:
            continue
        if before.category == "verb":
            # "Pause Gap Watch, no, Gummy Watch".
            claims[claims.index(before)] = replace(before, value=(before.value[0], after.value))
            claims.remove(link)
            claims.remove(after)
            continue
        if after.category == "delivery":
            # "Text the buyer, sorry, an email": still the buyer.
            told = after.value._replace(
                people=after.value.people or before.value.people,
                channels=after.value.channels or before.value.channels,
            )
            claims[claims.index(after)] = replace(after, value=told)
        if after.category in ("when", "bare_clock"):
            claims[claims.index(after)] = replace(after, value=replaced(before.value, after.value))
            for one in (before, link):
                # What is taken back still is no part of what to remind of.
                claims[claims.index(one)] = replace(one, category="when", value=When())
            continue
        claims.remove(before)
        claims.remove(link)
    return replace(reading, claims=tuple(claims))


def _alike(before: Claim, after: Claim) -> int:
    """ "At 8 every morning, well, 8:15" takes the 8 back, and not the morning."""
    both = before.category == after.category == "when"
    return len(before.value.set_fields.keys() & after.value.set_fields.keys()) if both else 0


def _is_instead(before: Claim, after: Claim) -> bool:
    if before.category == "verb" and after.category == "playbook":
        return isinstance(before.value, tuple) and before.value[-1] != after.value
    if before.category != "when" or after.category not in ("when", "bare_clock"):
        return before.category == after.category and after.category in _EXCHANGED
    days, times = {*DAYS}, {"times", "parts", "window"}
    return any(
        fields & before.value.set_fields.keys() and fields & after.value.set_fields.keys()
        for fields in (days, times)
    )


def without_background(reading: Reading) -> Reading:
    """Without what is only told; it is among the words that were not used.

    A time that is told stays where the request has none: "I'm in at 8, so text me the sales then".
    """
    for start, end in _clauses(reading):
        inside = [one for one in reading.claims if start <= one.start and one.end <= end]
        others = [one for one in reading.claims if one not in inside]
        if _is_told(inside) and _is_complete(others, inside):
            words = reading.message[start:end].strip(" ,.;!")
            kept = tuple(one for one in reading.unread if one not in words)
            operators = tuple(one for one in reading.operators if one not in words)
            reading = replace(reading, claims=tuple(others), unread=(*kept, words), operators=operators)
    return reading


def _clauses(reading: Reading) -> list[tuple[int, int]]:
    """Where what may only be told begins and ends."""
    message = reading.message
    found = [(0, match.start()) for match in list(_SO.finditer(message))[:1]]
    for match in _BECAUSE.finditer(message):
        border = _ENDS.search(message, match.end())
        found.append((match.start(), border.start() if border else len(message)))
    return found


def _is_told(inside: list[Claim]) -> bool:
    # "My manager quit, so …": somebody has done it.
    kinds = {one.category for one in inside if one.category != "verb" or one is inside[0]}
    leaves_out = any(one.category == "when" and one.value.but_weekdays for one in inside)
    return bool(kinds & {"when", "bare_clock", "topic", "period"}) and not kinds & _REQUESTS and not leaves_out


def _is_complete(others: list[Claim], inside: list[Claim]) -> bool:
    """Whether the rest says by itself what is told here as well."""
    kinds, told = {one.category for one in others}, {one.category for one in inside}
    own_times = "event" in kinds or all(
        has(others) or not has(inside) for has in (_has_times, _has_days) if told & {"when", "bare_clock"}
    )
    own_topic = "topic" not in told or bool(kinds & {"topic", "event", "playbook"})
    return bool(kinds & _ASKS) and own_times and own_topic


def _has_times(claims: list[Claim]) -> bool:
    whens = [one.value for one in claims if one.category in ("when", "bare_clock")]
    return any(one.times or one.parts or one.window or one.vague or one.unit in ("minute", "hour") for one in whens)


def _has_days(claims: list[Claim]) -> bool:
    return any(one.value.has_days for one in claims if one.category == "when")
