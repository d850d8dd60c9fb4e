"""The words for days and months, and the numbers that they stand for."""

from __future__ import annotations

import re

ALL = frozenset(range(7))
WEEKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset((0, 6))
_STEMS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = (
    r"(?:sundays?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?"
    r"|(?:sun|mon|tues?|weds?|thurs?|thu|fri|sat)s?\.?(?![a-z]))"
)
SET = r"(?:weekdays?|week days|work ?days?|working days?|business days?|weekends?)"
AND = r"\s*(?:,\s*(?:and\s+)?|and\s+|/\s*|\+\s*)"
_TO = r"\s*(?:-|to|through|until|till)\s*"
_RANGE = rf"{DAY}{_TO}{DAY}"
_ITEM = rf"(?:{_RANGE}|{DAY}|{SET})"
LIST = rf"{_ITEM}(?:{AND}(?:(?:on |every |each ){{0,2}}){_ITEM}|(?<!weekend)\s+{DAY}(?!'s))*"
NUMBERED = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)


def _number(day: str) -> int:
    return _STEMS.index(day[:3])


def weekdays_of(listed: str) -> tuple[frozenset[int], bool]:
    """The days of a list, and whether it holds a set or a range."""
    days: set[int] = set()
    is_set = False
    for item in re.finditer(_ITEM, listed):
        ends = re.fullmatch(rf"({DAY}){_TO}({DAY})", item[0])
        if ends:
            first, last = _number(ends[1]), _number(ends[2])
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            is_set = True
        elif re.fullmatch(SET, item[0]):
            days |= WEEKEND if item[0].startswith("weekend") else WEEKDAYS
            is_set = True
        else:
            days.add(_number(item[0]))
    return frozenset(days), is_set
