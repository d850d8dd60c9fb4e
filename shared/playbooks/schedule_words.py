"""Schedules in plain words, and when they are due next: for chat, for summaries and for the pages. Pure."""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from shared.playbooks.cron import MONTHS, WEEKDAYS, latest_slot, next_slot
from shared.playbooks.time_triggers import JUST_BEFORE, Every, OnceTrigger, Timing
from shared.playbooks.timing import due_after
from shared.values.words import clock_words, day_words, listed, time_words

_DAY = timedelta(days=1)
_SEVERAL_DAYS = (" and ", ", ")
SHOWN_RUNS = 3
TIMED = frozenset({"schedule", "once"})
"""The types of triggers that run by the clock."""

Runs = Mapping[str, Collection[datetime]]
"""By the id of a schedule with a `maxRuns`, the slots that have had a run."""
NO_RUNS: Runs = MappingProxyType({})
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBER = re.compile(r"\d+\Z")
_STEP = re.compile(r"(?:\*|0-59|0-23)/(\d+)\Z")


def days_on_grid(days: str, every: Every | None) -> tuple[str, str]:
    """`every Tuesday` as `every other Tuesday`; what cannot stand there is the second text, for the end."""
    weeks, number_of_days = (every.weeks or 1, every.days or 1) if every is not None else (1, 1)
    if number_of_days > 1:
        grid = "every other day" if number_of_days == 2 else f"every {number_of_days} days"
        return (grid, "") if days == "every day" else (days, f", {grid}")
    if weeks == 1:
        return days, ""
    grid = "every other week" if weeks == 2 else f"every {weeks} weeks"
    names = days.removeprefix("every ")
    if names == days or names in {"day", "weekday"} or " in " in names:
        return days, f", {grid}"
    if weeks == 2 and not any(between in names for between in _SEVERAL_DAYS):
        return f"every other {names}", ""
    return f"{grid} on {names}", ""


def bounds_in_words(timing: Timing, now: datetime) -> str:
    """`, from Dec 1 until Dec 25, at most 6 times`; empty without bounds."""
    span = " ".join(filter(None, (_from(timing, now), _until(timing, now))))
    most = timing.max_runs
    times = "" if most is None else {1: "at most once", 2: "at most twice"}.get(most, f"at most {most:,} times")
    return "".join(f", {part}" for part in (span, times) if part)


def _from(timing: Timing, now: datetime) -> str:
    """The day alone says enough where the schedule was not due on it before the start."""
    if timing.starts_at is None:
        return ""
    start = timing.starts_at
    day = day_in_words(start, timing.timezone, now)
    before = latest_slot(timing.cron, timing.timezone, start - JUST_BEFORE, timing.occurrence)
    return f"from {day}{_clock_unless_other_day(before, start, timing.timezone)}"


def _until(timing: Timing, now: datetime) -> str:
    if timing.ends_at is None:
        return ""
    end = timing.ends_at
    zone = ZoneInfo(timing.timezone)
    following = next_slot(timing.cron, timing.timezone, end, timing.occurrence)
    local = end.astimezone(zone)
    if local == local.replace(hour=0, minute=0, second=0, microsecond=0) and not _is_due(timing, end):
        # Midnight ends the day before.
        return f"until {day_in_words(end - JUST_BEFORE, timing.timezone, now)}"
    return (
        f"until {day_in_words(end, timing.timezone, now)}{_clock_unless_other_day(following, end, timing.timezone)}"
    )


def _is_due(timing: Timing, instant: datetime) -> bool:
    return next_slot(timing.cron, timing.timezone, instant - JUST_BEFORE, timing.occurrence) == instant


