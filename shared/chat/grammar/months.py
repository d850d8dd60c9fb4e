"""Days of a month: "the first Monday of the month", "on the 1st and 15th", "the last day of the quarter"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.chat.grammar.daywords import AND, DAY, MONTH, MONTHS, NUMBERED, SET, weekdays_of
from shared.chat.grammar.tokens import Ask, MonthDays, Nth, Rule, Token, asking
from shared.playbooks.time_triggers import Occurrence

_QUARTER_STARTS, _QUARTER_ENDS = (1, 4, 7, 10), (3, 6, 9, 12)
_ORDINALS: dict[str, Occurrence] = {
    "first": "first",
    "1st": "first",
    "second": "second",
    "2nd": "second",
    "third": "third",
    "3rd": "third",
    "fourth": "fourth",
    "4th": "fourth",
    "last": "last",
    "final": "last",
}
_ORD = r"(?:first|1st|second|2nd|third|3rd|fourth|4th|last|final)"
_OF = (
    r"(?:\s*,?\s*(?:of|in|on)?\s*(?:the|each|every|a)\s+(?:(?:calendar\s+)?(?P<of>month|quarter))\b"
    r"|\s+(?P<monthly>monthly|of month))"
)
_NOT_DATE = (
    r"(?!\s+(?:order|customer|purchase|visit|time|half|quarter|floor|sun|mon|tue|wed|thu|fri|sat"
    r"|week|place|competitor))"
)
_MISSING = "Not every month has that day. Shall it be the last day of the month, or another day?"
_WHICH_DAYS = "On which days shall it run?"
_ONCE = "I make playbooks that run again and again, not once at a later time. How often shall it run?"


def _nth(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    months = _QUARTER_STARTS if match["of"] == "quarter" else ()
    tokens: list[Token] = []
    for ordinals, what in re.findall(rf"({_ORD}(?:{AND}(?:the )?{_ORD})*)\s+({DAY}|{SET}|day)\b", match["nths"]):
        for ordinal in re.findall(_ORD, ordinals):
            tokens += _one_nth(match.start(), match.end(), _ORDINALS[ordinal], what, months)
    return tokens


def _one_nth(start: int, end: int, occurrence: Occurrence, what: str, months: tuple[int, ...]) -> list[Token]:
    if months and occurrence == "last":
        months = _QUARTER_ENDS
    elif months and occurrence != "first":
        return [Ask(start, end, _WHICH_DAYS)]
    if what.startswith("weekend"):
        return [Ask(start, end, _WHICH_DAYS)]
    if what != "day":
        return [Nth(start, end, weekdays_of(what)[0], occurrence, months)]
    if occurrence == "last":
        return [MonthDays(start, end, (), months, last=True)]
    return [MonthDays(start, end, (("first", "second", "third", "fourth").index(occurrence) + 1,), months)]


def _edge(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    """ "the end of the month", "the first of every month"."""
    is_last = match["edge"] in ("end", "last")
    of_quarter = match["of"] == "quarter"
    if is_last:
        return [MonthDays(*match.span(), (), _QUARTER_ENDS if of_quarter else (), last=True)]
    return [MonthDays(*match.span(), (1,), _QUARTER_STARTS if of_quarter else ())]


def _month_days(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    days = tuple(sorted({int(day) for day in re.findall(r"\d+", match["days"])}))
    if days[-1] > 28:
        return [Ask(*match.span(), _MISSING)]
    return [MonthDays(*match.span(), days)]


def _date(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    """ "every January 15th"; without "every" or "each year" it is one day only."""
    yearly = match["lead"] or match["year"] or re.search(r"\b(?:yearly|annually|every year)\b", match.string)
    month = MONTHS.index((match["month"] or match["month2"])[:3]) + 1
    day = int(re.sub(r"\D", "", match["day"] or match["day2"]))
    if not yearly:
        return [Ask(*match.span(), _ONCE)]
    if day > (28, 30)[month != 2] and not (day == 31 and month in (1, 3, 5, 7, 8, 10, 12)):
        return [Ask(*match.span(), _MISSING)]
    return [MonthDays(*match.span(), (day,), (month,))]


_DATE = (
    r"\b(?:(?P<lead>every|each)\s+"
    rf"|on\s+)?(?:the\s+)?(?:(?P<month>{MONTH})\s+(?P<day>[0-3]?\d(?:st|nd|rd|th)?)(?![\d:]"
    r"|\s*[ap]m|\s*%)"
    rf"|(?P<day2>{NUMBERED})\s+(?:of\s+)?(?P<month2>{MONTH}))\b"
    r"(?P<year>,?\s+(?:every|each|of every|of each)\s+year)?"
)
RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"\b(?:(?:every|each|on)\s+)?(?:the\s+)?(?P<nths>{_ORD}(?:{AND}(?:the )?{_ORD})*\s+(?:{DAY}"
            rf"|{SET}|day)\b"
            rf"(?:{AND}(?:the )?{_ORD}\s+(?:{DAY}|{SET}|day)\b)*){_OF}"
        ),
        _nth,
    ),
    (
        re.compile(
            r"\b(?:every month|each month"
            rf"|monthly)\s*,?\s*(?:on\s+)?(?:the\s+)?(?P<nths>{_ORD}(?:{AND}(?:the )?{_ORD})*\s+(?:{DAY}"
            rf"|{SET}|day)\b)(?P<of>)"
        ),
        _nth,
    ),
    (
        re.compile(rf"\b(?:on\s+|every\s+)?(?:the\s+)?(?:{_ORD}|5th|fifth)\s+(?:{DAY}|{SET})\b"),
        asking("Do you mean of every month, like the first Monday of the month?"),
    ),
    (
        re.compile(
            r"\b(?:(?:at|on|by)\s+)?(?:the\s+)?(?P<edge>end|last|start|beginning|first"
            r"|1st)(?: day)?\s+(?:of\s+)(?:the|each|every)\s+(?P<of>month|quarter)\b(?!\s*'s)"
        ),
        _edge,
    ),
    (re.compile(r"\b(?:at |on )?(?:the )?(?P<edge>end) of (?P<of>month|quarter)\b"), _edge),
    (
        re.compile(
            r"\b(?:at |on |by )?(?:the )?(?:end|start|beginning|middle|mid) ?-?(?:of )?(?:the |each "
            r"|every )?(?:week|year|month)\b"
        ),
        asking(_WHICH_DAYS),
    ),
    (re.compile(_DATE), _date),
    (
        re.compile(
            r"\b(?:(?:on|every|each)\s+(?:the\s+)?"
            rf"|the\s+)(?P<days>{NUMBERED}(?:{AND}(?:on )?(?:the )?{NUMBERED})*){_NOT_DATE}"
            r"(?:\s+day)?(?:\s+(?:of\s+)?(?:the|each|every)\s+month|\s+of the month|\s+monthly)?\b"
        ),
        _month_days,
    ),
    (re.compile(rf"\b(?P<days>{NUMBERED}(?:{AND}{NUMBERED})*)\s+of (?:the|each|every) month\b"), _month_days),
    (
        re.compile(r"\b(?:yearly|annually|(?:every|each|once a|once per) year)\b(?! on)"),
        asking("On which day of the year shall it run?"),
    ),
    (re.compile(r"\b(?:yearly|annually|(?:every|each|once a|once per) year)(?= on)"), lambda _m, _b: []),
    (re.compile(rf"\b(?:every|each|in)\s+{MONTH}\b(?! \d)"), asking("On which day of that month shall it run?")),
)
