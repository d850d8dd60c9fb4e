"""From what was said of time to schedules, or to the one question that must be asked first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.language.calendar import day_of, first_on_or_after, last_instant
from shared.chat.language.time_questions import (
    OCCURRENCES,
    Ambiguity,
    minutes_of,
    question,
    unclear,
    unclear_groups,
)
from shared.chat.language.when import EVERY_DAY, LAST, Day, When, plainer


class Schedule(BaseModel):
    """One schedule trigger: `cron` or `at`, with its bounds as ISO instants. `timezone` None is the org's."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")

    cron: str | None = None
    at: str | None = None
    timezone: str | None = None
    occurrence: str | None = None
    every: dict[str, int] | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    max_runs: int | None = None
    assumed_time: bool = False
    """Whether no time of day was said, and the usual one was taken."""
    only_time: bool = False
    """Whether no days were said ("make it 8"): a change keeps the days that were."""
    about: str | None = None
    """`around` or `by`: how a time was said that is taken to the minute."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What a message says of time: schedules, or the first thing that is not clear of them."""

    schedules: tuple[Schedule, ...] = ()
    ambiguity: Ambiguity | None = None


def resolve(groups: Sequence[When], now: datetime, timezone: str) -> Timing:
    """The schedules of all the groups; the first ambiguity keeps the other groups as they are in its choices."""
    schedules: list[Schedule] = []
    groups = [plainer(one) for one in groups]
    if found := unclear_groups(groups):
        return Timing(ambiguity=found)
    for place, one in enumerate(groups):
        local = now.astimezone(ZoneInfo(one.zone or timezone))
        one = _dated(one, local)
        made = unclear(one, local) or _schedules(one, local)
        if isinstance(made, Ambiguity):
            choices = ((label, (*groups[:place], *some, *groups[place + 1 :])) for label, some in made.choices)
            return Timing(ambiguity=made.model_copy(update={"choices": tuple(choices)}))
        schedules += made
    joined = _joined(schedules)
    if len(joined) > 1 and any(one.max_runs for one in joined):
        # Each trigger would count its own runs.
        without = tuple(one.changed(runs=0) for one in groups)
        words = " ".join(one.words for one in groups)
        return Timing(ambiguity=Ambiguity(key="counted", words=words, choices=(("Leave the number out", without),)))
    return Timing(joined)


def _dated(one: When, now: datetime) -> When:
    """ "At 4 today", when 4 AM is over; "weekly starting Friday" runs on Fridays."""
    if one.once and day_of(one.once, now) == now.date():
        past = now.hour * 60 + now.minute
        times = (time.on("pm") if time.half is None and time.minutes <= past else time for time in one.times)
        return one.changed(times=tuple(times))
    if one.starts and (one.ends or one.lasts) and not (one.has_days or one.months or one.but_weekdays):
        return one.changed(weekdays=EVERY_DAY)
    plain = one.every == 1 and not (one.count or one.weekdays or one.monthdays or one.months)
    if one.starts and one.starts.kind not in ("next", "end_of") and plain:
        first = day_of(one.starts, now)
        if one.unit == "week":
            return one.changed(weekdays=((first.weekday() + 1) % 7,))
        if one.unit == "month":
            return one.changed(monthdays=(first.day,))
    return one


def _joined(schedules: Iterable[Schedule]) -> tuple[Schedule, ...]:
    """Schedules that differ only in the hour, as one cron line."""
    found: dict[Any, list[Schedule]] = {}
    for one in schedules:
        fields = (one.cron or "").split(" ")
        rest = one.model_copy(update={"cron": None, "assumed_time": False}).model_dump_json()
        plain = len(fields) == 5 and fields[1].replace(",", "").isdigit()
        key = (fields[0], *fields[2:], rest) if plain else (len(found), one.model_dump_json())
        found.setdefault(key, []).append(one)
    return tuple(_one_line(same) for same in found.values())


