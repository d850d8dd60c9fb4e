"""Which slots of a bounded schedule count, held against another calendar, above all where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, FR, MO, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.playbooks.time_triggers import Timing
from shared.playbooks.timing import due_after, first_due_after, last_due_until, reason_against, runs_left
from tests.unit.playbooks.slots import NEW_YORK, ZONES, wall_time

WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
CRON_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
AT_ONCE = 12

zones = st.sampled_from(ZONES)
days = st.dates(date(2025, 1, 1), date(2029, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
weekday_sets = st.sets(st.integers(0, 6), min_size=1)


def timing(cron: str = "0 9 * * *", zone: str = NEW_YORK, **bounds: Any) -> Timing:
    return Timing.model_validate({"cron": cron, "timezone": zone, **bounds})


def due(schedule: Timing, after: datetime, count: int = AT_ONCE) -> list[datetime]:
    return list(islice(due_after(schedule, after), count))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def midnight(zone: str, day: Any) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@given(zones, days, clocks, st.integers(1, 30))
@example("America/Nuuk", at("2026-03-26").date(), time(23, 30), 2)
@example("America/Havana", at("2026-03-06").date(), time(0, 15), 2)
@example(NEW_YORK, at("2026-03-06").date(), time(2, 30), 2)
@example(NEW_YORK, at("2026-10-30").date(), time(1, 30), 2)
def test_every_so_many_days_are_those_of_the_calendar(zone: str, start: Any, clock: time, step: int) -> None:
    starts_at = midnight(zone, start)
    schedule = timing(f"{clock.minute} {clock.hour} * * *", zone, startsAt=starts_at, every={"days": step})
    expected = rrule(DAILY, interval=step, dtstart=datetime.combine(start, clock), count=AT_ONCE)
    assert due(schedule, starts_at - timedelta(days=40)) == [wall_time(zone, one.date(), clock) for one in expected]


@given(zones, days, clocks, st.integers(1, 9), weekday_sets)
@example("America/Nuuk", at("2026-03-14").date(), time(23, 30), 2, {5})
@example(NEW_YORK, at("2026-12-01").date(), time(9), 2, {1})
def test_every_so_many_weeks_are_those_of_the_calendar(
    zone: str, start: Any, clock: time, step: int, on: set[int]
) -> None:
    starts_at = midnight(zone, start)
    names = ",".join(CRON_DAYS[one] for one in sorted(on))
    schedule = timing(f"{clock.minute} {clock.hour} * * {names}", zone, startsAt=starts_at, every={"weeks": step})
    first = next(day for ahead in range(7) if (day := start + timedelta(days=ahead)).weekday() in on)
    expected = rrule(
        WEEKLY,
        interval=step,
        wkst=MO,
        byweekday=[WEEKDAYS[one] for one in sorted(on)],
        dtstart=datetime.combine(first, clock),
        count=AT_ONCE,
    )
    assert due(schedule, starts_at - timedelta(days=40)) == [wall_time(zone, one.date(), clock) for one in expected]


@given(zones, days, clocks, st.integers(0, 60), st.integers(1, 20), st.integers(-30, 90))
def test_the_bounds_cut_what_the_calendar_has(
    zone: str, start: Any, clock: time, length: int, most: int, ahead: int
) -> None:
    starts_at, ends_at = midnight(zone, start), midnight(zone, start + timedelta(days=length + 1))
    cron = f"{clock.minute} {clock.hour} * * *"
    schedule = timing(cron, zone, startsAt=starts_at, endsAt=ends_at, maxRuns=most)
    dates = rrule(DAILY, dtstart=datetime.combine(start, clock), count=length + 2)
    slots = [slot for one in dates if starts_at <= (slot := wall_time(zone, one.date(), clock)) <= ends_at]
    after = starts_at + timedelta(days=ahead, hours=1)
    assert list(due_after(schedule, after)) == [slot for slot in slots if slot > after][:most]
    ran = slots[:most]
    assert (
        list(due_after(schedule, after, ran))
        == [slot for slot in slots if slot > after and slot not in ran][: most - len(ran)]
    )


@given(zones, days, clocks, st.integers(1, 9), weekday_sets, st.integers(0, 500))
def test_the_last_slot_is_the_one_before_the_next(
    zone: str, start: Any, clock: time, step: int, on: set[int], hours: int
) -> None:
    starts_at = midnight(zone, start)
    names = ",".join(CRON_DAYS[one] for one in sorted(on))
    schedule = timing(f"{clock.minute} {clock.hour} * * {names}", zone, startsAt=starts_at, every={"weeks": step})
    until = starts_at + timedelta(hours=hours)
    passed = list(takewhile(lambda slot: slot <= until, due_after(schedule, starts_at - timedelta(hours=1))))
    assert last_due_until(schedule, until) == (passed[-1] if passed else None)
    assert all(reason_against(schedule, slot) is None for slot in passed)


def test_every_other_tuesday_counts_from_the_first_tuesday_there_is() -> None:
    # December 2 is a Wednesday: the first Tuesday on or after it is the 8th.
    schedule = timing("0 9 * * 2", startsAt=at("2026-12-02T00:00-05:00"), every={"weeks": 2})
    assert [slot.day for slot in due(schedule, at("2026-11-01T00:00Z"), 2)] == [8, 22]
    assert reason_against(schedule, at("2026-12-15T14:00Z")) == "between two of every 2 weeks"


def test_a_weekend_stays_together_in_every_other_week() -> None:
    schedule = timing("0 9 * * SAT,SUN", startsAt=at("2026-12-05T00:00-05:00"), every={"weeks": 2})
    assert [slot.day for slot in due(schedule, at("2026-12-01T00:00Z"), 4)] == [5, 6, 19, 20]


def test_start_and_end_themselves_count() -> None:
    schedule = timing(startsAt=at("2026-12-01T14:00Z"), endsAt=at("2026-12-03T14:00Z"))
    assert [slot.day for slot in due_after(schedule, at("2026-01-01T00:00Z"))] == [1, 2, 3]
    assert reason_against(schedule, at("2026-11-30T14:00Z")) == "before startsAt, 2026-12-01T14:00:00+00:00"
    assert reason_against(schedule, at("2026-12-04T14:00Z")) == "after endsAt, 2026-12-03T14:00:00+00:00"
    assert last_due_until(schedule, at("2027-12-01T00:00Z")) == at("2026-12-03T14:00Z")


def test_runs_before_the_start_are_not_counted() -> None:
    schedule = timing(startsAt=at("2026-12-01T00:00Z"), maxRuns=3)
    assert runs_left(schedule, [at("2026-11-30T14:00Z"), at("2026-12-01T14:00Z")]) == 2
    assert runs_left(timing(), [at("2026-11-30T14:00Z")]) is None


def test_a_grid_that_no_day_meets_ends() -> None:
    leap_days = timing("0 9 29 2 *", startsAt=at("2028-01-01T00:00Z"), every={"days": 365})
    assert due(leap_days, at("2026-01-01T00:00Z"), 1) == [at("2028-02-29T14:00Z")]
    assert first_due_after(leap_days, at("2028-03-01T00:00Z")) is None


START = "2026-12-01T00:00:00Z"


@pytest.mark.parametrize(
    ("bounds", "field", "said"),
    [
        (
            {"startsAt": START, "endsAt": "2026-11-01T00:00:00Z"},
            "endsAt",
            "found 2026-11-01T00:00:00Z; expected a time after startsAt, 2026-12-01T00:00:00Z",
        ),
        (
            {"startsAt": START, "endsAt": "2026-12-01T12:00:00Z"},
            "endsAt",
            "found 2026-12-01T12:00:00Z; expected one at or after the first run, 2026-12-01T14:00:00Z",
        ),
        ({"every": {"weeks": 2}}, "every", "found no startsAt beside it; expected one to count from"),
        ({"startsAt": START, "every": {}}, "every", "found neither; expected one of weeks and days"),
        (
            {"startsAt": START, "every": {"weeks": 1, "days": 1}},
            "every",
            "found weeks and days; expected one of weeks and days",
        ),
        ({"maxRuns": 0}, "maxRuns", "greater than or equal to 1"),
        ({"maxRuns": 1001}, "maxRuns", "less than or equal to 1000"),
        ({"maxRuns": True}, "maxRuns", "valid integer"),
        ({"startsAt": "2026-12-01T00:00:00"}, "startsAt", "timezone info"),
        ({"cron": "0 9 1 * *", "occurrence": "second"}, "occurrence", "at most 1 days a month"),
    ],
)
def test_a_bound_that_cannot_be_is_refused_by_its_field(bounds: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        timing(**{"cron": "0 9 * * *", **bounds})
    (detail,) = refused.value.errors()
    assert detail["loc"] == (field,)
    assert said in detail["msg"]
