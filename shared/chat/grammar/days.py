"""Days that come again: "weekdays", "every Monday and Thursday", "the first Monday of the month", "on the 1st and 15th"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.chat.grammar.tokens import Ask, Days, Except, MonthDays, Nth, Period, Rule, Token, asking
from shared.playbooks.models import Occurrence

ALL = frozenset(range(7))
WEEKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset((0, 6))
_QUARTER_STARTS, _QUARTER_ENDS = (1, 4, 7, 10), (3, 6, 9, 12)
_STEMS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY = (
    r"(?:sundays?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?"
    r"|(?:sun|mon|tues?|weds?|thurs?|thu|fri|sat)s?\.?(?![a-z]))"
)
_SET = r"(?:weekdays?|week days|work ?days?|working days?|business days?|weekends?)"
_AND = r"\s*(?:,\s*(?:and\s+)?|and\s+|or\s+|/\s*|\+\s*)"
_TO = r"\s*(?:-|to|through|until|till)\s*"
_EACH = r"(?:every|each|any|on|only on|only)"
_RANGE = rf"{_DAY}{_TO}{_DAY}"
_ITEM = rf"(?:{_RANGE}|{_DAY}|{_SET})"
_LIST = rf"{_ITEM}(?:{_AND}(?:(?:on |every |each ){{0,2}}){_ITEM})*"
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
_NUM = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_NOT_DATE = r"(?!\s+(?:order|customer|purchase|visit|time|half|quarter|floor|sun|mon|tue|wed|thu|fri|sat|week|place|competitor))"
_MISSING = "Not every month has that day. Shall it be the last day of the month, or another day?"
_OTHER = (
    "I cannot skip every other time. Shall it be every week, or on certain days of the month like the 1st and 15th?"
)
_WHICH_DAYS = "On which days shall it run?"
_DATED = "I cannot start or end a playbook on a date. Shall it simply run from now on?"
_HOLIDAYS = "I cannot leave out single dates or holidays. Shall it run on all of those days?"
_ONCE = "I make playbooks that run again and again, not once at a later time. How often shall it run?"


def _number(day: str) -> int:
    return _STEMS.index(day[:3])


def _numbers(listed: str) -> tuple[frozenset[int], bool]:
    """The days of a list, and whether it holds a set or a range."""
    days: set[int] = set()
    is_set = False
    for item in re.finditer(_ITEM, listed):
        ends = re.fullmatch(rf"({_DAY}){_TO}({_DAY})", item[0])
        if ends:
            first, last = _number(ends[1]), _number(ends[2])
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            is_set = True
        elif re.fullmatch(_SET, item[0]):
            days |= WEEKEND if item[0].startswith("weekend") else WEEKDAYS
            is_set = True
        else:
            days.add(_number(item[0]))
    return frozenset(days), is_set


def _days(match: re.Match[str], _before: Sequence[Token]) -> list[Token] | None:
    listed = match["list"]
    days, is_set = _numbers(listed)
    lead = match["lead"] or ""
    if not lead and _is_only_a_word(match.string, match.end(), listed):
        return None
    is_plural = bool(re.search(r"(?:day|sun|mon|tue|wed|thur|fri|sat|end)s\b", listed))
    recurring = is_set or is_plural or "every" in match[0] or "each" in match[0] or len(days) > 1
    return [Days(match.start(), match.end(), days, "set" if is_set else "named", recurring)]


def _is_only_a_word(text: str, end: int, listed: str) -> bool:
    """The "weekend sales", "products that sat on the shelf": no days were given."""
    if listed in ("weekend", "weekday", "workday", "business day"):
        return True
    short = re.fullmatch(r"(?:sun|mon|tues?|weds?|thu|fri|sat)", listed)
    return bool(short) and not re.match(r"\s*(?:$|[,.;@\d]|at\b|and\b|morning|evening|night|afternoon)", text[end:])


def _except(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Except(match.start(), match.end(), _numbers(match["list"])[0])]


def _nth(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    months = _QUARTER_STARTS if match["of"] == "quarter" else ()
    tokens: list[Token] = []
    for ordinals, what in re.findall(rf"({_ORD}(?:{_AND}(?:the )?{_ORD})*)\s+({_DAY}|{_SET}|day)\b", match["nths"]):
        for ordinal in re.findall(_ORD, ordinals):
            tokens += _one_nth(match.start(), match.end(), _ORDINALS[ordinal], what, months)
    return tokens


def _one_nth(start: int, end: int, occurrence: Occurrence, what: str, months: tuple[int, ...]) -> list[Token]:
    if months and occurrence == "last":
        months = _QUARTER_ENDS
    elif months and occurrence != "first":
        return [Ask(start, end, _WHICH_DAYS)]
    if what != "day":
        return [Nth(start, end, _numbers(what)[0], occurrence, months)]
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


def _date(match: re.Match[str], before: Sequence[Token]) -> list[Token]:
    """ "every January 15th"; without "every" or "each year" it is one day only."""
    yearly = match["lead"] or match["year"] or re.search(r"\b(?:yearly|annually|every year)\b", match.string)
    month = _MONTHS.index((match["month"] or match["month2"])[:3]) + 1
    day = int(re.sub(r"\D", "", match["day"] or match["day2"]))
    if not yearly:
        return [Ask(*match.span(), _ONCE)]
    if day > (28, 30)[month != 2] and not (day == 31 and month in (1, 3, 5, 7, 8, 10, 12)):
        return [Ask(*match.span(), _MISSING)]
    return [MonthDays(*match.span(), (day,), (month,))]


def _daily(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Days(*match.span(), ALL, "daily", soft=_describes(match))]


def _period(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    unit = {"we": "week", "mo": "month", "qu": "quarter"}[match["unit"][:2]]
    soft = match["unit"].endswith("ly") and _describes(match)
    return [Period(*match.span(), "week" if unit == "week" else "month" if unit == "month" else "quarter", soft)]


def _describes(match: re.Match[str]) -> bool:
    """Whether the word stands before a thing: "my daily report"."""
    return bool(
        re.match(
            r"\s+(?!at\b|on\b|by\b|and\b|in\b|for\b|to\b|via\b|please\b|every\b|each\b|with\b)[a-z]",
            match.string[match.end() :],
        )
    )


_DATE = (
    rf"\b(?:(?P<lead>every|each)\s+|on\s+)?(?:the\s+)?(?:(?P<month>{_MONTH})\s+(?P<day>[0-3]?\d(?:st|nd|rd|th)?)(?![\d:]|\s*[ap]m|\s*%)"
    rf"|(?P<day2>{_NUM})\s+(?:of\s+)?(?P<month2>{_MONTH}))\b(?P<year>,?\s+(?:every|each|of every|of each)\s+year)?"
)
RULES: tuple[Rule, ...] = (
    (
        re.compile(r"\b(?:starting|beginning|effective)\s+(?:from\s+)?(?:now|today|immediately|right away)\b"),
        lambda _m, _b: [],
    ),
    (
        re.compile(
            rf"\b(?:starting|beginning|effective|start|commencing)\s+(?:from |on |in )?(?:the )?(?:next\b|tomorrow|{_DAY}|{_MONTH}\b|week|{_NUM})"
            rf"|\b(?:until|till|through|up to)\s+(?:the )?(?:end of|next\b|tomorrow|{_DAY}|{_MONTH}\b|christmas|i\b|we\b|then)"
            r"|\bfor (?:the (?:next|rest of)|\d+ (?:days|weeks|months)\b(?! back)|a (?:few|couple of) (?:days|weeks)|a (?:week|month)\b)"
        ),
        asking(_DATED),
    ),
    (
        re.compile(
            r"\b(?:except|but not|excluding|unless it'?s|other than|apart from|not)\s+(?:on\s+)?(?:federal |public |bank )?holidays?\b"
        ),
        asking(_HOLIDAYS),
    ),
    (
        re.compile(
            rf"\b(?:except(?: for)?|excluding|but not|but|other than|apart from|minus|not)\s+(?:on\s+)?(?P<list>{_LIST})"
        ),
        _except,
    ),
    (re.compile(r"\b(?:except|excluding|but not|other than|apart from)\b"), asking(_HOLIDAYS)),
    (
        re.compile(
            rf"\b(?:every|each) (?:other|alternate|2nd|second) (?:{_DAY}|{_SET}|day|week|month|year)(?!\s+(?:of|in) (?:the|each|every))\b"
        ),
        asking(_OTHER),
    ),
    (
        re.compile(
            r"\b(?:bi-?weekly|fortnightly|(?:every|each|once a) fortnight|bi-?monthly|semi-?monthly|semi-?weekly|alternat\w+ (?:days|weeks|(?:mon|tues|wednes|thurs|fri|satur|sun)days?))\b"
        ),
        asking(_OTHER),
    ),
    (
        re.compile(
            r"\b(?:every|each|once every|once in)\s+(?:\d+|few|couple of|several)\s+(?:days?|weeks?|months?|quarters?|years?|weekdays?|business days?)\b"
        ),
        asking(_OTHER),
    ),
    (
        re.compile(r"\b(?:every|each|once every|once in)\s+\d+(?:st|nd|rd|th)\s+(?:days?|weeks?|months?)\b"),
        asking(_OTHER),
    ),
    (
        re.compile(
            r"\b(?:twice|\d+ times|\d+x|a few times|several times|once or twice)\s*(?:a|per|each|every|/)\s*(?:week|month|quarter|year)\b"
        ),
        asking(_WHICH_DAYS),
    ),
    (
        re.compile(
            rf"\b(?:last|past|previous|since|from|ending)\s+{_DAY}(?!\s+(?:of|in|and|at|through|to|-|until)\b|\s*-)"
        ),
        lambda _m, _b: [],
    ),
    (
        re.compile(
            rf"\b(?:(?:every|each|on)\s+)?(?:the\s+)?(?P<nths>{_ORD}(?:{_AND}(?:the )?{_ORD})*\s+(?:{_DAY}|{_SET}|day)\b"
            rf"(?:{_AND}(?:the )?{_ORD}\s+(?:{_DAY}|{_SET}|day)\b)*){_OF}"
        ),
        _nth,
    ),
    (
        re.compile(
            rf"\b(?:every month|each month|monthly)\s*,?\s*(?:on\s+)?(?:the\s+)?(?P<nths>{_ORD}(?:{_AND}(?:the )?{_ORD})*\s+(?:{_DAY}|{_SET}|day)\b)(?P<of>)"
        ),
        _nth,
    ),
    (
        re.compile(rf"\b(?:on\s+|every\s+)?(?:the\s+)?(?:{_ORD}|5th|fifth)\s+(?:{_DAY}|{_SET})\b"),
        asking("Do you mean of every month, like the first Monday of the month?"),
    ),
    (
        re.compile(
            rf"\b(?:(?:at|on|by)\s+)?(?:the\s+)?(?P<edge>end|last|start|beginning|first|1st)(?: day)?\s+(?:of\s+)(?:the|each|every)\s+(?P<of>month|quarter)\b(?!\s*'s)"
        ),
        _edge,
    ),
    (re.compile(r"\b(?:at |on )?(?:the )?(?P<edge>end) of (?P<of>month|quarter)\b"), _edge),
    (
        re.compile(
            r"\b(?:at |on |by )?(?:the )?(?:end|start|beginning|middle|mid) ?-?(?:of )?(?:the |each |every )?(?:week|year|month)\b"
        ),
        asking(_WHICH_DAYS),
    ),
    (re.compile(_DATE), _date),
    (
        re.compile(
            rf"\b(?:(?:on|every|each)\s+(?:the\s+)?|the\s+)(?P<days>{_NUM}(?:{_AND}(?:on )?(?:the )?{_NUM})*){_NOT_DATE}"
            r"(?:\s+day)?(?:\s+(?:of\s+)?(?:the|each|every)\s+month|\s+of the month|\s+monthly)?\b"
        ),
        _month_days,
    ),
    (re.compile(rf"\b(?P<days>{_NUM}(?:{_AND}{_NUM})*)\s+of (?:the|each|every) month\b"), _month_days),
    (
        re.compile(r"\b(?:yearly|annually|(?:every|each|once a|once per) year)\b(?! on)"),
        asking("On which day of the year shall it run?"),
    ),
    (re.compile(r"\b(?:yearly|annually|(?:every|each|once a|once per) year)(?= on)"), lambda _m, _b: []),
    (re.compile(rf"\b(?:every|each|in)\s+{_MONTH}\b(?! \d)"), asking("On which day of that month shall it run?")),
    (re.compile(rf"\b(?P<lead>(?:{_EACH}\s+){{1,2}}(?:the\s+)?)?(?P<list>{_LIST})(?!'s)\b"), _days),
    (
        re.compile(
            r"\b(?:(?:once |one time )?(?:every|each|per)[- ]day|once (?:a|per) day|daily|once daily|a day|day in,? day out|7 days a week|all days)\b"
        ),
        _daily,
    ),
    (
        re.compile(r"\b(?:once\s+)?(?:every|each|a|per)\s+(?P<unit>week|month|quarter)(?!\s*'s|ly|end|day)\b"),
        lambda m, b: _period(m, b) if re.match(r"(?:once|every|each)", m[0]) else None,
    ),
    (re.compile(r"\b(?P<unit>weekly|monthly|quarterly)\b"), _period),
    (re.compile(rf"\b(?:next|this|coming)\s+(?:{_DAY}|weekend)(?!\s*(?:'s))\b"), asking(_ONCE)),
    (
        re.compile(
            r"\b(?:tomorrow|tonight|today|this (?:morning|afternoon|evening)|next (?:week|month|year|quarter))\b(?!'s)"
        ),
        asking(_ONCE, soft=True),
    ),
    (
        re.compile(
            r"\b(?:in|within)\s+(?:\d+|an?|half an?|a few|a couple of)\s+(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\b(?! or less)"
        ),
        asking(_ONCE),
    ),
)
