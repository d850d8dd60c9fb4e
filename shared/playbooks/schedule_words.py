"""Schedules in plain words, and when they are due next: for chat, for summaries and for the pages. Pure."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from shared.playbooks.cron import latest_slot, next_slot
from shared.playbooks.cron_words import days_in_words, times_in_words
from shared.playbooks.time_triggers import JUST_BEFORE, Every, OnceTrigger, Timing
from shared.playbooks.timing import due_after
from shared.values.words import day_words, time_words

_DAY = timedelta(days=1)
_SEVERAL_DAYS = (" and ", ", ")
SHOWN_RUNS = 3
TIMED = frozenset({"schedule", "once"})
"""The types of triggers that run by the clock."""

Runs = Mapping[str, Collection[datetime]]
"""By the id of a schedule with a `maxRuns`, the slots that have had a run."""
NO_RUNS: Runs = MappingProxyType({})


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
    """`every other Tuesday at 8:00 AM EST, at most 6 times`."""
    timing = Timing.model_validate(dict(trigger))
    now = now or datetime.now(UTC)
    minute, hour, day, month, weekday = timing.cron.split()
    zone = zone_name(now.astimezone(ZoneInfo(timing.timezone)))
    times = times_in_words(minute, hour)
    days, grid = days_on_grid(days_in_words(day, month, weekday, timing.occurrence), timing.every)
    if times.startswith("every") and days == "every day":
        words = f"{times} ({zone})" if "between" in times else times
    else:
        words = f"{days} {times} {zone}" if times.startswith("at") else f"{times}, {days} ({zone})"
    return f"{words}{grid}{bounds_in_words(timing, now)}"
