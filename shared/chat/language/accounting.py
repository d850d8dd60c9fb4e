"""Decides which phrases of a message count.

What is taken back later in the message and clauses that only give a reason don't count. A phrase that was read but
changes nothing in the request counts as not read. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from shared.chat.language.phrases import key_of, replaced
from shared.chat.language.reading import Claim, Reading, language
from shared.chat.language.when import DAYS, EVERY_DAY, When
from shared.chat.understood import Intent, Request, Threshold

_SO = re.compile(
    r"[\s,;.]so\b(?! (?:that|far|much|many|i can|we can|they can|i know|we know|on)\b)[\s,]+", re.IGNORECASE
)
_BECAUSE = re.compile(r"[\s,;.](?:because|bc|cuz|cause|as i|as we|since (?:i|we|it|that|they))\b", re.IGNORECASE)
_PURPOSE = re.compile(r"[\s,;.]so (?:that )?(?:i|we|they|she|he|(?:the|my|our) \w+) (?:can|could)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.;!\n]|, (?:so|and|but|please)\b")
_REQUESTS = frozenset(
    {"delivery", "verb", "event", "adds", "playbook", "if", "limit", "threshold", "negated", "question", "dropped"}
)
_ASKS = frozenset({"delivery", "topic", "verb", "event"})
_TIMES = frozenset({"when", "bare_clock"})
_REACH_BACK = 5
"""Phrases: how far back "no wait" reaches for what it takes back."""
_REPLACEABLE = frozenset(
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
_COUNTED = frozenset(
    {"when", "bare_clock", "topic", "event", "threshold", "bare_amount", "delivery", "dropped", "switched", "limit"}
    | {"competitors", "of_thing", "segment", "period", "top", "quote", "cannot", "question", "any_found"}
)
"""Categories that must have an effect; the others are only wording."""
_MADE = frozenset({Intent.CREATE, Intent.CHANGE, Intent.COPY, Intent.RUN})
_NAMING = ("name_it", "again")
_FEW_DAYS = 2
_OF_AMOUNTS = ("too much", "too high", "too low", "too many", "too little")
_FEW_WORDS = 3
_GREETING = frozenset({"yes", "polite", "smalltalk"})


def without_effect(reading: Reading, request: Request, request_of: Callable[[Reading], Request]) -> list[str]:
    """The phrases without which `request_of` makes the same request of the reading."""
    if request.intent not in _MADE or (request.name and request.intent is not Intent.CREATE):
        return []
    known = _plain(request)
    texts = f" {' '.join((*request.unread, request.message or '', request.name or '')).casefold()} "
    seen: list[tuple[str, Any]] = []
    found = []
    for claim in reading.claims:
        kind = (claim.category, claim.value)
        if (
            claim.category not in _COUNTED
            or kind in seen
            or _appears_in(claim, texts)
            or _is_covered(claim, request)
        ):
            continue
        seen.append(kind)
        others = tuple(one for one in reading.claims if (one.category, one.value) != kind)
        if _plain(request_of(replace(reading, claims=others))) == known:
            found.append(claim.words)
    return found


def _plain(request: Request) -> Any:
    """The request's fields without the words they came from."""
    return _wordless(request.model_dump(exclude={"unread", "must_ask"}))


def _wordless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _wordless(one) for name, one in value.items() if name != "words"}
    return [_wordless(one) for one in value] if isinstance(value, list | tuple) else value


def _appears_in(claim: Claim, texts: str) -> bool:
    """Whether its words are part of the reminder's text, the name or the unread words."""
    words = [one for one in claim.words.casefold().split() if one not in language().passed_over]
    return all(one in texts for one in words or [claim.words.casefold()])


