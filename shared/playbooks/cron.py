"""Cron lines as Cloud Scheduler reads them: five fields, names, ranges, steps, in an IANA time zone.

DST, as in Debian's cron: a fixed time that the spring change skips is due right after the gap, and one that
the autumn change repeats is due the first time only.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from shared.playbooks.days import due_days, is_fixed, is_occurrence

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(MONTHS, start=1)}),
    ("day of week", 0, 7, {name: number for number, name in enumerate(WEEKDAYS)}),
)
_PART = re.compile(r"(?:\*|(?P<low>\w{1,9})(?:-(?P<high>\w{1,9}))?)(?:/(?P<step>\d{1,9}))?\Z", re.ASCII)
# Files of the zone database that are no place, or count leap seconds: Cloud Scheduler knows none of them.
_NO_PLACE = re.compile(r"(?:Factory|localtime|posixrules)\Z|(?:right|posix)/", re.IGNORECASE)
_FIRST_LOOK_BACK = timedelta(hours=2)
_LONGEST_CHANGE = timedelta(hours=3)
_ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)


@functools.lru_cache(maxsize=256)
def check_cron(expression: str) -> str:
    """The cron line with its blanks made single.

    Raises:
        ValueError: names the field, what was found and what was expected.
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"{expression!r} has {len(fields)} fields; expected five: minute hour day-of-month month day-of-week"
        )
    for text, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        for part in text.split(","):
            _check_part(part, name, low, high, names)
    try:
        next(CronSim(" ".join(fields), _ANY_DAY))
    except (StopIteration, CronSimError):
        raise ValueError(
            f"the day of month field holds {fields[2]!r}, which month {fields[3]} never has; "
            "expected a day that exists"
        ) from None
    return " ".join(fields)


def _check_part(part: str, name: str, low: int, high: int, names: dict[str, int]) -> None:
    expected = f"a number from {low} to {high}{' or a name like ' + next(iter(names)) if names else ''}"
    match = _PART.match(part)
    if match is None:
        raise ValueError(f"the {name} field holds {part!r}; expected *, {expected}, a range a-b or a step */n")
    bounds = []
    for bound in (match["low"], match["high"]):
        if bound is None:
            continue
        value = names.get(bound.upper(), int(bound) if bound.isdigit() else -1)
        if not low <= value <= high:
            raise ValueError(f"the {name} field holds {bound!r}; expected {expected}")
        bounds.append(value)
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        raise ValueError(f"the {name} field holds the range {part!r} that runs backwards; expected low-high")
    if match["step"] is not None and not 1 <= int(match["step"]) <= high:
        raise ValueError(f"the {name} field holds the step /{match['step']}; expected /1 to /{high}")


@functools.lru_cache(maxsize=64)
def check_timezone(name: str) -> str:
    """The IANA zone name itself.

    Raises:
        ValueError: no such zone.
    """
    try:
        if _NO_PLACE.match(name):
            raise ValueError(name)
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone; expected a name like 'America/New_York'") from None
    return name


def slots_after(cron: str, timezone: str, instant: datetime, occurrence: str | None = None) -> Iterator[datetime]:
    """The times (UTC) at which the schedule is due after `instant`, soonest first, unbounded.

    `occurrence`: only on that one of each month's days. Where no month has it this never ends: `check_occurrence`.
    """
    slots = _cron_slots(cron, timezone, instant)
    if occurrence is None:
        return slots
    return (slot for slot in slots if is_occurrence(cron, timezone, slot, occurrence))


