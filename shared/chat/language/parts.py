"""A reading cut into its requests, and what is a part of one: a reminder's words, a second channel. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from shared.chat.language.people import keys
from shared.chat.language.reading import Claim, Reading, clause, language
from shared.chat.language.recipients import told_after_all
from shared.chat.understood import Road

_STARTS = frozenset({"delivery", "adds", "polite", "verb", "topic"})
_STARTS_AFTER_A_JOINT = frozenset({"when", "event", "if"})
_JOINTS = ("and", "plus", "also", "then", ";", ",", ".")
_MAX_MESSAGE = 300
_OPENINGS = ("to ", "that ", "about ", "of ", "and ")
_MARKS = " ,.:;!?()"


def requests_of(reading: Reading) -> list[Reading]:
    """The reading, cut where another request begins."""
    claims = reading.claims
    for place in range(1, len(claims)):
        before, after = claims[:place], claims[place:]
        if _begins_another(reading, before, after):
            first, rest = _cut(reading, before, after)
            return [first, *requests_of(rest)]
    return [reading]


def _begins_another(reading: Reading, before: Sequence[Claim], after: Sequence[Claim]) -> bool:
    """Whether what comes after is a request of its own: other work at its own time, a command, another event."""
    begins = after[0]
    between = reading.message[before[-1].end : begins.start].casefold()
    joined = any(mark in between for mark in _JOINTS) or begins.category == "adds"
    if any(text.casefold() in between for text in reading.unread):
        return False
    starts = begins.category in _STARTS or (joined and begins.category in _STARTS_AFTER_A_JOINT)
    if not starts or begins.value == "replaces":
        return False
    if begins.category == "verb" and any(one.category == "playbook" for one in after):
        commands = any(one.category == "verb" for one in before) and any(
            one.category == "playbook" for one in before
        )
        return bool(topics_of(before)) or (commands and joined)
    one, other = topics_of(before, every=True), topics_of(after, every=True)
    timed = [any(part.category in ("when", "event") for part in half) for half in (before, after)]
    if one and other and not set(one) & set(other) and timed[1] and joined:
        if timed[0]:
            return True
        told = any(part.category in ("delivery", "polite", "adds") for part in after[:3])
        weak = len(topics_of([*before, *after])) < 2
        return told and not weak and not any(is_reminder(part) for part in before)
    events = [[part.value for part in half if part.category == "event"] for half in (before, after)]
    roads = [{part.value.channels for part in half if part.category == "delivery"} for half in (before, after)]
    return joined and all(events) and all(roads) and roads[0] != roads[1]


def is_reminder(claim: Claim) -> bool:
    """Whether it is "remind me"."""
    return claim.read.startswith("remind")


def topics_of(claims: Iterable[Claim], *, every: bool = False) -> list[str]:
    """The topics of the claims; unless `every`, without those that only word a stronger one."""
    table = language().lexicon.data
    named = [keys(claim.value) for claim in claims if claim.category == "topic"]
    events = [keys(claim.value) for claim in claims if claim.category == "event"]
    named += [table["event_topics"][event] for event in events if event in table["event_topics"]]
    weak = {one for name in named for one in table["stronger"].get(name, "").split()}
    return [name for name in dict.fromkeys(named) if every or name not in weak]


def _cut(reading: Reading, before: Sequence[Claim], after: Sequence[Claim]) -> tuple[Reading, Reading]:
    border = after[0].start

    def part(claims: Sequence[Claim], *, is_first: bool) -> Reading:
        unread = tuple(text for text in reading.unread if (reading.message.find(text) < border) is is_first)
        operators = tuple(text for text in reading.operators if text in unread)
        return replace(reading, claims=tuple(claims), unread=unread, operators=operators)

    first = replace(part(before, is_first=True), message=reading.message[:border])
    return first, replace(part(after, is_first=False), start=border)


def with_message(reading: Reading) -> tuple[Reading, str | None, list[str]]:
    """What to remind of: the first stretch after "remind me" that is no time phrase; nothing in it is read.

    What follows another time and is not a time again, is left over.
    """
    remind = next((one for one in reading.claims if one.category in ("topic", "delivery") and _reminds(one)), None)
    if remind is None or any(one.category == "event" for one in reading.claims if one.start < remind.start):
        return reading, None, []
    borders = [one for one in reading.claims if one.start >= remind.end and _is_aside(one)]
    texts: list[str] = []
    start, kept = remind.end, reading
    for border in [*borders, None]:
        end = border.start if border else len(reading.message)
        words = reading.message[start:end].strip(_MARKS)
        plain = words
        for opening in _OPENINGS:
            plain = plain.removeprefix(opening)
        said = plain.casefold().split()
        if any(word.strip(_MARKS) not in language().passed_over for word in said) and said not in (["and"], ["to"]):
            texts.append(plain.strip(_MARKS))
            kept = replace(
                kept,
                claims=tuple(claim for claim in kept.claims if not start <= claim.start < end),
                unread=tuple(text for text in kept.unread if text not in words),
                operators=tuple(text for text in kept.operators if text not in words),
                corrections=tuple(one for one in kept.corrections if one.said not in words),
            )
        start = border.end if border else end
    return kept, texts[0][:_MAX_MESSAGE] if texts else None, texts[1:]


def _is_aside(claim: Claim) -> bool:
    """Whether it is no part of what to remind of: a time, "by text"."""
    return claim.category == "when" or (
        claim.category == "delivery" and claim.read.split()[0] in ("by", "via", "on")
    )


def _reminds(claim: Claim) -> bool:
    return "remind" in claim.read


def with_roads(reading: Reading) -> tuple[Reading, tuple[Road, ...], list[str]]:
    """ "… but text me only if it's over 15%": another channel than the first, and a limit right after it.

    Anything else that only the second channel is for ("text me only on sundays") is left over.
    """
    claims, roads, lost = [told_after_all(one) for one in reading.claims], [], []
    first: tuple[str, ...] = ()
    for claim in tuple(claims):
        if claim.category != "delivery" or not claim.value.channels or claim not in claims:
            continue
        if not first or claim.value.channels == first:
            first = claim.value.channels
            continue
        place = claims.index(claim)
        after = next((one for one in claims[place + 1 : place + 4] if one.category not in ("if", "pronoun")), None)
        if after is None:
            continue
        if after.category in ("threshold", "bare_amount"):
            words = reading.message[claim.start : after.end]
            told = {"channels": claim.value.channels, "people": claim.value.people}
            roads.append(Road(**told, threshold=after.value, words=words))
            del claims[place : claims.index(after) + 1]
        elif after.category in _NARROWING or _has_own_days(after, claims[:place]):
            lost.append(clause(reading.message, claim.start, after.end))
    return replace(reading, claims=tuple(claims)), tuple(roads), lost


_NARROWING = frozenset({"of_thing", "competitors", "limit", "event"})


def _has_own_days(when: Claim, before: Sequence[Claim]) -> bool:
    """ "Text me only on sundays", "by email on weekdays and by text on weekends"."""
    if when.category != "when":
        return False
    said = any(one.category == "when" and one.value.has_days for one in before)
    return bool(when.value.only or (said and when.value.has_days))


def own_times(reading: Reading) -> list[str]:
    """ "Green Leaf on mondays and Harvest House on thursdays": days of their own, which no schedule can say."""
    dated = [place for place, one in enumerate(reading.claims) if one.category == "when" and one.value.has_days]
    return [
        clause(reading.message, claim.start, claim.end)
        for place, claim in enumerate(reading.claims)
        if claim.category in ("competitors", "of_thing")
        and any(one < place for one in dated)
        and any(one in (place + 1, place + 2) for one in dated)
        and len(competitors_of(reading)) > 1
    ]


def slots_of(reading: Reading, *categories: str) -> list[Any]:
    """What the slots of phrases hold."""
    values = (value for category in categories for value in reading.of(category))
    return [part for value in values if isinstance(value, tuple) for part in value[1:]]


def competitors_of(reading: Reading) -> list[tuple[str, ...]]:
    """The competitors that are named, as they stand together."""
    named = [part for part in slots_of(reading, "topic", "event") if isinstance(part, tuple)]
    return [*reading.of("competitors"), *named]
