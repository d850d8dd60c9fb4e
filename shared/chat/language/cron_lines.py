"""Cron lines of what was said of time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.chat.language.calendar import day_of
from shared.chat.language.time_questions import OCCURRENCES
from shared.chat.language.when import EVERY_DAY, LAST, When

_A_DAY = 1440
"""Minutes."""
MONDAY = 1
_MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}


def weekdays_of(one: When) -> tuple[int, ...]:
    """The days of the week that are left."""
    days = one.weekdays or (EVERY_DAY if one.but_weekdays else ())
    return tuple(day for day in days if day not in one.but_weekdays)


def _in_step(one: When, now: datetime) -> str:
    """The months of "every 3 months" and "every quarter", counted from the one that it starts in."""
    step = _MONTHS_BETWEEN.get(one.unit or "", 1) * max(one.every, 1)
    first = day_of(one.starts, now).month if one.starts else 1
    return _spelled(range((first - 1) % step + 1, 13, step), 1) if step > 1 else "*"


def cron_lines(one: When, times: list[int], now: datetime) -> list[tuple[str, str | None]]:
    """Cron lines, each with its occurrence."""
    months = one.months or (tuple(range(1, 13)) if one.but_months else ())
    month = _spelled([month for month in months if month not in one.but_months], 1) or "*"
    days_of_month = bool(one.monthdays or one.nth) or (
        one.unit in ("month", "quarter", "year") and not one.weekdays
    )
    if month == "*" and days_of_month:
        month = _in_step(one, now)
    return [
        (f"{clock} {days or '*'} {month} {(_day_after(weekdays) if after else weekdays) or '*'}", occurrence)
        for days, weekdays, occurrence in _day_fields(one)
        for clock, after in _clock_fields(one, times)
    ]


def _day_after(weekdays: str) -> str:
    """ "Saturdays 8 PM to 2 AM" ends on Sundays."""
    days = [day for part in weekdays.split(",") if part for day in range_of(part)]
    return _spelled([(day + 1) % 7 for day in days], 2)


def range_of(part: str) -> range:
    """The values of `1-12` or `5`."""
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)


def _day_fields(one: When) -> list[tuple[str, str, str | None]]:
    weekdays = weekdays_of(one)
    spelled = "" if weekdays in ((), EVERY_DAY) else _spelled(weekdays, 2)
    if one.nth:
        return [("", spelled, OCCURRENCES[nth]) for nth in one.nth]
    if one.but_monthdays and not spelled:
        left = [day for day in one.monthdays or range(1, 32) if day not in one.but_monthdays]
        return [(_runs(left), "", None)]
    if one.monthdays:
        plain = [day for day in one.monthdays if day > 0]
        found: list[tuple[str, str, str | None]] = [(_spelled(plain, 3), "", None)] if plain else []
        return [*found, ("28-31", "", "last")] if LAST in one.monthdays else found
    if one.unit in ("month", "quarter", "year") and not spelled:
        return [("1", "", None)]
    if one.unit == "week" and one.every <= 1 and not spelled:
        return [("", "1", None)]
    return [("", spelled, None)]


def _clock_fields(one: When, times: list[int]) -> list[tuple[str, bool]]:
    """The minute and hour fields, each with whether it is on the day after: past midnight."""
    step = "*" if one.every == 1 else f"*/{one.every}"
    if one.unit == "hour" and one.every >= 1 and not one.count:
        past = one.past or ((one.window[0].minutes % 60,) if one.window else (0,))
        return [(f"{','.join(map(str, past))} {hours}", after) for hours, after in _hours(one, step, max(past))]
    if one.unit == "minute":
        return _minute_fields(one, step)
    by_minute: dict[int, list[int]] = {}
    for minutes in times:
        by_minute.setdefault(minutes % 60, []).append(minutes // 60)
    return [(f"{minute} {','.join(map(str, hours))}", False) for minute, hours in by_minute.items()]


def _minute_fields(one: When, step: str) -> list[tuple[str, bool]]:
    """Every few minutes within the window; its end counts where it is a full hour."""
    if not one.window:
        return [(f"{step} *", False)]
    start, end = (clock.minutes for clock in one.window)
    if end >= start:
        return [(field, False) for field in _minutes_between(start, end, one.every)]
    evening = _minutes_between(start, _A_DAY, one.every)
    night = _minutes_between(start % one.every, end, one.every)
    return [*((field, False) for field in evening), *((field, True) for field in night)]


def _minutes_between(start: int, end: int, every: int) -> list[str]:
    if start % every:
        return _minutes_from(start, end, every)
    first, found = start // 60, []
    if start % 60:
        found.append(f"{start % 60}-59/{every} {first}")
        first += 1
    if end % 60:
        found.append(f"0-{end % 60}/{every} {end // 60}")
    last = end // 60 - 1
    if first <= last:
        found.append(f"{'*' if every == 1 else f'*/{every}'} {_range(first, last)}")
    return [*found, *([f"0 {end // 60}"] if end % 60 == 0 and end < _A_DAY else [])]


def _minutes_from(start: int, end: int, every: int) -> list[str]:
    """ "Every 30 minutes, first at 8:10": at minutes 10 and 40."""
    hours: dict[tuple[int, ...], list[int]] = {}
    for hour in range(start // 60, min(end, _A_DAY - 1) // 60 + 1):
        due = tuple(one % 60 for one in range(start, end + 1, every) if one // 60 == hour)
        hours.setdefault(due, []).append(hour)
    return [f"{','.join(map(str, due))} {_range(their[0], their[-1])}" for due, their in hours.items() if due]


def _hours(one: When, step: str, past: int) -> list[tuple[str, bool]]:
    if one.phase and one.every > 1:
        first = one.phase[0].minutes // 60 % one.every
        return [(step if not first else ",".join(map(str, range(first, 24, one.every))), False)]
    if not one.window:
        return [(step, False)]
    start, end = one.window[0].minutes // 60, (one.window[1].minutes - past) % _A_DAY // 60
    last = end if end >= start else end + 24
    hours = range(start, last + 1, one.every)
    evening, night = [hour for hour in hours if hour < 24], [hour - 24 for hour in hours if hour >= 24]
    if night and weekdays_of(one) not in ((), EVERY_DAY):
        return [(_listed(evening), False), (_listed(night), True)]
    return [(_listed(sorted([*evening, *night])), False)]


def _listed(hours: Sequence[int]) -> str:
    in_a_row = len(hours) > 1 and hours[-1] - hours[0] == len(hours) - 1
    return _range(hours[0], hours[-1]) if in_a_row else ",".join(map(str, hours))


def _range(start: int, end: int) -> str:
    return f"{start}-{end}" if end > start + 1 else f"{start},{end}" if end > start else str(start)


def _spelled(values: Iterable[int], shortest: int) -> str:
    """`1-5`, `1,15`: a run of more than `shortest` as a range."""
    values = sorted(values)
    if len(values) > max(shortest, 1) and values == list(range(values[0], values[-1] + 1)):
        return f"{values[0]}-{values[-1]}"
    return ",".join(map(str, values))


def _runs(values: Sequence[int]) -> str:
    """`1-12,14-31`."""
    breaks = [place for place in range(1, len(values)) if values[place] != values[place - 1] + 1]
    parts = [values[first:last] for first, last in zip([0, *breaks], [*breaks, len(values)], strict=True)]
    return ",".join(_spelled(part, 2) for part in parts)
