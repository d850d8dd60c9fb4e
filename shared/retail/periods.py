"""Days and periods in a shop's time zone, as instants, correct across daylight saving changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

Against = Literal["period_before", "week_before"]
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)


class Period(StrEnum):
    YESTERDAY = "yesterday"
    TODAY = "today"
    """Until now."""
    LAST_7_DAYS = "last_7_days"
    """Seven whole days ending yesterday."""
    LAST_30_DAYS = "last_30_days"
    """Thirty whole days ending yesterday."""
    WEEK_TO_DATE = "week_to_date"
    """Since Monday, until now."""
    MONTH_TO_DATE = "month_to_date"
    """Since the first of the month, until now."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`, both UTC; `first` and `last` are shop days."""

    start: datetime
    end: datetime
    first: date
    last: date

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


@dataclass(frozen=True, slots=True)
class Compared:
    """A period and the earlier one to compare it with."""

    current: Span
    previous: Span
    words: str
    """`yesterday`."""
    previous_words: str
    """`the day before`."""


def start_of_day(day: date, zone: str) -> datetime:
    """When the day begins in the zone, in UTC."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def whole_days(first: date, last: date, zone: str) -> Span:
    """From the start of `first` to the end of `last`."""
    return Span(start_of_day(first, zone), start_of_day(last + ONE_DAY, zone), first, last)


def compared(period: Period, now: datetime, zone: str, against: Against = "period_before") -> Compared:
    """The period as of `now`. An unfinished period is compared with the same part of the previous one.

    `against` affects single days only: `week_before` compares a Friday with the previous Friday, since weekdays
    differ.
    """
    today = local_day(now, zone)
    yesterday = today - ONE_DAY
    match period:
        case Period.YESTERDAY if against == "week_before":
            before = yesterday - timedelta(days=7)
            current, previous = (whole_days(day, day, zone) for day in (yesterday, before))
            return Compared(current, previous, "yesterday", f"last {before:%A}")
        case Period.YESTERDAY:
            return _back_to_back(yesterday, 1, zone, "yesterday", "the day before")
        case Period.LAST_7_DAYS:
            return _back_to_back(yesterday, 7, zone, "the last 7 days", "the week before")
        case Period.LAST_30_DAYS:
            return _back_to_back(yesterday, 30, zone, "the last 30 days", "the 30 days before")
        case Period.TODAY:
            return _to_date(today, yesterday, now, zone, "today so far", "yesterday at this time")
        case Period.WEEK_TO_DATE:
            monday = today - timedelta(days=today.weekday())
            earlier = monday - timedelta(days=7)
            return _to_date(monday, earlier, now, zone, "this week so far", "last week at this time")
        case Period.MONTH_TO_DATE:
            earlier = (today.replace(day=1) - ONE_DAY).replace(day=1)
            return _to_date(
                today.replace(day=1), earlier, now, zone, "this month so far", "last month at this time"
            )


def _back_to_back(last: date, days: int, zone: str, words: str, previous_words: str) -> Compared:
    first = last - timedelta(days=days - 1)
    before = whole_days(first - timedelta(days=days), first - ONE_DAY, zone)
    return Compared(whole_days(first, last, zone), before, words, previous_words)


def _to_date(first: date, earlier: date, now: datetime, zone: str, words: str, previous_words: str) -> Compared:
    """From `first` until now, and from `earlier` for the same number of days up to the same time of day."""
    local = now.astimezone(ZoneInfo(zone))
    current = Span(start_of_day(first, zone), now.astimezone(UTC), first, local.date())
    day = earlier + (local.date() - first)
    if day >= first:  # the month before was shorter
        return Compared(current, whole_days(earlier, first - ONE_DAY, zone), words, previous_words)
    clock = datetime.combine(day, local.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = min(max(clock, start_of_day(day, zone)), start_of_day(day + ONE_DAY, zone))
    return Compared(current, Span(start_of_day(earlier, zone), end, earlier, day), words, previous_words)
