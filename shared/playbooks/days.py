"""The days of a month on which a cron line is due: the first Monday, the last day of a month."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

_NUMBERS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_MOMENT = timedelta(microseconds=1)
_MONTHS_LOOKED_AT = 60
"""Every combination of month lengths and weekdays that matters comes within five years, 29 February included."""


def due_days(cron: str, year: int, month: int) -> tuple[date, ...]:
    """The days of the month that the line's day, month and weekday fields name."""
    return _due_at_noon(" ".join(["0 12", *cron.split()[2:]]), year, month)


@functools.lru_cache(maxsize=256)
def _due_at_noon(noon_of_its_days: str, year: int, month: int) -> tuple[date, ...]:
    start = datetime(year, month, 1)  # noqa: DTZ001 - a wall clock without a zone
    following = (start + timedelta(days=31)).replace(day=1)
    found = takewhile(lambda wall: wall < following, CronSim(noon_of_its_days, start))
    return tuple(wall.date() for wall in found)


def is_occurrence(cron: str, timezone: str, slot: datetime, occurrence: str) -> bool:
    """Whether the slot lies on the `first`, `second`, `third`, `fourth` or `last` of its month's days."""
    day = wall_day(cron, timezone, slot)
    days = due_days(cron, day.year, day.month)
    number = _NUMBERS[occurrence]
    return len(days) > number and bool(days) and days[number] == day


def wall_day(cron: str, timezone: str, slot: datetime) -> date:
    """The day that the slot belongs to: of one that a change of the clocks moved over midnight, the day before."""
    zone = ZoneInfo(timezone)
    before, local = (slot - _MOMENT).astimezone(zone), slot.astimezone(zone)
    if before.utcoffset() == local.utcoffset() or before.date() == local.date() or not is_fixed(cron):
        return local.date()
    skipped_from = before.replace(tzinfo=None) + _MOMENT
    due = next(CronSim(cron, skipped_from - timedelta(minutes=1)))
    return due.date() if due <= local.replace(tzinfo=None) else local.date()


def is_fixed(cron: str) -> bool:
    """Whether the line names its times; otherwise it counts minutes or hours, and a skipped one is no loss."""
    return not any(field.startswith("*") for field in cron.split()[:2])


def has_days_in_a_row(cron: str) -> bool:
    """Whether the line is ever due on two days that follow one another."""
    months = ((2024 + number // 12, number % 12 + 1) for number in range(_MONTHS_LOOKED_AT))
    days = (day for year, month in months for day in due_days(cron, year, month))
    return any(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


@functools.lru_cache(maxsize=256)
def check_occurrence(cron: str, occurrence: str) -> None:
    """Pass if some month has such a day.

    Raises:
        ValueError: none has, like a `fourth` of a line with one day a month.
    """
    months = ((2024 + number // 12, number % 12 + 1) for number in range(_MONTHS_LOOKED_AT))
    most = max(len(due_days(cron, year, month)) for year, month in months)
    needed = 1 if occurrence == "last" else _NUMBERS[occurrence] + 1
    if most < needed:
        raise ValueError(
            f"occurrence is {occurrence!r}; {cron!r} is due on at most {most} days a month, and expected to have it"
        )
