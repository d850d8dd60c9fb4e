"""Days and dates: worked out from the slots of a phrase, and resolved against today. Pure.

A function for a phrase gives None if the values don't go together; then the words are not that phrase.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from shared.chat.language.holidays import moving
from shared.chat.language.when import DAYS_IN, LAST, Day, When

_LEAP_DAY = (2, 29)
_MONTH_DAYS, _MONTHS = 31, 12
_DAYS_IN = {"day": 1, "week": 7}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


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


def calendar_date(month: int, day: int, year: int | None = None) -> Day | None:
    if not (1 <= month <= _MONTHS and 1 <= day <= DAYS_IN[month - 1]):
        return None
    year = year or 0
    return Day(kind="date", month=month, day=day, year=year + 2000 if 0 < year < 100 else year)


def iso_date(digits: str) -> Day | None:
    year, month, day = (int(part) for part in digits.split("-"))
    return calendar_date(month, day, year)


def yearly(day: Day) -> When | None:
    return None if day.year else When(monthdays=(day.day,), months=(day.month,))


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


def joined_days(some: Day | tuple[Day, ...], more: Day) -> tuple[Day, ...] | None:
    found = (*(some if isinstance(some, tuple) else (some,)), more)
    return found if len({*found}) == len(found) else None


def dates_in_month(month: int, days: tuple[int, ...]) -> tuple[Day, ...] | None:
    """ "March 5 and 23"."""
    found = [day for one in days if (day := calendar_date(month, one))]
    return tuple(found) if len(found) == len(days) > 1 else None


def quarter_start(last: int) -> Day:
    return Day(kind="date", month=last - 2, day=1)


def quarter_months(last: int) -> When:
    """The months of the quarter that ends with the month `last`."""
    return When(months=(last - 2, last - 1, last))


def if_bounded(when: When) -> When | None:
    """ "For a week, then stop"."""
    return when if when.ends or when.lasts or when.runs else None


def beside_day(span: Span, day: Day, direction: int = 1) -> Day | None:
    """ "Two weeks before June 15"; with -1, after it."""
    days = _DAYS_IN.get(span[1])
    return day.model_copy(update={"earlier": day.earlier + direction * days * span[0]}) if days else None


def ahead_of_it(span: Span) -> When | None:
    """ "Two weeks ahead", of a day that is named beside it."""
    days = _DAYS_IN.get(span[1])
    return When(lead=days * span[0]) if days else None


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


def day_of(day: Day, now: datetime, counted_from: date | None = None) -> date:
    """The date. One without a year is the next such; an offset counts from `counted_from`, else from today."""
    return _on(day, now.date(), counted_from) - timedelta(days=day.earlier)


def _on(day: Day, today: date, counted_from: date | None) -> date:
    match day.kind:
        case "date":
            return _next_date(day.month, day.day, day.year, today) + timedelta(days=day.amount)
        case "weekday":
            return today + timedelta(days=_days_until(day.weekday, today) + 7 * day.amount)
        case "next_weekday":
            monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
            return monday + timedelta(days=(day.weekday - 1) % 7)
        case "offset":
            return _ahead(counted_from or today, day.amount, day.unit)
        case "next":
            return _start_of_next(day.unit, today)
        case "end_of":
            return _end_of(day, today)
    return _holiday(day.name, today) + timedelta(days=day.amount)


def first_on_or_after(start: date, weekdays: Sequence[int], minutes: int, now: datetime) -> date:
    """The first day from `start` on that is one of the weekdays (any, for none) and whose time is still to come."""
    found = start
    while (weekdays and (found.weekday() + 1) % 7 not in weekdays) or (
        found == now.date() and minutes <= now.hour * 60 + now.minute
    ):
        found += timedelta(days=1)
    return found


def last_instant(day: date, now: datetime) -> str:
    """The last second of the day, as an ISO instant in the zone of `now`."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=now.tzinfo).isoformat()


def in_words(minutes: int) -> str:
    """`9:00 AM`."""
    hour, minute = divmod(minutes % 1440, 60)
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"


def _days_until(weekday: int, today: date) -> int:
    return (weekday - (today.weekday() + 1) % 7) % 7


def _next_date(month: int, day: int, year: int, today: date) -> date:
    if not month:
        found = _clipped(today.year, today.month, day)
        return found if found >= today else _clipped(today.year + today.month // 12, today.month % 12 + 1, day)
    if year:
        return _clipped(year, month, day)
    year = today.year + (_clipped(today.year, month, day) < today)
    while (month, day) == _LEAP_DAY and not isleap(year):
        year += 1
    return _clipped(year, month, day)


def _clipped(year: int, month: int, day: int) -> date:
    """The date, or the month's last where it is shorter."""
    return min(date(year, month, 1) + timedelta(days=day - 1), _last_of(year, month))


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _ahead(start: date, amount: int, unit: str) -> date:
    if unit in _MONTHS_IN:
        months = start.year * 12 + start.month - 1 + amount * _MONTHS_IN[unit]
        return _clipped(months // 12, months % 12 + 1, start.day)
    return start + timedelta(days=amount * (7 if unit == "week" else 1 if unit == "day" else 0))


def _start_of_next(unit: str, today: date) -> date:
    match unit:
        case "week":
            return today + timedelta(days=7 - today.weekday())
        case "month":
            return _last_of(today.year, today.month) + timedelta(days=1)
        case "quarter":
            return _last_of(today.year, (today.month - 1) // 3 * 3 + 3) + timedelta(days=1)
        case "year":
            return date(today.year + 1, 1, 1)
    return today + timedelta(days=1)


def _end_of(day: Day, today: date) -> date:
    if day.month:
        year = today.year if day.month >= today.month else today.year + 1
        return _last_of(year, day.month)
    if day.unit == "day":
        return today
    return _start_of_next(day.unit, _start_of_next(day.unit, today) if day.amount else today) - timedelta(days=1)


def _holiday(name: str, today: date) -> date:
    month, _, day = name.partition("-")
    if day:
        return _next_date(int(month), int(day), 0, today)
    found = moving(name, today.year)
    return found if found >= today else moving(name, today.year + 1)