def _one_line(same: list[Schedule]) -> Schedule:
    if len(same) == 1:
        return same[0]
    lines = [(one.cron or "").split(" ") for one in same]
    hours = sorted({int(hour) for fields in lines for hour in fields[1].split(",")})
    cron = " ".join([lines[0][0], ",".join(map(str, hours)), *lines[0][2:]])
    return same[0].model_copy(update={"cron": cron, "assumed_time": any(one.assumed_time for one in same)})


def _midnight(day: date, now: datetime) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo).isoformat()


def _schedules(one: When, now: datetime) -> list[Schedule] | Ambiguity:
    times = minutes_of(one)
    common: dict[str, Any] = {
        "timezone": one.zone or None,
        "max_runs": one.runs or None,
        "assumed_time": not one.times and not one.window and one.unit not in ("minute", "hour"),
        "about": next((time.about for time in one.times if time.about), None),
        "only_time": not (one.has_days or one.but_weekdays),
    }
    if one.once is not None:
        return _once(one, times, now, common)
    bounds = _bounds(one, now)
    if isinstance(bounds, Ambiguity):
        return bounds
    common |= bounds
    lines = _lines(one, times, now)
    if one.every > 1 and one.unit in ("day", "week"):
        days = weekdays_of(one)
        starts = one.starts and day_of(one.starts, now)
        if one.unit == "week" and not days:
            days = ((starts.weekday() + 1) % 7,) if starts else (_MONDAY,)
            lines = [(line.rsplit(" ", 1)[0] + f" {days[0]}", nth) for line, nth in lines]
        first = first_on_or_after(starts or now.date(), days if one.unit == "week" else (), times[0], now)
        common |= {"every": {f"{one.unit}s": one.every}, "starts_at": _midnight(first, now)}
    return [Schedule(cron=line, occurrence=occurrence, **common) for line, occurrence in lines]


def _once(one: When, times: list[int], now: datetime, common: dict[str, Any]) -> list[Schedule] | Ambiguity:
    assert one.once is not None
    fields = {name: common[name] for name in ("timezone", "assumed_time", "about")}
    if one.once.kind == "offset" and one.once.unit in ("minute", "hour"):
        at = (now + timedelta(**{f"{one.once.unit}s": one.once.amount})).replace(second=0, microsecond=0)
        return [Schedule(at=at.isoformat(), **{**fields, "assumed_time": False})]
    day = day_of(one.once, now)
    instants = [
        datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=now.tzinfo) for minutes in times
    ]
    if any(instant <= now for instant in instants):
        return question(one, "in_the_past")
    return [Schedule(at=instant.isoformat(), **fields) for instant in instants]


def _bounds(one: When, now: datetime) -> dict[str, Any] | Ambiguity:
    found: dict[str, Any] = {}
    begins = day_of(one.starts, now) if one.starts else None
    if begins:
        found["starts_at"] = _midnight(begins, now)
    ends = None
    if one.ends:
        ends = day_of(one.ends, now)
        if begins and ends < begins and one.ends.kind == "date" and not one.ends.year:
            ends = day_of(one.ends, datetime(begins.year, begins.month, begins.day, tzinfo=now.tzinfo))
    elif one.lasts and one.lasts_unit:
        ends = day_of(Day(kind="offset", amount=one.lasts, unit=one.lasts_unit), now, begins)
        ends -= timedelta(days=1) if one.lasts_unit in ("day", "week") else timedelta(0)
    if ends:
        if ends < (begins or now.date()):
            return question(one, "ends_before", [("No end date", {"ends": None})])
        found["ends_at"] = last_instant(ends, now)
    return found


def weekdays_of(one: When) -> tuple[int, ...]:
    """The days of the week that are left."""
    days = one.weekdays or (EVERY_DAY if one.but_weekdays else ())
    return tuple(day for day in days if day not in one.but_weekdays)


_MONDAY = 1
_MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}


def _in_step(one: When, now: datetime) -> str:
    """The months of "every 3 months" and "every quarter", counted from the one that it starts in."""
    step = _MONTHS_BETWEEN.get(one.unit or "", 1) * max(one.every, 1)
    first = day_of(one.starts, now).month if one.starts else 1
    return _spelled(range((first - 1) % step + 1, 13, step), 1) if step > 1 else "*"