def _cron_slots(cron: str, timezone: str, instant: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(timezone)
    names_its_times = is_fixed(cron)
    due: list[datetime] = []
    last = instant
    # Walls without a zone: the library's own way through a zone never ends around a change at a quarter to.
    for wall in CronSim(cron, instant.astimezone(zone).replace(tzinfo=None) - _LONGEST_CHANGE):
        found = [_due_once(wall, zone)] if names_its_times else _due_each_time(wall, zone)
        # The second pass of a repeated hour waits until the first one is through.
        due = sorted({*due, *found})
        while due and (not found or due[0] <= found[0]):
            slot = due.pop(0)
            if slot > last:
                yield slot
                last = slot


def _due_once(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the wall clock shows the time first, or the end of the gap that skips it."""
    while not (found := _due_each_time(wall, zone)):
        wall += timedelta(minutes=1)
    return found[0]


def _due_each_time(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Every instant at which the wall clock shows the time: none in a gap, two in a repeated hour."""
    instants = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(instant for instant in instants if instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall)


def next_slot(cron: str, timezone: str, instant: datetime, occurrence: str | None = None) -> datetime:
    """The first slot after `instant`, in UTC."""
    return next(slots_after(cron, timezone, instant, occurrence))


def latest_slot(cron: str, timezone: str, instant: datetime, occurrence: str | None = None) -> datetime:
    """The last slot at or before `instant`, in UTC."""
    # The library's own walk backwards never ends around some clock changes (Pacific/Chatham, every other hour).
    back = _FIRST_LOOK_BACK
    while True:
        found = slots_after(cron, timezone, instant - back, occurrence)
        passed = itertools.takewhile(lambda due: due <= instant, found)
        latest = max(passed, default=None)
        if latest is not None:
            return latest
        back *= 4


def slot_of_tick(cron: str, timezone: str, tick: datetime) -> datetime:
    """The slot that a scheduler's tick stands for.

    A tick is its own slot (an operator may force a job at any time), except where a scheduler fires again in
    the hour that the autumn change repeats although the schedule was due in the first pass: that one stands
    for the first.
    """
    tick = tick.replace(second=0, microsecond=0)
    local = tick.astimezone(ZoneInfo(timezone))
    if local.fold == 0:
        return tick
    window = itertools.takewhile(lambda due: due <= tick, slots_after(cron, timezone, tick - timedelta(hours=3)))
    due = set(window)
    first_pass = local.replace(fold=0).astimezone(UTC)
    return first_pass if tick not in due and first_pass in due else tick


def count_slots(cron: str, timezone: str, after: datetime, until: datetime) -> int:
    """How many slots there are after `after`, up to and including `until`.

    Day by day: going from slot to slot, every quarter of an hour for a month takes thirty times as long.
    """
    zone, line = ZoneInfo(timezone), CronSim(cron, _ANY_DAY)
    begins, ends = after.astimezone(zone), until.astimezone(zone)

    def due_by(wall: datetime) -> int:
        in_this_hour = sum(minute <= wall.minute for minute in line.minutes) if wall.hour in line.hours else 0
        return sum(hour < wall.hour for hour in line.hours) * len(line.minutes) + in_this_hour

    days = range((ends.date() - begins.date()).days + 1)
    midnights = [datetime.combine(begins.date() + timedelta(days=number), time(), zone) for number in (-1, *days)]
    midnights += [midnights[-1] + timedelta(days=number) for number in (1, 2)]
    offsets = [one.utcoffset() for one in midnights]
    found = 0
    for number in days:
        day = midnights[number + 1].date()
        # On the day of a change, and the days before and after it, a slot may be moved, or come twice.
        if len({*offsets[number : number + 4]}) > 1:
            first, last = (one.astimezone(UTC) - _MOMENT for one in midnights[number + 1 : number + 3])
            found += _count_one_by_one(cron, timezone, max(first, after), min(last, until))
        elif day in due_days(cron, day.year, day.month):
            found += due_by(ends) if day == ends.date() else len(line.minutes) * len(line.hours)
            found -= due_by(begins) if day == begins.date() else 0
    return found


def _count_one_by_one(cron: str, timezone: str, after: datetime, until: datetime) -> int:
    return sum(1 for _ in itertools.takewhile(lambda slot: slot <= until, slots_after(cron, timezone, after)))
