"""Quiet hours on the org's clock: over midnight, through both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.notices.preferences import LONGEST_WAIT, QuietHours

ZONE = "America/New_York"
NIGHT = QuietHours(start="21:00", end="08:00")
NOON = QuietHours(start="12:00", end="13:30")


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-11-23T20:59", None),
        (NIGHT, "2026-11-23T21:00", "2026-11-24T08:00"),
        (NIGHT, "2026-11-23T23:59", "2026-11-24T08:00"),
        (NIGHT, "2026-11-24T00:00", "2026-11-24T08:00"),
        (NIGHT, "2026-11-24T07:59:59", "2026-11-24T08:00"),
        (NIGHT, "2026-11-24T08:00", None),
        (NIGHT, "2026-12-31T22:00", "2027-01-01T08:00"),
        (NOON, "2026-11-23T11:59", None),
        (NOON, "2026-11-23T12:00", "2026-11-23T13:30"),
        (NOON, "2026-11-23T13:30", None),
    ],
)
def test_alerts_in_quiet_hours_wait_until_they_end(quiet: QuietHours, now: str, until: str | None) -> None:
    assert quiet.end_after(ZONE, local(now)) == (local(until) if until else None)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-07", 10), ("2026-10-31", 12), ("2026-11-23", 11)],
)
def test_quiet_hours_end_by_local_time_when_clocks_change(day: str, hours: int) -> None:
    begin = local(f"{day}T21:00")
    assert NIGHT.end_after(ZONE, begin) == begin + timedelta(hours=hours)


def test_an_end_time_that_the_clock_skips_still_ends_them() -> None:
    quiet = QuietHours(start="23:00", end="02:30")
    until = quiet.end_after(ZONE, local("2026-03-07T23:30"))
    assert until is not None
    assert local("2026-03-08T01:59") < until <= local("2026-03-08T04:00")


def test_an_end_time_that_occurs_twice_ends_them_the_first_time() -> None:
    quiet = QuietHours(start="23:00", end="01:30")
    assert quiet.end_after(ZONE, local("2026-10-31T23:30")) == local("2026-11-01T01:30", fold=0)
    again = local("2026-11-01T01:10", fold=1)
    assert quiet.end_after(ZONE, again) == local("2026-11-01T01:30", fold=1)


def test_another_zone_has_other_hours() -> None:
    ten = datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert NIGHT.end_after("UTC", ten) == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert NIGHT.end_after("Asia/Tokyo", ten) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert NIGHT.end_after("America/Los_Angeles", ten) is None


def test_disabled_quiet_hours_hold_nothing_back() -> None:
    off = NIGHT.model_copy(update={"enabled": False})
    assert off.end_after(ZONE, local("2026-11-23T23:00")) is None


@pytest.mark.parametrize(
    ("start", "end"), [("08:00", "08:00"), ("8:00", "09:00"), ("25:00", "09:00"), ("", "09:00")]
)
def test_impossible_hours_are_refused(start: str, end: str) -> None:
    with pytest.raises(ValidationError):
        QuietHours(start=start, end=end)


times = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


@given(
    start=times,
    end=times,
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from([ZONE, "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin"]),
)
def test_the_wait_ends_within_a_day_at_a_moment_that_is_not_quiet(
    start: str, end: str, now: datetime, zone: str
) -> None:
    if start == end:
        return
    quiet = QuietHours(start=start, end=end)
    until = quiet.end_after(zone, now)
    assert (until is not None) == quiet.holds_at(zone, now)
    if until is None:
        return
    assert now < until <= now + LONGEST_WAIT
    assert not quiet.holds_at(zone, until) or until == now + LONGEST_WAIT
    # All the way to the end it is quiet, but where the clock skips the end (which comes an hour late then).
    steps = int((until - now) / timedelta(minutes=10))
    loud = [n for n in range(steps) if not quiet.holds_at(zone, now + n * timedelta(minutes=10))]
    assert len(loud) <= 6
