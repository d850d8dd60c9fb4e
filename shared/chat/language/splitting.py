"""Splits a reading into its requests. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from shared.chat.language.claims import (
    continues,
    differs_in_recipients,
    happens,
    is_alert,
    is_command,
    is_scheduled,
    names,
    verbs_and_names,
)
from shared.chat.language.intents import compared_subjects, named_subjects, topics_of
from shared.chat.language.new_names import with_title_unread
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Claim, Reading, language
from shared.chat.language.reminders import JOINTS, is_reminder
from shared.chat.language.routes import as_delivery, channels_apart, people_apart
from shared.chat.understood import Channel

_STARTS = frozenset({"delivery", "adds", "polite", "verb", "topic"})
_COMMANDED = frozenset({"verb", "playbook", "pronoun"})
_STARTS_AFTER_A_JOINT = frozenset({"when", "event", "if", "question", "again"})
_STRONG_JOINTS = frozenset({*JOINTS} - {"and", ","})
_TIMES = ("when", "event")
_NAME_AND_VERB = ["playbook", "verb"]
_LAST = (*JOINTS, "but")
_COMPLETE = frozenset({"threshold", "bare_amount", "when", "event"})
_DETAILS = _COMPLETE | {"bare_clock", "delivery", "dropped", "switched", "name_it"}
_HAPPENING = frozenset({"event", "if", "polite", "of_thing"})
_THINGS = frozenset({"competitors", "of_thing", "segment", "threshold"})
_AND_TO = re.compile(r"\b(?P<joint>and|then|plus|also)\b(?P<between>[^,.;]{0,40}?)\bto\b", re.IGNORECASE)


def split_requests(reading: Reading) -> list[Reading]:
    """The reading, split where another request begins."""
    reading = _reminders_apart(people_apart(channels_apart(with_title_unread(reading))))
    if reading.of("event"):
        # "… but text me if anything is out" is an alert of its own.
        reading = replace(reading, claims=tuple(as_delivery(one) for one in reading.claims))
    claims = reading.claims
    for place in range(1, len(claims)):
        before, after = claims[:place], claims[place:]
        if _is_inside_unread(reading, after[0]):
            # "Not for orders under $50" stays whole: it is asked about.
            continue
        if _begins_another(reading, before, _until_the_next(reading, after)):
            first, rest = _cut(reading, before, after)
            return [first, *split_requests(rest)]
    return [reading]


def _is_inside_unread(reading: Reading, claim: Claim) -> bool:
    places = ((reading.message.find(text), len(text)) for text in reading.unread)
    return any(start < claim.start < start + size for start, size in places if start >= 0)


def _reminders_apart(reading: Reading) -> Reading:
    """ "Remind me at 9 of the inspection, and at 5 to send the papers": "remind me" is meant again after "and"."""
    remind = next((one for one in reading.claims if is_reminder(one)), None)
    whens = [one for one in reading.claims if one.category == "when"]
    for joint in _AND_TO.finditer(reading.message, remind.end if remind else len(reading.message)):
        start, end = joint.end("joint"), joint.end()
        times = "".join(one.words for one in whens if start <= one.start < end)
        is_only_time = joint["between"].replace(" ", "") == times.replace(" ", "")
        timed = any(one.start < start for one in whens) and any(one.start >= start for one in whens)
        if remind and is_only_time and timed:
            again = replace(remind, start=start, end=start, words="")
            claims = sorted((*reading.claims, again), key=lambda one: (one.start, one.end))
            return replace(reading, claims=tuple(claims))
    return reading


def _until_the_next(reading: Reading, claims: Sequence[Claim]) -> Sequence[Claim]:
    """The claims up to where another subject begins: "text me if it's over 12%, and sales at 9"."""
    for place in range(1, len(claims)):
        here = claims[:place]
        joints = {*_joints(reading, here[-1], claims[place])}
        if joints and not any(one.category == "topic" for one in here):
            rest = [one.category for one in claims[place : _end_of_clause(reading, claims, place)]]
            strong = bool(joints & _STRONG_JOINTS)
            # "At 5pm, sales": after a comma alone, a time may stand before what it is for.
            weak = _COMPLETE - {"when"} if joints == {","} else _COMPLETE
            # "Save it to Drive, and Slack me new products."
            ways = all(one.category == "delivery" and not one.value.people for one in here)
            complete = (
                strong or any(one.category in weak for one in here) or (ways and _names_recipients(claims[place]))
            )
            if complete and ("topic" in rest or (strong and "event" in rest)):
                return here
    return claims


def _names_recipients(claim: Claim) -> bool:
    return claim.category == "delivery" and bool(claim.value.people)


def _end_of_clause(reading: Reading, claims: Sequence[Claim], start: int) -> int:
    for place in range(start + 1, len(claims)):
        if claims[place - 1].category != "adds" and _joints(reading, claims[place - 1], claims[place]):
            return place
    return len(claims)


def _joints(reading: Reading, one: Claim, other: Claim) -> list[str]:
    """The joining words between two neighbors; "also" is a claim of its own."""
    said = ["also"] if other.category == "adds" else []
    return said + [word for word in _spaced(reading.message[one.end : other.start]) if word in JOINTS]


def _spaced(between: str) -> list[str]:
    """The words and marks between two claims."""
    for mark in ",.;!\n":
        between = between.replace(mark, f" {mark} ")
    return [word for word in between.casefold().split(" ") if word]


def _begins_another(reading: Reading, before: Sequence[Claim], after: Sequence[Claim]) -> bool:
    """Whether the claims after it are a separate request: another subject at its own time, a command, an event."""
    begins = after[0]
    between = reading.message[before[-1].end : begins.start].casefold()
    # "And after that".
    between += f" {begins.read}" if begins.category == "polite" else ""
    joint = "also" if begins.category == "adds" else _last_joint(between)
    joined = bool(joint) or any(mark in between for mark in JOINTS)
    unread = not joint and any(text.casefold() in between for text in reading.unread)
    adds_event = [part.category for part in after[:2]] == ["adds", "event"]
    # "When Blue Dream runs low, pause Gap Watch" is one command, and not for now.
    is_condition = {part.category for part in before} <= _HAPPENING and is_command(after)
    if unread or is_condition or (adds_event and {part.category for part in before} <= _COMMANDED):
        # "Run Gap Watch also when something sells out".
        return False
    timed = [any(part.category in _TIMES for part in half) for half in (before, after)]
    if (
        begins.category == "playbook"
        and joined
        and (verdict := _is_of_another_playbook(reading, before, after)) is not None
    ):
        return verdict
    one, other = named_subjects(before), named_subjects(after)
    inside = any(begins.words in text for text in reading.unread)
    one_more = begins.category == "again" and (one or any(part.category == "again" for part in before))
    if one_more and joined and not inside:
        return True
    starts = begins.category in _STARTS or (
        joined and begins.category in _STARTS_AFTER_A_JOINT and not begins.read.startswith("whether")
    )
    starts |= joined and begins.category in ("limit", "dropped") and bool(names(after))
    starts |= joined and all(timed) and _has_own_time(before, after)
    ways = [any(part.category == "delivery" for part in half) for half in (before, after)]
    starts |= joint in (";", ".") and begins.category in _THINGS and all((*timed, *ways))
    starts |= joined and begins.category == "threshold" and bool(compared_subjects(after[:1]))
    kinds = {part.category for part in before}
    is_change = is_command(before) or ("limit" in kinds and bool(names(before)))
    takes_its_place = begins.value == "replaces" and is_change and other and timed[1]
    if not starts or (begins.value == "replaces" and not takes_its_place):
        return False
    changes = is_command(before) or ("playbook" in kinds and bool(kinds & {*_DETAILS, "adds", "limit"}))
    if joined and changes and names(after) and not names(before) & names(after):
        # "Make Morning Numbers 7am and add Slack to Gap Watch."
        return True
    leads = next((part for part in after if part.category not in ("polite", "adds")), begins)
    if leads.category == "verb" and (joined or leads is begins) and is_command(after):
        if one and not names(after) and any(part.category == "if" for part in after[1:3]):
            # "… but skip it if the truck came" is a condition of what is asked for.
            return False
        return bool(one) or (joined and is_command(before))
    asks = "?" in reading.message[reading.start : begins.start]
    if other and not one and (is_command(before) or asks):
        edits = any(key_of(part.value) == "change" for part in before if part.category == "verb")
        return (joined or not edits) and (timed[1] or begins.category == "delivery")
    if any(is_reminder(one) for one in before) and not differs_in_recipients(before, after):
        asks_for = begins.category != "when" or any(mark in between for mark in _STRONG_JOINTS)
        return joined and all(timed) and bool(is_reminder(begins) or (asks_for and other))
    # "Thank them after each order, only for orders over $100".
    narrows = begins.category == "event" and begins.read.startswith(("only", "just", "but only", "but just"))
    return (joined or joint == "but") and not narrows and _is_other_work(reading, before, after, joint)


def _is_of_another_playbook(reading: Reading, before: Sequence[Claim], after: Sequence[Claim]) -> bool | None:
    """ "Move Morning Numbers to 7 and Gap Watch to 10", "Gummy Watch: pause. Gap Watch: resume." """
    kinds = [[part.category for part in half] for half in (before, after)]
    if all({*some} & _DETAILS for some in kinds):
        # "Don't send Gap Watch on Sundays" is one phrase.
        said = " ".join(part.words for part in before if part.category == "when").casefold()
        named = any(name.casefold() in said for name in reading.playbooks)
        return named or any(
            part.category == "playbook" or isinstance(part.value, tuple) for part in verbs_and_names(before)
        )
    return kinds[1][:2] == _NAME_AND_VERB if kinds[0][-2:] == _NAME_AND_VERB else None


def _has_own_time(before: Sequence[Claim], after: Sequence[Claim]) -> bool:
    """ "Watch Green Leaf daily, and Bay Street on fridays": another thing, with its time right behind it."""
    if one_topic := {*_subjects(before)} & {*_subjects(after)}:
        # "Low flower mondays at 8 and low edibles fridays at 8".
        things = [{repr(one.value) for one in half if one.category in _THINGS} for half in (before, after)]
        days = [any(one.category == "when" and one.value.has_days for one in half) for half in (before, after)]
        return len(one_topic) == 1 and all(days) and all(things) and not things[0] & things[1]
    kind, slots = after[0].category, [one.value for one in before if isinstance(one.value, tuple)]
    named = any(one.category == kind and (kind != "limit" or one.value[0] == "only") for one in before)
    named |= kind == "competitors" and any(isinstance(one[-1], tuple) for one in slots)
    is_thing = named and (kind in ("competitors", "of_thing") or (kind == "limit" and after[0].value[0] == "only"))
    return is_thing and len(after) > 1 and after[1].category == "when" and not named_subjects(after)


def _subjects(claims: Sequence[Claim]) -> list[str]:
    return named_subjects(claims) or compared_subjects(claims)


def _is_other_work(reading: Reading, before: Sequence[Claim], after: Sequence[Claim], joint: str) -> bool:
    """Whether it has another subject with its own time or channel, or other recipients."""
    if _has_own_time(before, after):
        return True
    timed = [any(part.category in _TIMES for part in half) for half in (before, after)]
    if timed[0] and any(continues(part) for part in after) and len(topics_of([*before, *after])) == 1:
        return False
    one, other = named_subjects(before) or compared_subjects(before), named_subjects(after)
    if timed[1] and not other:
        other = compared_subjects(after)
    if all(timed) and (not (one and other) or set(one) == set(other)) and differs_in_recipients(before, after):
        return True
    if all(timed) and one and any(is_reminder(part) for part in after[:2]):
        return True
    routes = [{part.value.channels for part in half if part.category == "delivery"} for half in (before, after)]
    by_event = any(part.category == "event" for part in after)
    if (joint != "but" or by_event) and one and other and not set(one) & set(other):
        first, second = ({way for some in half for way in some} for half in routes)
        if first and second and not first & second:
            return True
        at_once = [any(part.category == "if" or is_alert(part) for part in half) for half in (before, after)]
        if timed[1] or at_once[1]:
            told = any(part.category in ("delivery", "polite", "adds") for part in after[:3])
            return timed[0] or at_once[0] or (told and (by_event or len(topics_of(reading.claims)) > 1))
    if joint and happens(before) and is_scheduled(after) and not is_scheduled(before) and not happens(after):
        # "When usage hits 80% email me, and every 1st send the usage report".
        ways = [{way for some in half for way in some} for half in routes]
        return bool(other) or bool(ways[0] and ways[1] and ways[0] != ways[1])
    return _is_of_another_event(before, after, routes)


def _is_of_another_event(
    before: Sequence[Claim], after: Sequence[Claim], routes: Sequence[set[tuple[Channel, ...]]]
) -> bool:
    """Two events told on two ways; "text me when an order is over $500 and email me when it's over $1,000"."""
    events = [[part.value for part in half if part.category == "event"] for half in (before, after)]
    if "order.completed" in map(key_of, events[0]) and not events[1]:
        is_amount = any(part.category == "threshold" and part.value.unit == "usd" for part in after)
        return is_amount and bool(routes[1]) and not named_subjects(after)
    return all(events) and all(routes) and routes[0] != routes[1]


def _last_joint(between: str) -> str:
    """The joining word right before a request, ignoring harmless words; "" if there is none."""
    words = _spaced(between)
    while words and words[-1] not in _LAST and words[-1] in language().passed_over:
        words.pop()
    return words[-1] if words and words[-1] in _LAST else ""


def _cut(reading: Reading, before: Sequence[Claim], after: Sequence[Claim]) -> tuple[Reading, Reading]:
    border = after[0].start

    def part(claims: Sequence[Claim], *, is_first: bool) -> Reading:
        unread = tuple(text for text in reading.unread if (reading.message.find(text) < border) is is_first)
        operators = tuple(text for text in reading.operators if text in unread)
        return replace(reading, claims=tuple(claims), unread=unread, operators=operators)

    first = replace(part(before, is_first=True), message=reading.message[:border])
    return first, replace(part(after, is_first=False), start=border)
