"""Times of day: "8am", "half past seven", "17:45", "at 8 and 17", "10 at night"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from shared.chat.grammar.tokens import (
    Ask,
    Clock,
    Days,
    Meridiem,
    Part,
    PartOfDay,
    Rule,
    Start,
    Token,
    Window,
    asking,
)

USUAL: dict[Part, int] = {"morning": 9, "noon": 12, "afternoon": 14, "evening": 18, "night": 21}
"""The hour that a part of the day means where no time is said."""

_H = r"(?:2[0-4]|[01]?\d)"
_PARTS = r"(?:in the (?:early |late )?|at |in )(?P<{0}>morning|afternoon|evening|night)"
_AFTER = (
    r"(?![\d%:/]|\.\d|[-–]\d| ?(?:st|nd|rd|th)\b|-(?:day|hour|minute|week)"
    r"|\s+(?:or (?:more|less|fewer)|units?|items?|left|stores?|shops?|locations?|places?"
    r"|competitors?|products?|customers?"
    r"|people|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|dollars?|bucks?|cents?|usd"
    r"|each\b|orders?|times?\b"
    r"|biggest|top|best|closest|nearest|percent)\b)"
)


def core(name: str) -> str:
    """The pattern of one time; its groups are prefixed with `name`."""
    return (
        rf"(?:(?:12 )?(?P<{name}word>noon|midday|midnight)"
        rf"|(?P<{name}rel>half|quarter|5|10|20|25)(?: minutes?)? (?P<{name}dir>past|after|to|before"
        rf"|till) (?P<{name}relh>{_H})"
        rf"|(?P<{name}h>{_H})[:.](?P<{name}m>[0-5]\d)(?!\d)"
        rf"|(?P<{name}mh>{_H})(?P<{name}mm>[0-5]\d)(?= ?(?:[ap]m\b|hours\b|hrs\b))(?: ?(?P<{name}mil>hours|hrs))?"
        rf"|(?P<{name}eh>{_H})h(?P<{name}em>[0-5]\d)?\b"
        rf"|(?P<{name}b>{_H})(?!\d))"
        rf"(?P<{name}oc>\s*o'clock)?(?:\s*(?P<{name}mer>am|pm)\b)?(?:\s*,?\s*{_PARTS.format(name + 'part')}\b)?"
    )


MOVING = re.compile(r"\b(?:move|change|switch|push|shift|reschedule|bring|set|make|update)\b")
"""Verbs that give an existing playbook another time."""
_INTERVAL = re.compile(r"\b(?:hour|hourly|minutes?|mins?|hours)\b")
_MERIDIEMS: dict[str, Meridiem] = {"am": "am", "pm": "pm"}
_ONE = re.compile(core("x"))
_JOIN = r"\s*(?:,\s*(?:and\s+|then\s+)?|and\s+(?:again\s+)?|/\s*)(?:at\s+)?"
_LIST_END = (
    r"(?=\s*(?:$|[,.;!?)/+]|(?:and|or|on|every|each|by|via|in|to|if|when|for|please|daily|sharp"
    r"|so|with|instead|now|but|rather|from|not|e[sd]?t|p[sd]?t)\b))"
)
_ANY = re.sub(r"\(\?P<\w+>", "(?:", core(""))
_BARE_LIST = rf"(?:{_JOIN}{_ANY}{_AFTER}(?:(?<=m)|(?<=noon)|(?<=night)|(?<=:\d\d)|(?<=clock)|{_LIST_END})){{0,24}}+"
_SURE = (
    rf"(?:noon|midday|midnight|(?:half|quarter) (?:past|after|to|before|till) {_H}|{_H}[:.]?(?:[0-5]\d)?\s*[ap]m\b"
    rf"|{_H}:[0-5]\d\b(?!\s*%)|{_H} ?o'clock|{_H}h[0-5]\d\b|{_H}[0-5]\d (?:hours|hrs)\b"
    rf"|{_H} (?:in the (?:morning|afternoon|evening)|at night)\b)"
)
_APPROXIMATE = "A playbook runs at an exact time. Which one shall it be, for example 9:00 AM?"
_DEADLINE = "At which exact time shall it run?"
_STORE_HOURS = "I do not know your opening hours. At which time, or between which times, shall it run?"


def read(match: re.Match[str], name: str) -> Clock:
    """The clock that a match of `core(name)` holds."""
    group = match.groupdict()
    meridiem: Meridiem | None = _MERIDIEMS.get(group[f"{name}mer"] or "")
    part = next((part for part in get_args(Part) if part == group[f"{name}part"]), None)
    if word := group[f"{name}word"]:
        return Clock(*match.span(), 0 if word == "midnight" else 12, 0, "24", part)
    if rel := group[f"{name}rel"]:
        away = {"half": 30, "quarter": 15}.get(rel) or int(rel)
        hour = int(group[f"{name}relh"])
        if group[f"{name}dir"] in ("past", "after"):
            return Clock(*match.span(), hour, away, meridiem, part)
        return Clock(*match.span(), (hour - 1) % 24 or (12 if meridiem else 0), 60 - away, meridiem, part)
    hours = next(group[f"{name}{key}"] for key in ("h", "mh", "eh", "b") if group[f"{name}{key}"] is not None)
    minutes = next((group[f"{name}{key}"] for key in ("m", "mm", "em") if group[f"{name}{key}"] is not None), "0")
    is_written_out = bool(group[f"{name}mil"] or group[f"{name}eh"]) or (len(hours) == 2 and hours[0] == "0")
    if meridiem is None and (int(hours) > 12 or hours in ("0", "00") or is_written_out):
        meridiem = "24"
    return Clock(*match.span(), int(hours), int(minutes), meridiem, part)


def _clocks(match: re.Match[str], _before: Sequence[Token]) -> list[Token] | None:
    found = [read(one, "x") for one in _ONE.finditer(match.string, match.start("times"), match.end("times"))]
    return _shared_meridiem(found)


def _shared_meridiem(clocks: list[Clock]) -> list[Token]:
    """ "at 8 and 10 am" is said once for both; "6 and 9 pm" leaves open which six is meant."""
    last = clocks[-1]
    if len(clocks) == 1 or last.meridiem not in ("am", "pm") or last.part:
        return list(clocks)
    tokens: list[Token] = []
    for clock in clocks:
        if clock.meridiem is not None or clock.part is not None or clock.hour == 12:
            tokens.append(clock)
        elif last.meridiem == "am" or clock.hour < 6:
            tokens.append(Clock(clock.start, clock.end, clock.hour, clock.minute, last.meridiem))
        elif clock.hour >= last.hour % 12:
            tokens.append(clock)
        else:
            question = f"Do you mean {clock.hour} in the morning or {clock.hour} in the evening?"
            tokens += [clock, Ask(clock.start, clock.end, question)]
    return tokens


def _after_days(match: re.Match[str], before: Sequence[Token]) -> list[Token] | None:
    last = before[-1] if before else None
    if not isinstance(last, Days | PartOfDay) or last.end + 2 < match.start():
        return None
    return _clocks(match, before)


def _moved(match: re.Match[str], before: Sequence[Token]) -> list[Token] | None:
    """ "make it 8", "move it to 10"; "change the threshold to 15" is no time."""
    lead = match.string[: match.start()]
    if not MOVING.search(lead + match["lead"]) or re.search(
        r"\b(?:threshold|limit|top|gap|number|percentage)\s*$", lead
    ):
        return None
    return _clocks(match, before)


def _window(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    first, last = read(match, "a"), read(match, "z")
    if match[0].startswith("from") and MOVING.search(match.string) and not _INTERVAL.search(match.string):
        return [last]
    return [Window(match.start(), match.end(), first, last)]


def _business(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    at = match.span()
    return [Window(*at, Clock(*at, 9, 0, "24"), Clock(*at, 17, 0, "24"))]


def _start(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Start(match.start(), match.end(), read(match, "x"))]


def _part(match: re.Match[str], before: Sequence[Token]) -> list[Token] | None:
    word = (match["part"] or "").rstrip("s")
    plural = match["part"].endswith("s")
    part: Part = "noon" if word.startswith("lunch") else next(p for p in get_args(Part) if p == word)
    tokens: list[Token] = []
    last = before[-1] if before else None
    beside_days = isinstance(last, Days) and last.kind == "named" and last.end + 2 >= match.start()
    if match["every"] or (plural and not beside_days):
        tokens.append(Days(match.start(), match.end(), frozenset(range(7)), "daily"))
    elif not (beside_days or match["in"] or (isinstance(last, PartOfDay) and _is_joined(match, last))):
        return None
    return [*tokens, PartOfDay(match.start(), match.end(), part, plural)]


def _is_joined(match: re.Match[str], last: Token) -> bool:
    """ "every morning and evening"."""
    return match.string[last.end : match.start()].strip() in ("and", ",", "and again in the", "and in the")


def _nightly(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    at = match.span()
    return [Days(*at, frozenset(range(7)), "daily"), PartOfDay(*at, "night")]


def _first_thing(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [PartOfDay(match.start(), match.end(), "morning")]


def _is_bare_window(match: re.Match[str]) -> bool:
    """ "9-5" and "9am to 5pm" are windows; "10 to 9" after "at" is a time, a price range is neither."""
    preceding = match.string[: match.start()].rstrip()
    return not preceding.endswith((" at", "$", "#", "top")) and not match["arel"]


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"\b(?:between|from)\s+(?:the hours of )?{core('a')}\s*(?:and|to|-|until|till|til"
            rf"|through)\s*{core('z')}{_AFTER}"
        ),
        _window,
    ),
    (
        re.compile(rf"(?<![\d.:$])\b{core('a')}\s?(?:-|to|until|till|through)\s?{core('z')}{_AFTER}"),
        lambda match, before: _window(match, before) if _is_bare_window(match) else None,
    ),
    (
        re.compile(r"\b(?:during|in|within|on)?\s*(?:normal |regular )?(?:business|working|work|office) hours\b"),
        _business,
    ),
    (
        re.compile(
            r"\b(?:during|in|within|at|before|after|when|while|once)?\s*(?:we(?:'re| are)? |the (?:store|shop) )?"
            r"(?:(?:opening|closing|store|shop|trading)(?: time| hours)|(?:open|close|closes"
            r"|opens)(?= (?:up )?(?:every|each|daily)\b|$)"
            r"|end of (?:the )?(?:business )?day|close of business|\beod\b|\bcob\b)"
        ),
        asking(_STORE_HOURS),
    ),
    (re.compile(rf"\b(?:starting|beginning|start|from)\s+(?:at\s+)?{core('x')}{_AFTER}(?=\W|$)"), _start),
    (
        re.compile(rf"\b(?:at |around |about |by )?{_H}(?::\d\d)?(?: ?[ap]m)?(?:-?ish\b| or so\b)"),
        asking(_APPROXIMATE),
    ),
    (
        re.compile(rf"\b(?:(?:at )?(?:around|about|roughly|approximately|circa))\s+{core('x')}{_AFTER}"),
        asking(_APPROXIMATE),
    ),
    (
        re.compile(rf"\b(?:by|before|after|until|till|no later than|past)\s+{_SURE}"),
        asking(_DEADLINE),
    ),
    (re.compile(rf"(?:\bat|@|\bfor)\s*(?P<times>{_SURE}{_BARE_LIST})"), _clocks),
    (re.compile(rf"(?:\bat|@)\s*(?P<times>{_ANY}{_AFTER}{_BARE_LIST})"), _clocks),
    (re.compile(rf"(?<![\w$.:])(?P<times>{_SURE}{_BARE_LIST})"), _clocks),
    (
        re.compile(
            r"(?P<lead>\b(?:to|(?:make|do) (?:it|that|this))\s+)(?:be\s+"
            rf"|at\s+)?(?P<times>{_ANY}{_AFTER}{_LIST_END}{_BARE_LIST})"
        ),
        _moved,
    ),
    (re.compile(rf"(?P<times>\b{_ANY}{_AFTER}{_LIST_END}{_BARE_LIST})"), _after_days),
    (re.compile(r"\bnightly\b"), _nightly),
    (re.compile(r"\bfirst thing(?: in the morning)?\b"), _first_thing),
    (
        re.compile(
            r"(?:\b(?P<every>every|each)\s+|\b(?P<in>in the |at |early |late |around ))?"
            r"\b(?P<part>mornings?|afternoons?|evenings?|nights?|lunch(?:time)?)\b"
        ),
        _part,
    ),
)