def _lines(one: When, times: list[int], now: datetime) -> list[tuple[str, str | None]]:
    """Cron lines, each with its occurrence."""
    months = one.months or (tuple(range(1, 13)) if one.but_months else ())
    month = _spelled([month for month in months if month not in one.but_months], 1) or "*"
    days_of_month = bool(one.monthdays or one.nth) or (
        one.unit in ("month", "quarter", "year") and not one.weekdays
    )
    if month == "*" and days_of_month:
        month = _in_step(one, now)
    return [
        (f"{clock} {days or '*'} {month} {weekdays or '*'}", occurrence)
        for days, weekdays, occurrence in _day_fields(one)
        for clock in _clock_fields(one, times)
    ]


def _day_fields(one: When) -> list[tuple[str, str, str | None]]:
    weekdays = weekdays_of(one)
    spelled = "" if weekdays in ((), EVERY_DAY) else _spelled(weekdays, 2)
    if one.nth:
        return [("", spelled, OCCURRENCES[nth]) for nth in one.nth]
    if one.monthdays:
        plain = [day for day in one.monthdays if day > 0]
        found: list[tuple[str, str, str | None]] = [(_spelled(plain, 3), "", None)] if plain else []
        return [*found, ("28-31", "", "last")] if LAST in one.monthdays else found
    if one.unit in ("month", "quarter", "year") and not spelled:
        return [("1", "", None)]
    if one.unit == "week" and one.every <= 1 and not spelled:
        return [("", "1", None)]
    return [("", spelled, None)]


def _clock_fields(one: When, times: list[int]) -> list[str]:
    """The minute and hour fields."""
    step = "*" if one.every == 1 else f"*/{one.every}"
    if one.unit == "hour" and one.every >= 1 and not one.count:
        past = one.past or ((one.window[0].minutes % 60,) if one.window else (0,))
        return [f"{','.join(map(str, past))} {_hours(one, step, max(past))}"]
    if one.unit == "minute":
        return _minute_fields(one, step)
    by_minute: dict[int, list[int]] = {}
    for minutes in times:
        by_minute.setdefault(minutes % 60, []).append(minutes // 60)
    return [f"{minute} {','.join(map(str, hours))}" for minute, hours in by_minute.items()]


def _minute_fields(one: When, step: str) -> list[str]:
    """Every few minutes within the window; its end counts where it is a full hour."""
    if not one.window:
        return [f"{step} *"]
    start, end = (clock.minutes for clock in one.window)
    first, found = start // 60, []
    if start % 60:
        found.append(f"{start % 60}-59/{one.every} {first}")
        first += 1
    if end % 60:
        found.append(f"0-{end % 60}/{one.every} {end // 60}")
    last = end // 60 - 1
    if first <= last or end < start:
        found.append(f"{step} {_range(first, last)}")
    return [*found, *([f"0 {end // 60}"] if end % 60 == 0 else [])]


def _hours(one: When, step: str, past: int) -> str:
    if one.phase and one.every > 1:
        first = one.phase[0].minutes // 60 % one.every
        return step if not first else ",".join(map(str, range(first, 24, one.every)))
    if not one.window:
        return step
    start, end = one.window[0].minutes // 60, (one.window[1].minutes - past) % 1440 // 60
    if one.every > 1:
        last = end if end >= start else end + 24
        return ",".join(str(hour % 24) for hour in range(start, last + 1, one.every))
    return _range(start, end)


def _range(start: int, end: int) -> str:
    if end >= start:
        return f"{start}-{end}" if end > start + 1 else f"{start},{end}" if end > start else str(start)
    return ",".join(map(str, [*range(end + 1), *range(start, 24)]))


def _spelled(values: Iterable[int], shortest: int) -> str:
    """`1-5`, `1,15`: a run of more than `shortest` as a range."""
    values = sorted(values)
    if len(values) > max(shortest, 1) and values == list(range(values[0], values[-1] + 1)):
        return f"{values[0]}-{values[-1]}"
    return ",".join(map(str, values))
