"""Works out days, dates and intervals from the values of a phrase's slots; None if they don't go together."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from shared.chat.language.when import DAYS_IN, LAST, Day, When

_MONTH_DAYS, _MONTHS = 31, 12


def together(*parts: tuple[int, ...]) -> tuple[int, ...] | None:
    """All of them in order, without repeats."""
    flat = [one for part in parts for one in part]
    return tuple(sorted(flat)) if len({*flat}) == len(flat) else None


def listed_days(one: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...] | None:
    """ "Not on weekends, weekdays at 8": a comma alone doesn't join weekends and weekdays."""
    return None if {len(one), len(more)} == {2, 5} else together(one, more)


def days_through(first: tuple[int, ...], last: tuple[int, ...]) -> tuple[int, ...] | None:
    span = (last[0] - first[0]) % 7
    alone = len(first) == len(last) == 1
    return tuple(sorted((first[0] + step) % 7 for step in range(span + 1))) if span and alone else None


def months_through(first: int, last: int) -> tuple[int, ...]:
    return tuple((first + step - 1) % _MONTHS + 1 for step in range((last - first) % _MONTHS + 1))


def nths_through(first: int, last: int) -> tuple[int, ...] | None:
    return tuple(range(first, last + 1)) if 0 < first < last <= _MONTH_DAYS else None


def days_in_month(days: tuple[int, ...], most: int = _MONTH_DAYS) -> tuple[int, ...] | None:
    """The days, or weeks where `most` is 5; -1 is the last one, -2 the one before."""
    return days if all(1 <= day <= most or day in (LAST, -2) for day in days) else None


def every_nth(nth: int, unit: Any) -> When | None:
    return When(every=nth, unit=unit) if nth > 1 and unit in ("day", "week", "hour", "minute", "month") else None


def times_an_hour(times: int) -> When | None:
    return When(every=60 // times, unit="minute") if times > 1 and 60 % times == 0 else None


def minutes_left(fractions: tuple[int, ...]) -> tuple[int, ...]:
    """ "Quarter to each hour" is at minute 45."""
    return tuple(sorted(60 - one for one in fractions))


def date(month: int, day: int, year: int | None = None) -> Day | None:
    if not (1 <= month <= _MONTHS and 1 <= day <= DAYS_IN[month - 1]):
        return None
    year = year or 0
    return Day(kind="date", month=month, day=day, year=year + 2000 if 0 < year < 100 else year)


def iso_date(digits: str) -> Day | None:
    year, month, day = (int(part) for part in digits.split("-"))
    return date(month, day, year)


def yearly(date: Day) -> When | None:
    return None if date.year else When(monthdays=(date.day,), months=(date.month,))


def from_the_day_after(day: Day) -> When:
    return When(starts=day.model_copy(update={"amount": 1}))


def after_month(month: int) -> When:
    return When(starts=Day(kind="date", month=month % _MONTHS + 1, day=1))


Span = tuple[int, str]
"""An amount and its unit."""


def hours_and_minutes(hours: int, minutes: int) -> Span:
    return hours * 60 + minutes, "minute"


def shift(span: Span, direction: int) -> When | None:
    """ "An hour later" than it is now. Only minutes and hours shift a time of day."""
    minutes = {"minute": 1, "hour": 60}.get(span[1], 0) * span[0]
    return When(shift=direction * minutes) if minutes else None


def offset(span: Any) -> Day:
    return Day(kind="offset", amount=span[0], unit=span[1])


def weeks_after(span: Span, weekday: int) -> Day | None:
    """ "Two weeks from Friday"."""
    return Day(kind="weekday", weekday=weekday, amount=span[0]) if span[1] == "week" else None


def within_span(when: When, span: Any) -> When | None:
    """ "Daily at 8 this month"; "how we did this month" has no time, so there "this month" is a period."""
    bounded = when.ends or when.once or when.lasts
    return None if bounded else when.merged(When(ends=Day(kind="end_of", unit=span)))


@cache
def _zones_by_town() -> dict[str, str]:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return {name.rsplit("/", 1)[1].casefold(): name for name in names}


def town(name: str) -> str | None:
    """The time zone that has the town's name."""
    return _zones_by_town().get("_".join(name.casefold().split()))


def in_zone(when: When, zone: str) -> When | None:
    """ "8am in LA"; "sales in Chicago" may be a store."""
    return when.changed(zone=zone) if when.times and not when.has_days and not when.zone else None


def only(when: When) -> When | None:
    return when.model_copy(update={"only": bool(when.weekdays)}) if when.weekdays or when.monthdays else None
