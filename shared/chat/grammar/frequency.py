"""Several times a day: "every 15 minutes", "hourly", "twice a day"; and the cron lines for a set of times."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from shared.chat.grammar.tokens import Every, Rule, TimesADay, Token, asking

DAY = 24 * 60

_EXACT = (
    "How many minutes or hours apart shall it run? I can do 5, 10, 15, 20 or 30 minutes and "
    "1, 2, 3, 4, 6, 8 or 12 hours."
)
_SECONDS = "The shortest time between two runs is a minute. How many minutes apart shall it run?"
_ALWAYS = "How often shall I look: every 15 minutes, every hour, or every morning?"


def _every(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    number, unit = match["number"], match["unit"]
    count = 2 if number == "other" else int(number or 1)
    return [Every(*match.span(), count * (60 if unit.startswith("h") else 1))]


def _hourly(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Every(*match.span(), 60)]


def _half(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    return [Every(*match.span(), 15 if "quarter" in match[0] else 30)]


def _times_an_hour(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    count = 2 if match["count"] == "twice" else int(match["count"].split()[0].rstrip("x"))
    return [Every(*match.span(), 60 // count if count and 60 % count == 0 else 0)]


def _times_a_day(match: re.Match[str], _before: Sequence[Token]) -> list[Token]:
    count = {"twice": 2, "thrice": 3}.get(match["count"])
    return [TimesADay(*match.span(), count or int(re.sub(r"\D", "", match["count"])))]


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            r"\bevery (?:an )?(?:hour and a half|\d+ and a half|\d+\.\d+|\d+-\d+|\d+ (?:to|or) \d+|few"
            r"|couple(?: of)?|several|so many|x) ?(?:minutes|hours|mins|hrs|hour)?\b"
        ),
        asking(_EXACT),
    ),
    (re.compile(r"\b(?:every|each) (?:(?:\d+|other|few|couple of) )?(?:seconds?|secs?)\b"), asking(_SECONDS)),
    (
        re.compile(
            r"\b(?:constantly|continuously|continually|around the clock|24/7|all the time"
            r"|all day(?: long)?|from time to time|now and then|regularly|periodically|often|frequently"
            r"|occasionally|throughout the day|every so often|every now and then|once in a while)\b"
        ),
        asking(_ALWAYS, soft=True),
    ),
    (
        re.compile(
            r"\b(?:(?:every|each) (?:half(?: an)?|1/2)[ -]hours?|half[ -]hourly|(?:every"
            r"|each) quarter(?: of an)?[ -]hour)\b"
        ),
        _half,
    ),
    (
        re.compile(
            r"\b(?:once )?(?:every|each)[ -](?:(?P<number>\d+|other)[ -]?)?(?P<unit>minutes?|mins?"
            r"|hours?|hrs?|m|h)\b(?: on the hour)?"
        ),
        _every,
    ),
    (re.compile(r"\b(?:once (?:an|per) hour|hourly)\b(?: on the hour)?"), _hourly),
    (re.compile(r"\b(?P<count>twice|\d+ times|\d+x) (?:an|per|every|each) hour\b"), _times_an_hour),
    (
        re.compile(r"\b(?P<count>twice|thrice|\d+ ?times|\d+x) ?(?:(?:a|per|each|every|/) ?day|daily)\b"),
        _times_a_day,
    ),
)


def crons(times: Iterable[tuple[int, int]]) -> list[str]:
    """The fewest "minute hour" pairs of cron fields that name exactly those (hour, minute) times."""
    minutes_of: defaultdict[int, set[int]] = defaultdict(set)
    for hour, minute in times:
        minutes_of[hour].add(minute)
    hours_with: defaultdict[frozenset[int], list[int]] = defaultdict(list)
    for hour in sorted(minutes_of):
        hours_with[frozenset(minutes_of[hour])].append(hour)
    return [f"{_field(sorted(minutes), 60)} {_field(hours, 24)}" for minutes, hours in hours_with.items()]


def _field(values: Sequence[int], size: int) -> str:
    """ "*", "*/15", "9-17", "9-17/2" or "8,17"."""
    step = values[1] - values[0] if len(values) > 1 else 0
    is_even = step > 0 and all(right - left == step for left, right in pairwise(values))
    if is_even and values[0] == 0 and values[-1] + step == size:
        return "*" if step == 1 else f"*/{step}"
    if is_even and len(values) > 3:
        return f"{values[0]}-{values[-1]}" + (f"/{step}" if step > 1 else "")
    return ",".join(map(str, values))


def spread(minutes: int, first: int, last: int) -> list[tuple[int, int]]:
    """The times from `first` to `last` (minutes of the day; past midnight if `last` is smaller), both included."""
    length = (last - first) % DAY
    return [divmod((first + away) % DAY, 60) for away in range(0, length + 1, minutes)]
