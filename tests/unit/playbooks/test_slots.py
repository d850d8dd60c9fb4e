"""When a schedule is due, above all where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.playbooks.cron import latest_slot, next_slot, slot_of_tick, slots_after
from tests.unit.playbooks.slots import NEW_YORK, ZONES, wall_time

CRONS = [
    "30 1 * * *",
    "30 2 * * *",
    "0,30 2 * * *",
    "0 2,3 * * *",
    "15 0 * * *",
    "30 23 * * *",
    "*/20 * * * *",
    "*/15 1 * * *",
    "0 * * * *",
    "5 */2 * * *",
    "45 */3 * * *",
    "*/7 0-3 * * *",
    "0 9 * * MON-FRI",
    "0 0 29 2 *",
    "45 1 1,15 * 7",
]
instants = st.integers(0, 6 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ticks = instants.map(lambda instant: instant.replace(second=0, microsecond=0))
near_changes = st.builds(
    lambda change, minutes: datetime.fromisoformat(change) + timedelta(minutes=minutes),
    st.sampled_from(["2026-03-08T07Z", "2026-11-01T06Z", "2027-03-14T07Z", "2027-11-07T06Z", "2026-03-29T01Z"]),
    st.integers(-200, 200),
)


@pytest.mark.parametrize("change", [date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)])
@pytest.mark.parametrize("cron", ["30 1 * * *", "30 2 * * *"])
def test_a_daily_schedule_is_due_once_on_each_day_around_a_change(cron: str, change: date) -> None:
    start = datetime.combine(change - timedelta(days=2), time(), tzinfo=ZoneInfo(NEW_YORK))
    end = datetime.combine(change + timedelta(days=3), time(), tzinfo=ZoneInfo(NEW_YORK))
    due = takewhile(lambda slot: slot < end, slots_after(cron, NEW_YORK, start))
    days = [slot.astimezone(ZoneInfo(NEW_YORK)).date() for slot in due]
    assert days == [change + timedelta(days=offset) for offset in range(-2, 3)]


def test_a_time_that_spring_skips_is_due_right_after_the_gap() -> None:
    assert next_slot("30 2 * * *", NEW_YORK, datetime(2026, 3, 8, tzinfo=UTC)) == datetime(
        2026, 3, 8, 7, tzinfo=UTC
    )


def test_a_time_that_autumn_repeats_is_due_the_first_time() -> None:
    due = next_slot("30 1 * * *", NEW_YORK, datetime(2026, 11, 1, tzinfo=UTC))
    assert due == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_two_times_within_the_gap_are_one_slot() -> None:
    due = slots_after("0,30 2 * * *", NEW_YORK, datetime(2026, 3, 8, tzinfo=UTC))
    assert next(due) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert next(due) == datetime(2026, 3, 9, 6, tzinfo=UTC)


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2025, 1, 1), date(2031, 1, 1)),
    clock=st.times().map(lambda clock: clock.replace(second=0, microsecond=0, fold=0)),
)
@example(zone="America/Havana", day=date(2026, 3, 8), clock=time(0, 30))
@example(zone="America/Nuuk", day=date(2026, 3, 28), clock=time(23, 30))
@example(zone="Australia/Lord_Howe", day=date(2026, 10, 4), clock=time(2, 15))
def test_a_daily_schedule_is_due_once_for_each_calendar_day(zone: str, day: date, clock: time) -> None:
    days = [day + timedelta(days=offset) for offset in range(8)]
    begin = wall_time(zone, day, clock) - timedelta(seconds=1)
    due = slots_after(f"{clock.minute} {clock.hour} * * *", zone, begin)
    assert [next(due) for _ in days] == [wall_time(zone, each, clock) for each in days]


@given(cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES), instant=instants | near_changes)
@example(cron="30 2 * * *", zone=NEW_YORK, instant=datetime(2026, 3, 8, 7, tzinfo=UTC))
@example(cron="30 1 * * *", zone=NEW_YORK, instant=datetime(2026, 11, 1, 6, 15, tzinfo=UTC))
def test_the_next_slot_lies_after_and_is_its_own_latest(cron: str, zone: str, instant: datetime) -> None:
    due = next_slot(cron, zone, instant)
    assert due > instant
    assert latest_slot(cron, zone, due) == due


@given(cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES), instant=instants | near_changes)
@example(cron="30 2 * * *", zone=NEW_YORK, instant=datetime(2026, 3, 8, 7, 10, tzinfo=UTC))
@example(cron="30 1 * * *", zone=NEW_YORK, instant=datetime(2026, 11, 1, 6, 45, tzinfo=UTC))
def test_no_slot_lies_between_the_latest_and_the_instant(cron: str, zone: str, instant: datetime) -> None:
    latest = latest_slot(cron, zone, instant)
    assert latest <= instant
    assert next_slot(cron, zone, latest) > instant


def test_a_slot_before_a_change_is_found_where_the_library_would_walk_back_forever() -> None:
    instant = datetime(2026, 4, 4, 13, 15, tzinfo=UTC)
    assert latest_slot("5 */2 * * *", "Pacific/Chatham", instant) <= instant


def test_a_slot_after_a_change_is_found_where_the_library_would_walk_on_forever() -> None:
    instant = datetime(2026, 4, 4, 12, tzinfo=UTC)
    assert next_slot("45 */3 * * *", "Pacific/Chatham", instant) > instant


def test_the_second_half_past_one_of_autumn_stands_for_the_first() -> None:
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert slot_of_tick("30 1 * * *", NEW_YORK, second) == second - timedelta(hours=1)


def test_the_seconds_of_a_tick_do_not_count() -> None:
    tick = datetime(2026, 7, 1, 5, 30, 12, 345, tzinfo=UTC)
    assert slot_of_tick("30 1 * * *", NEW_YORK, tick) == datetime(2026, 7, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize("cron", ["*/30 * * * *", "30 * * * *"])
def test_a_schedule_of_every_hour_has_a_slot_in_both_passes(cron: str) -> None:
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert slot_of_tick(cron, NEW_YORK, second) == second


@given(cron=st.sampled_from(CRONS), tick=ticks | near_changes)
def test_every_other_tick_is_its_own_slot(cron: str, tick: datetime) -> None:
    slot = slot_of_tick(cron, NEW_YORK, tick)
    if tick.astimezone(ZoneInfo(NEW_YORK)).fold == 0:
        assert slot == tick
    else:
        assert slot in {tick, tick - timedelta(hours=1)}


@given(cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES), instant=instants | near_changes)
def test_a_tick_at_a_slot_is_that_slot(cron: str, zone: str, instant: datetime) -> None:
    due = next_slot(cron, zone, instant)
    assert slot_of_tick(cron, zone, due) == due
