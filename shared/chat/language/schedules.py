"""From what was said of time to schedules, or to the one question that must be asked first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.language.ambiguity import Ambiguity, question
from shared.chat.language.calendar import day_of, first_on_or_after, last_instant
from shared.chat.language.clocks import plainer
from shared.chat.language.cron_lines import MONDAY, cron_lines, weekdays_of
from shared.chat.language.time_questions import minutes_of, unclear, unclear_groups
from shared.chat.language.when import EVERY_DAY, Day, When


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
        if one.once and any(_is_due(other, one, local) for other in groups):
            continue
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


def _is_due(one: When, other: When, now: datetime) -> bool:
    """ "Today and every Monday", on a Monday: whether it already runs then."""
    plain = {*one.set_fields} <= {"weekdays", "times", "unit", "every", "zone"} and one.every <= 1
    day = day_of(other.once, now) if other.once else None
    return plain and day is not None and one.times == other.times and (day.weekday() + 1) % 7 in one.weekdays


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
    several = one.count > 1 and one.unit == "day"
    common: dict[str, Any] = {
        "timezone": one.zone or None,
        "max_runs": one.runs or None,
        "assumed_time": not (one.times or one.window or one.unit in ("minute", "hour") or several),
        "about": next((time.about for time in one.times if time.about), None),
        "only_time": not (one.has_days or one.but_weekdays or one.months or one.but_months or one.but_monthdays),
    }
    if one.once is not None:
        return _once(one, times, now, common)
    bounds = _bounds(one, now)
    if isinstance(bounds, Ambiguity):
        return bounds
    common |= bounds
    lines = cron_lines(one, times, now)
    if one.every > 1 and one.unit in ("day", "week"):
        days = weekdays_of(one)
        starts = one.starts and day_of(one.starts, now)
        if one.unit == "week" and not days:
            days = ((starts.weekday() + 1) % 7,) if starts else (MONDAY,)
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
        if begins and ends < begins and one.ends.kind in ("date", "weekday") and not one.ends.year:
            ends = day_of(one.ends, datetime(begins.year, begins.month, begins.day, tzinfo=now.tzinfo))
    elif one.lasts and one.lasts_unit:
        ends = day_of(Day(kind="offset", amount=one.lasts, unit=one.lasts_unit), now, begins)
        ends -= timedelta(days=1) if one.lasts_unit in ("day", "week") else timedelta(0)
    if ends:
        if ends < (begins or now.date()):
            return question(one, "ends_before", [("No end date", {"ends": None})])
        found["ends_at"] = last_instant(ends, now)
    return found
