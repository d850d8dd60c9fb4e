"""Which slots of a schedule count: those of its cron line within its start, its end, its grid of weeks or days.

By the schedule's own wall clock, so that a change of the clocks neither adds nor loses a slot. Pure.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.playbooks.cron import next_slot, slots_after
from shared.playbooks.days import is_occurrence, wall_day
from shared.playbooks.time_triggers import JUST_BEFORE, Timing

FARTHEST = timedelta(days=10 * 366)
"""A grid that meets no slot for so long (29 February, every 365 days) meets none."""
_FIRST_LOOK_BACK = timedelta(hours=2)


def reason_against(timing: Timing, slot: datetime) -> str | None:
    """Why the slot doesn't count, for the log; None if it does.

    Whether the cron line is due then is not asked: an operator may force a job at any time.
    """
    if timing.starts_at is not None and slot < timing.starts_at:
        return f"before startsAt, {timing.starts_at.isoformat()}"
    if timing.ends_at is not None and slot > timing.ends_at:
        return f"after endsAt, {timing.ends_at.isoformat()}"
    if timing.occurrence and not is_occurrence(timing.cron, timing.timezone, slot, timing.occurrence):
        return f"not on the {timing.occurrence} of the month's days"
    if _following_on_grid(timing, slot) is not None:
        return f"between two of every {_grid_words(timing)}"
    return None


def due_after(timing: Timing, instant: datetime, ran: Collection[datetime] = ()) -> Iterator[datetime]:
    """The slots (UTC) after `instant` that count, soonest first; without end where nothing ends them.

    `ran`: the slots that have had a run already, which is what `max_runs` counts.
    """
    passed = set(ran)
    due = (slot for slot in _within_bounds(timing, instant) if slot not in passed)
    return itertools.islice(due, runs_left(timing, ran))


def first_due_after(timing: Timing, instant: datetime, ran: Collection[datetime] = ()) -> datetime | None:
    """The first slot after `instant` that counts; None if there is none any more."""
    return next(due_after(timing, instant, ran), None)


def last_due_until(timing: Timing, instant: datetime) -> datetime | None:
    """The last slot at or before `instant` that counts, however many runs there were; None if there was none."""
    until = instant if timing.ends_at is None else min(instant, timing.ends_at)
    back = _FIRST_LOOK_BACK
    while True:
        passed = itertools.takewhile(lambda due: due <= until, _within_bounds(timing, until - back))
        latest = max(passed, default=None)
        if latest is not None:
            return latest
        if back > FARTHEST or (timing.starts_at is not None and until - back < timing.starts_at):
            return None
        back *= 4


def runs_left(timing: Timing, ran: Collection[datetime]) -> int | None:
    """How many more runs it may start; None without a limit."""
    if timing.max_runs is None:
        return None
    return max(0, timing.max_runs - len(counted_runs(timing, ran)))


def counted_runs(timing: Timing, ran: Collection[datetime]) -> set[datetime]:
    """Those of the slots with a run that `max_runs` counts."""
    return {slot for slot in ran if timing.starts_at is None or slot >= timing.starts_at}


def _within_bounds(timing: Timing, instant: datetime) -> Iterator[datetime]:
    after = instant if timing.starts_at is None else max(instant, timing.starts_at - JUST_BEFORE)
    farthest = after + FARTHEST
    while True:
        for slot in slots_after(timing.cron, timing.timezone, after, timing.occurrence):
            if timing.ends_at is not None and slot > timing.ends_at:
                return
            following = _following_on_grid(timing, slot)
            if following is not None:
                after = following
                break
            farthest = slot + FARTHEST
            yield slot
        if after > farthest:
            return


def _following_on_grid(timing: Timing, slot: datetime) -> datetime | None:
    """Just before the next day that is on the grid, where the slot's own is not."""
    if timing.every is None or timing.starts_at is None:
        return None
    first = _first_day(timing.cron, timing.timezone, timing.occurrence, timing.starts_at)
    day = wall_day(timing.cron, timing.timezone, slot)
    step = timedelta(days=timing.every.days or 0)
    if timing.every.weeks is not None:
        first, day, step = _monday(first), _monday(day), timedelta(weeks=timing.every.weeks)
    beyond = (day - first) % step
    if not beyond:
        return None
    following = datetime.combine(day - beyond + step, time(), ZoneInfo(timing.timezone))
    return following.astimezone(UTC) - JUST_BEFORE


@functools.lru_cache(maxsize=256)
def _first_day(cron: str, timezone: str, occurrence: str | None, starts_at: datetime) -> date:
    return wall_day(cron, timezone, next_slot(cron, timezone, starts_at - JUST_BEFORE, occurrence))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _grid_words(timing: Timing) -> str:
    every = timing.every
    if every is None:
        return ""
    return f"{every.weeks} weeks" if every.weeks is not None else f"{every.days} days"