def _clock_unless_other_day(neighbor: datetime, bound: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    local = bound.astimezone(zone)
    if neighbor.astimezone(zone).date() != local.date():
        return ""
    return f", {time_words(local)}"


def once_in_words(at: datetime, timezone: str, now: datetime, *, lasting: bool = False) -> str:
    """`once, tomorrow (Mon, Nov 30) at 3:00 PM EST`; `lasting`: in words that are still true a day later."""
    local, today = at.astimezone(ZoneInfo(timezone)), now.astimezone(ZoneInfo(timezone)).date()
    day = f"{local:%a}, {day_in_words(at, timezone, now)}"
    near = {today: "today", today + _DAY: "tomorrow"}.get(local.date())
    when = f"on {day}" if near is None or lasting else f"{near} ({day})"
    return f"once, {when} at {time_words(local)} {zone_name(local)}"


def day_in_words(instant: datetime, timezone: str, now: datetime) -> str:
    """`Dec 1`, with the year if it isn't this one."""
    local = instant.astimezone(ZoneInfo(timezone))
    year = "" if local.year == now.astimezone(ZoneInfo(timezone)).year else f", {local.year}"
    return f"{local:%b} {local.day}{year}"


def zone_name(local: datetime) -> str:
    """The zone's abbreviation at that time: `EST`, or `UTC+05:30` if it has none."""
    name = local.tzname() or ""
    if name and name[0].isalpha():
        return name
    offset = local.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def next_runs(
    triggers: Iterable[Mapping[str, Any]],
    now: datetime,
    count: int = SHOWN_RUNS,
    ran: Runs = NO_RUNS,
) -> list[datetime]:
    """The first `count` instants (UTC) after `now` at which any of the triggers is due."""
    merged = heapq.merge(*(_slots(trigger, now, ran) for trigger in triggers if trigger.get("type") in TIMED))
    distinct = (instant for instant, _ in itertools.groupby(merged))
    return list(itertools.islice(distinct, count))


def _slots(trigger: Mapping[str, Any], now: datetime, ran: Runs) -> Iterator[datetime]:
    if trigger["type"] == "schedule":
        return due_after(Timing.model_validate(dict(trigger)), now, ran.get(str(trigger.get("id")), ()))
    at = OnceTrigger.model_validate(dict(trigger)).at
    return iter([at] if at > now else [])


def instant_in_words(instant: datetime, timezone: str) -> str:
    """`Mon, Nov 23, 9:00 AM EST`."""
    local = instant.astimezone(ZoneInfo(timezone))
    return f"{day_words(local)}, {time_words(local)} {zone_name(local)}"


def schedule_in_words(trigger: Mapping[str, Any], now: datetime | None = None) -> str:
    """`every other Tuesday at 8:00 AM EST, at most 6 times`; a line that has no short words is shown as it is."""
    timing = Timing.model_validate(dict(trigger))
    now = now or datetime.now(UTC)
    minute, hour, day, month, weekday = timing.cron.split()
    zone = zone_name(now.astimezone(ZoneInfo(timing.timezone)))
    every_day = _days_in_words(day, month, weekday, timing.occurrence)
    times = _times_in_words(minute, hour)
    if every_day is None or times is None:
        _, grid = days_on_grid("", timing.every)
        line = f"by the cron line “{timing.cron}” ({timing.timezone})"
        return f"{line}{grid}{bounds_in_words(timing, now)}"
    days, grid = days_on_grid(every_day, timing.every)
    if times.startswith("every") and days == "every day":
        words = f"{times} ({zone})" if "between" in times else times
    else:
        words = f"{days} {times} {zone}" if times.startswith("at") else f"{times}, {days} ({zone})"
    return f"{words}{grid}{bounds_in_words(timing, now)}"


def _times_in_words(minute: str, hour: str) -> str | None:
    every = _STEP.match(minute)
    if every and hour == "*":
        return f"every {every[1]} minutes"
    if minute == "*" and hour == "*":
        return "every minute"
    if every and (span := _span(hour)):
        return f"every {every[1]} minutes between {clock_words(span[0], 0)} and {clock_words(span[1], 59)}"
    if not all(_NUMBER.match(one) for one in minute.split(",")):
        return None
    return _fixed_minutes(minute, hour)


def _fixed_minutes(minute: str, hour: str) -> str | None:
    first = minute.split(",")[0]
    past = "" if minute == "0" else f" at {minute} past"
    if hour == "*":
        return f"every hour{past}"
    if each := _STEP.match(hour):
        return f"every {each[1]} hours{past}"
    if span := _span(hour):
        return f"every hour{past} between {clock_words(span[0], int(first))} and {clock_words(span[1], int(first))}"
    if all(_NUMBER.match(one) for one in hour.split(",")):
        times = [clock_words(int(h), int(m)) for h in hour.split(",") for m in minute.split(",")]
        return f"at {listed(times)}"
    return None


def _span(field: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d+)-(\d+)", field)
    return (int(match[1]), int(match[2])) if match else None


def _days_in_words(day: str, month: str, weekday: str, occurrence: object) -> str | None:
    months = _months(month)
    if months is None:
        return None
    if day == "*" and weekday == "*":
        return f"every day{months}"
    if weekday == "*":
        return _month_days(day, occurrence, months)
    names = _weekday_names(weekday)
    if names is None or day != "*":
        return None
    if occurrence:
        which = listed(names, "or") if len(names) < 5 else "working day" if names == list(_DAYS[1:6]) else "day"
        return f"on the {occurrence} {which} of the month{months}"
    return f"{_weekdays_in_words(names)}{months}"


def _month_days(day: str, occurrence: object, months: str) -> str | None:
    if occurrence == "last" and day in {"28-31", "*"}:
        return f"on the last day of the month{months}"
    if occurrence or not all(_NUMBER.match(one) for one in day.split(",")):
        return None
    return f"on the {listed([_ordinal(int(one)) for one in day.split(',')])} of the month{months}"


def _weekdays_in_words(names: list[str]) -> str:
    if names == list(_DAYS[1:6]):
        return "every weekday"
    if sorted(names) == ["Saturday", "Sunday"]:
        return "every Saturday and Sunday"
    left_out = [day for day in _DAYS[1:] if day not in names]
    if not left_out:
        return "every day"
    return f"every day except {listed(left_out)}" if len(left_out) <= 2 else f"every {listed(names)}"


def _weekday_names(field: str) -> list[str] | None:
    numbers: list[int] = []
    for part in field.split(","):
        low, _, high = part.partition("-")
        bounds = [_number_of(bound, WEEKDAYS, 0) for bound in (low, high or low)]
        if bounds[0] is None or bounds[1] is None:
            return None
        numbers += range(bounds[0], bounds[1] + 1)
    return [_DAYS[number] for number in dict.fromkeys(7 if one == 0 and 6 in numbers else one for one in numbers)]


def _months(field: str) -> str | None:
    if field == "*":
        return ""
    numbers = [_number_of(one, MONTHS, 1) for one in field.split(",")]
    if any(one is None for one in numbers):
        return None
    return f" in {listed([datetime(2000, one or 1, 1, tzinfo=UTC).strftime('%B') for one in numbers])}"


def _number_of(text: str, names: tuple[str, ...], first: int) -> int | None:
    if text.isdigit():
        return int(text)
    return names.index(text.upper()) + first if text.upper() in names else None


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
