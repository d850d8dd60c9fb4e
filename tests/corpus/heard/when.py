"""Schedules compared by the moments at which they are due, however they are written down.

The notation of the corpus: a cron line, then any of `~` (no time of day was said, any will do) or `~morning`,
`~afternoon`, `~evening`, `~night` (one in that part of the day), `#first` … `#last`, `@Zone`, `from DATE`,
`until DATE` (that day itself counts neither way), `max N`, `every N weeks`, `every N days` or `every N months` (any
of the weeks may be the first). `once DATE TIME` is one moment, `once DATE ~` one on that day.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

NOW = datetime(2027, 2, 3, 15, 0, tzinfo=UTC)
"""A Wednesday, 10 in the morning in New York."""
ZONE = "America/New_York"
_HORIZON = timedelta(days=420)
_TODAY = NOW.astimezone(ZoneInfo(ZONE)).date()
_PARTS = {"": (0, 24), "morning": (5, 12), "afternoon": (12, 18), "evening": (16, 22), "night": (18, 24)}
_MARKS = {"~": "any_time", "#": "occurrence", "@": "zone"}
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}

Due = dict[date, frozenset[int]]
"""The minutes since midnight at which something is due, by day."""


@dataclass(frozen=True)
class Schedule:
    """One schedule, of the corpus or of an answer, on the wall clock of its zone."""

    cron: str | None = None
    zone: str = ZONE
    occurrence: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    max_runs: int | None = None
    every: tuple[int, str] | None = None
    at: datetime | None = None
    any_time: str | None = None
    """The part of the day within which any time will do; None: the time counts."""
    edge: date | None = None
    """A day that may be due or not."""

    def due(self, phase: int | None = None) -> Due:
        """When it is due within the horizon; `phase` is which of the weeks, days or months is the first."""
        if self.at is not None:
            return {self.at.date(): frozenset({self.at.hour * 60 + self.at.minute})}
        assert self.cron is not None
        minutes = _minutes(*self.cron.split()[:2])
        found: Due = {}
        left = self.max_runs
        for day in self._days(phase):
            times = sorted(one for one in minutes if self._is_within(day, one))
            times = times if left is None else times[:left]
            if times:
                found[day] = frozenset(times)
                left = None if left is None else left - len(times)
        return found

    def _days(self, phase: int | None) -> Iterator[date]:
        assert self.cron is not None
        days: Iterable[date] = _days(" ".join(self.cron.split()[2:]))
        if self.occurrence is not None:
            days = _only(days, _ORDINALS[self.occurrence])
        for day in days:
            if day >= _TODAY and (self.every is None or self._is_turn(day, *self.every, phase)):
                yield day

    def _is_turn(self, day: date, number: int, unit: str, phase: int | None) -> bool:
        start = self.starts.date() if self.starts else _TODAY
        if unit == "months":
            count = (day.year - start.year) * 12 + day.month - start.month
        elif unit == "weeks":
            count = ((day - timedelta(days=day.weekday())) - (start - timedelta(days=start.weekday()))).days // 7
        else:
            count = (day - start).days
        return (count + (phase or 0)) % number == 0

    def _is_within(self, day: date, minute: int) -> bool:
        moment = datetime.combine(day, time(minute // 60, minute % 60))
        now = NOW.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return (
            moment > now
            and (self.starts is None or moment >= self.starts)
            and (self.ends is None or moment <= self.ends)
        )


@functools.lru_cache(maxsize=4096)
def _days(fields: str) -> tuple[date, ...]:
    start = datetime.combine(_TODAY.replace(day=1), time())
    found = []
    for moment in CronSim(f"0 12 {fields}", start):
        if moment > start + _HORIZON:
            break
        found.append(moment.date())
    return tuple(found)


@functools.lru_cache(maxsize=4096)
def _minutes(minute: str, hour: str) -> frozenset[int]:
    start = datetime(2027, 1, 1)  # noqa: DTZ001 - a wall clock
    moments = CronSim(f"{minute} {hour} * * *", start - timedelta(minutes=1))
    found = set()
    for moment in moments:
        if moment.date() != start.date():
            break
        found.add(moment.hour * 60 + moment.minute)
    return frozenset(found)


def _only(days: Iterable[date], number: int) -> list[date]:
    months: dict[tuple[int, int], list[date]] = {}
    for day in days:
        months.setdefault((day.year, day.month), []).append(day)
    return [days[number] for days in months.values() if number < len(days)]


def written(text: str) -> Schedule:
    """A schedule of the corpus.

    Raises:
        ValueError: it is not in the notation above.
    """
    words = text.split()
    if words[0] == "once":
        clock = "00:00" if words[2].startswith("~") else words[2]
        any_time = words[2][1:] if words[2].startswith("~") else None
        return Schedule(at=datetime.fromisoformat(f"{words[1]}T{clock}"), any_time=any_time)
    fields: dict[str, Any] = {"cron": " ".join(words[:5])}
    rest = iter(words[5:])
    for word in rest:
        if word[0] in _MARKS:
            fields[_MARKS[word[0]]] = word[1:]
        else:
            fields |= _bounds(word, rest, text)
    if fields.get("occurrence", "last") not in _ORDINALS or fields.get("any_time", "") not in _PARTS:
        raise ValueError(f"found {text!r}; expected an ordinal of {[*_ORDINALS]} and a part of {[*_PARTS]}")
    return Schedule(**fields)


def _bounds(word: str, rest: Iterator[str], text: str) -> dict[str, Any]:
    match word:
        case "from":
            return {"starts": datetime.fromisoformat(next(rest))}
        case "until":
            edge = date.fromisoformat(next(rest))
            return {"edge": edge, "ends": datetime.combine(edge, time(23, 59))}
        case "max":
            return {"max_runs": int(next(rest))}
        case "every":
            return {"every": (int(next(rest)), next(rest))}
    raise ValueError(f"found {word!r} in {text!r}; expected the notation of tests.corpus.heard.when")


def answered(trigger: Mapping[str, Any]) -> Schedule:
    """A schedule of an answer's `understood`, or a trigger of a playbook."""
    zone = trigger.get("timezone") or ZONE
    every = trigger.get("every") or {}
    return Schedule(
        cron=trigger.get("cron"),
        zone=zone,
        occurrence=trigger.get("occurrence"),
        starts=_wall(trigger.get("startsAt"), zone),
        ends=_wall(trigger.get("endsAt"), zone),
        max_runs=trigger.get("maxRuns"),
        every=next(((number, unit) for unit, number in every.items() if number and number > 1), None),
        at=_wall(trigger.get("at"), zone),
    )