def _is_covered(claim: Claim, request: Request) -> bool:
    """Whether another phrase already says the same."""
    match claim.category:
        case "topic" | "question":
            return _is_part_of_topic(key_of(claim.value), request)
        case "event":
            # "At 8, if anything is low on stock": a report on low stock is only sent if something is low.
            brings = language().lexicon.data["event_topics"].get(key_of(claim.value))
            joined = claim.value[1:] if isinstance(claim.value, tuple) else ()
            return "if" in joined and bool(request.whens) and brings in (request.topic, *request.topics)
        case "when" if claim.read == "daily" or claim.value.is_now:
            # "A report of daily sales every month".
            return True
        case "when":
            return _is_timed(claim.value, request.whens)
        case "bare_clock":
            # "The gummy one".
            return not any(letter.isdigit() for letter in claim.words) or _is_timed(claim.value, request.whens)
        case "delivery":
            ways = {*request.channels, *(way for route in request.routes for way in route.channels)}
            people = {*request.people, *(person for route in request.routes for person in route.people)}
            kinds = {"me", *(one.kind for one in people)}
            told = all(one in people or one.kind in kinds for one in claim.value.people)
            return told and {*claim.value.channels} <= ways
        case "quote":
            return str(claim.value) in (request.message, request.name)
        case "limit":
            # "Not the whole staff, only me".
            return bool(claim.value[1] == "people" and request.people)
        case "segment":
            segments = language().lexicon.data["topic_segments"]
            return key_of(claim.value) in (request.segment, segments.get(request.topic or ""))
    return False


def _is_part_of_topic(key: str, request: Request) -> bool:
    """Whether another topic includes it or only uses its words."""
    table = language().lexicon.data
    topic = table["question_topics"].get(key, key)
    named = [one for one in (request.topic, *request.topics) if one]
    words = {*table["words"]["wordings"], *table["topic_segments"], *table["words"]["figures"]}
    covered = {one for name in named for one in table["covers"].get(name, "").split()}
    weaker = {one for name in named for one in table["stronger"].get(name, "").split()}
    return topic in named or topic in covered or topic in words & weaker


def _is_timed(said: When, whens: Iterable[When]) -> bool:
    """Whether the schedules have each of its fields, or have narrowed "every day" to some days."""
    fields = {name: value for name, value in said.set_fields.items() if name not in ("single", "only", "vague")}
    every = [one.set_fields for one in whens]

    def is_there(name: str, value: Any) -> bool:
        values = [one.get(name) for one in every]
        if isinstance(value, tuple):
            return any(one is not None and {*value} <= {*one} for one in values)
        return value in values

    narrowed = any(
        one.get("only") or any(name.startswith("but_") for name in one) or len(one.get("weekdays", ())) > _FEW_DAYS
        for one in every
    )
    days = {"weekdays", "every", "unit"}
    wide = said.weekdays == EVERY_DAY or {*fields} <= {"every", "unit"}
    return all(is_there(name, value) or (wide and name in days and narrowed) for name, value in fields.items())


def without_retracted(reading: Reading) -> Reading:
    """ "Every Monday at 8, no wait, Tuesday": without what is taken back, if the same kind of phrase follows."""
    claims = list(reading.claims)
    for link, after in pairwise(reading.claims):
        if link.category != "no" and (link.category, link.value) != ("polite", "wait"):
            continue
        between = reading.message[link.end : after.start]
        if "not" in link.read.split() and any(text in between for text in reading.unread):
            # "Don't write to anyone twice a month" takes nothing back.
            continue
        earlier = claims[: claims.index(link)] if link in claims else []
        likely = [one for one in reversed(earlier[-_REACH_BACK:]) if _replaces(one, after)]
        before = max(likely, key=lambda one: _shared_fields(one, after), default=None)
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
        if after.category in _TIMES:
            claims[claims.index(after)] = replace(after, value=replaced(before.value, after.value))
            for one in (before, link):
                # The words that are taken back are no part of a reminder's text either.
                claims[claims.index(one)] = replace(one, category="when", value=When())
            continue
        claims.remove(before)
        claims.remove(link)
    return replace(reading, claims=tuple(claims))


def _shared_fields(before: Claim, after: Claim) -> int:
    """ "At 8 every morning, well, 8:15" takes back the 8, not the morning."""
    both = before.category == after.category == "when"
    return len(before.value.set_fields.keys() & after.value.set_fields.keys()) if both else 0


