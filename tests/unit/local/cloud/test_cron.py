import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.cloud.cron import CronSchedule
from local.cloud.refusal import Refusal

NEW_YORK = ZoneInfo("America/New_York")
SPRING = date(2026, 3, 8)
AUTUMN = date(2026, 11, 1)


def slots(schedule: str, zone: str, start: datetime, end: datetime) -> list[datetime]:
    """Every slot in (start, end], each reckoned from the one before, as a job does."""
    cron = CronSchedule(schedule, zone)
    found = []
    slot = cron.next_after(start)
    while slot <= end:
        found.append(slot)
        slot = cron.next_after(slot)
    return found


def day_before_and_after(day: date) -> tuple[datetime, datetime]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return noon - timedelta(days=1), noon + timedelta(days=1)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("schedule", ["30 1 * * *", "30 2 * * *", "0 2,3 * * *", "15 1 * * SUN"])
def test_each_fixed_time_is_due_on_the_day_of_a_clock_change(schedule: str, day: date) -> None:
    found = slots(schedule, "America/New_York", *day_before_and_after(day))

    on_the_day = [slot for slot in found if slot.astimezone(NEW_YORK).date() == day]
    times_a_day = 2 if "," in schedule and day == AUTUMN else 1
    assert len(on_the_day) == times_a_day


def test_a_skipped_time_is_due_at_the_first_instant_after_the_gap() -> None:
    start, end = day_before_and_after(SPRING)

    assert slots("30 2 * * *", "America/New_York", start, end)[0] == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_a_repeated_time_is_due_the_first_time() -> None:
    start, end = day_before_and_after(AUTUMN)

    assert slots("30 1 * * *", "America/New_York", start, end)[0] == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_schedule_begun_within_the_repeated_hour_does_not_begin_in_the_past() -> None:
    second_ten_past_one = datetime(2026, 11, 1, 6, 10, tzinfo=UTC)
    cron = CronSchedule("30 1 * * *", "America/New_York")

    assert cron.next_after(second_ten_past_one) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_an_hourly_schedule_is_due_every_hour_of_a_clock_change(day: date) -> None:
    start, end = day_before_and_after(day)

    found = slots("0 * * * *", "America/New_York", start, end)

    assert found == [start + timedelta(hours=hour) for hour in range(1, 49)]


TWO_YEARS_IN_MINUTES = 2 * 365 * 24 * 60
starts = st.integers(0, TWO_YEARS_IN_MINUTES).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    starts,
    st.integers(0, 59),
    st.integers(0, 23),
)
def test_a_daily_schedule_is_due_once_on_each_local_day(start: datetime, minute: int, hour: int) -> None:
    found = slots(f"{minute} {hour} * * *", "America/New_York", start, start + timedelta(days=5))

    days = [slot.astimezone(NEW_YORK).date() for slot in found]
    assert all(later - earlier == timedelta(days=1) for earlier, later in itertools.pairwise(days))
    assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("schedule", "zone", "message"),
    [
        ("0 9 * *", "UTC", "job.schedule is '0 9 \\* \\*'"),
        ("0 0 9 * * *", "UTC", "has 6 fields; expected five"),
        ("61 9 * * *", "UTC", "the minute field"),
        ("0 9 * * FRY", "UTC", "the day of week field"),
        ("0 9 30 2 *", "UTC", "job.schedule"),
        ("0 9 * * *", "Mars/Olympus", "job.time_zone is 'Mars/Olympus'"),
        ("0 9 * * *", "../etc/passwd", "job.time_zone"),
        ("0 9 * * *", "America", "job.time_zone"),
    ],
)
def test_a_bad_schedule_or_zone_is_refused_saying_which(schedule: str, zone: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        CronSchedule(schedule, zone)


def test_utc_may_be_written_in_small_letters() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert CronSchedule("0 9 * jan-feb mon-fri", "utc").next_after(start).hour == 9


def test_of_many_missed_slots_the_latest_is_found() -> None:
    slot = datetime(2026, 1, 1, 9, tzinfo=UTC)
    cron = CronSchedule("*/10 * * * *", "UTC")

    assert cron.latest_until(slot, slot + timedelta(minutes=35)) == slot + timedelta(minutes=30)
    assert cron.latest_until(slot, slot) == slot