def _wall(instant: Any, zone: str) -> datetime | None:
    if instant is None:
        return None
    found = (
        instant if isinstance(instant, datetime) else datetime.fromisoformat(str(instant).replace("Z", "+00:00"))
    )
    return found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if found.tzinfo else found


def is_same(expected: Iterable[str], found: Iterable[Schedule]) -> bool:
    """Whether what was found is due exactly when what was expected is."""
    wanted = [written(text) for text in expected]
    actual = [one for one in found if one.cron or one.at]
    zones = {one.zone for one in wanted}
    if not wanted or not actual or zones != {one.zone for one in actual}:
        return not wanted and not actual
    edges = {one.edge for one in wanted}
    have = _union(actual, None, edges)
    steps = max((one.every[0] for one in wanted if one.every), default=1)
    return any(_fits(wanted, _union(wanted, phase, edges), have) for phase in range(steps))


def _union(schedules: Iterable[Schedule], phase: int | None, edges: set[date | None]) -> Due:
    found: Due = {}
    for one in schedules:
        for day, minutes in one.due(phase).items():
            if day not in edges:
                found[day] = found.get(day, frozenset()) | minutes
    return found


def _fits(wanted: list[Schedule], due: Due, have: Due) -> bool:
    part = next((one.any_time for one in wanted if one.any_time is not None), None)
    if part is None:
        return due == have
    # Whether today's is over depends on the time that was chosen.
    first, last = _PARTS[part]
    once = any(one.at for one in wanted)
    mine, theirs = ({day for day in one if once or day > _TODAY} for one in (due, have))
    counts = all(len(have[day]) == len(due[day]) for day in mine & theirs)
    return mine == theirs and counts and all(first * 60 <= one < last * 60 for day in theirs for one in have[day])