def _replaces(before: Claim, after: Claim) -> bool:
    if before.category == "verb" and after.category == "playbook":
        return isinstance(before.value, tuple) and before.value[-1] != after.value
    if before.category != "when" or after.category not in _TIMES:
        return before.category == after.category and after.category in _REPLACEABLE
    days, times = {*DAYS}, {"times", "parts", "window"}
    return any(
        fields & before.value.set_fields.keys() and fields & after.value.set_fields.keys()
        for fields in (days, times)
    )


def without_background(reading: Reading) -> Reading:
    """Without clauses that only give a reason; their words count as unused.

    A time in such a clause stays if the request has none: "I'm in at 8, so text me the sales then".
    """
    for start, end in _clauses(reading):
        inside = [one for one in reading.claims if start <= one.start and one.end <= end]
        others = [one for one in reading.claims if one not in inside]
        if _is_background(inside) and _is_complete(others, inside):
            left, words = reading.without(start, end), reading.message[start:end].strip(" ,.;!")
            reading = replace(left, claims=tuple(others), unread=(*left.unread, words))
    return reading


def _clauses(reading: Reading) -> list[tuple[int, int]]:
    """The start and end of each clause that may only give a reason or a purpose."""
    message = reading.message
    found = [(0, match.start()) for match in list(_SO.finditer(message))[:1]]
    for match in (*_BECAUSE.finditer(message), *_PURPOSE.finditer(message)):
        border = _ENDS.search(message, match.end())
        found.append((match.start(), border.start() if border else len(message)))
    return found


def _is_background(inside: list[Claim]) -> bool:
    # "My manager quit, so …": somebody has done it.
    kinds = {one.category for one in inside if one.category != "verb" or one is inside[0]}
    leaves_out = any(one.category == "when" and one.value.but_weekdays for one in inside)
    return bool(kinds & {"when", "bare_clock", "topic", "period"}) and not kinds & _REQUESTS and not leaves_out


def _is_complete(others: list[Claim], inside: list[Claim]) -> bool:
    """Whether the rest is a request with a topic and times of its own."""
    kinds, told = {one.category for one in others}, {one.category for one in inside}
    timed = "event" in kinds or all(
        _has(name, others) or not _has(name, inside) for name in ("has_time_of_day", "has_days")
    )
    own_topic = "topic" not in told or bool(kinds & {"topic", "event", "playbook"})
    asks = bool(kinds & _ASKS or {"playbook", "when"} <= kinds or (others and kinds <= _TIMES))
    return asks and timed and own_topic


def _has(name: str, claims: list[Claim]) -> bool:
    """Whether one of the times has the property of When."""
    return any(getattr(one.value, name) for one in claims if one.category in _TIMES)


def without_opening_now(reading: Reading) -> Reading:
    """ "Cool. Now only for vapes" runs nothing: "now" begins a sentence there, and does not end one."""

    def opens(claim: Claim) -> bool:
        before, after = reading.message[: claim.start].rstrip(" ,"), reading.message[claim.end :].strip(" .!")
        begins = all(one.category in _GREETING for one in reading.claims if one.start < claim.start)
        return claim.read == "now" and bool(after) and (begins or before.endswith((".", "!", ";")))

    return replace(reading, claims=tuple(one for one in reading.claims if not opens(one)))


def without_pronoun_one(reading: Reading) -> Reading:
    """ "The price one" is no time of day."""
    if len(reading.message.split()) < _FEW_WORDS:
        return reading
    kept = tuple(one for one in reading.claims if (one.category, one.read) != ("bare_clock", "one"))
    return replace(reading, claims=kept)


def with_amount_instead(reading: Reading) -> Reading:
    """ "Too much, 12": a number beside "too high" is an amount, and no time."""
    if not any(one.read.endswith(_OF_AMOUNTS) for one in reading.claims if one.category == "polite"):
        return reading

    def amount(claim: Claim) -> Claim:
        number = claim.words.strip()
        is_bare = claim.category == "bare_clock" and number.isdecimal()
        return replace(claim, category="bare_amount", value=Threshold(value=float(number))) if is_bare else claim

    return replace(reading, claims=tuple(map(amount, reading.claims)))
