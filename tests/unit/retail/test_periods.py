"""Periods in the shop's zone, across summer time, and what each is compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.retail.periods import Period, compared, local_day, start_of_day
from tests.unit.retail.builders import INSTANTS, NOW, ZONE, ZONES

WHOLE = (Period.YESTERDAY, Period.LAST_7_DAYS, Period.LAST_30_DAYS)
TO_DATE = (Period.TODAY, Period.WEEK_TO_DATE, Period.MONTH_TO_DATE)


def test_yesterday_is_the_shops_day_and_not_the_worlds() -> None:
    span = compared(Period.YESTERDAY, datetime(2026, 7, 2, 3, tzinfo=UTC), ZONE).current
    assert (span.first, span.last) == (date(2026, 6, 30), date(2026, 6, 30))
    assert span.start == datetime(2026, 6, 30, 4, tzinfo=UTC)
    assert span.end == datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)]
)
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(day: date, hours: int) -> None:
    span = compared(Period.YESTERDAY, start_of_day(day, ZONE) + timedelta(days=1, hours=12), ZONE).current
    assert span.first == day
    assert span.end - span.start == timedelta(hours=hours)


def test_a_day_without_midnight_begins_when_the_clocks_moved() -> None:
    begin = start_of_day(date(2026, 3, 29), "Asia/Beirut")
    assert begin == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert local_day(begin, "Asia/Beirut") == date(2026, 3, 29)


@pytest.mark.parametrize(
    ("period", "first", "last", "before_first", "before_last"),
    [
        ("yesterday", "11-22", "11-22", "11-21", "11-21"),
        ("today", "11-23", "11-23", "11-22", "11-22"),
        ("last_7_days", "11-16", "11-22", "11-09", "11-15"),
        ("last_30_days", "10-24", "11-22", "09-24", "10-23"),
        ("week_to_date", "11-23", "11-23", "11-16", "11-16"),
        ("month_to_date", "11-01", "11-23", "10-01", "10-23"),
    ],
)
def test_the_days_of_each_period(period: str, first: str, last: str, before_first: str, before_last: str) -> None:
    found = compared(Period(period), NOW, ZONE)
    days = (found.current.first, found.current.last, found.previous.first, found.previous.last)
    assert [f"{day:%m-%d}" for day in days] == [first, last, before_first, before_last]


def test_today_is_compared_with_yesterday_at_the_same_time_also_when_the_clocks_changed_between() -> None:
    now = datetime(2026, 11, 1, 15, tzinfo=UTC)  # ten in the morning; yesterday that was 14:00 UTC
    assert compared(Period.TODAY, now, ZONE).previous.end == datetime(2026, 10, 31, 14, tzinfo=UTC)


def test_a_month_longer_than_the_one_before_is_compared_with_all_of_it() -> None:
    found = compared(Period.MONTH_TO_DATE, datetime(2026, 3, 31, 16, tzinfo=UTC), ZONE)
    assert (found.previous.first, found.previous.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert found.previous.end == found.current.start


@given(st.sampled_from(list(Period)), INSTANTS, ZONES)
def test_every_period_ends_by_now_and_follows_the_one_before_it(period: Period, now: datetime, zone: str) -> None:
    found = compared(period, now, zone)
    assert found.previous.start <= found.previous.end <= found.current.start <= found.current.end <= now
    assert found.current.days()[0] == found.current.first
    assert found.current.days()[-1] == found.current.last


@given(st.sampled_from(WHOLE), INSTANTS, ZONES)
def test_whole_periods_leave_no_gap_and_have_equally_many_days(period: Period, now: datetime, zone: str) -> None:
    found = compared(period, now, zone)
    assert found.previous.end == found.current.start
    assert len(found.previous.days()) == len(found.current.days())
    assert found.current.last == local_day(now, zone) - timedelta(days=1)


@given(st.sampled_from(TO_DATE), INSTANTS, ZONES, st.floats(0, 1))
def test_every_instant_of_a_period_is_on_one_of_its_days(
    period: Period, now: datetime, zone: str, where: float
) -> None:
    for span in (compared(period, now, zone).current, compared(period, now, zone).previous):
        instant = span.start + (span.end - span.start) * where
        assert not span.holds(instant) or local_day(instant, zone) in span.days()


def test_a_day_may_be_compared_with_the_same_day_of_the_week_before() -> None:
    found = compared(Period.YESTERDAY, datetime(2026, 11, 23, 14, tzinfo=UTC), ZONE, "week_before")
    assert (found.current.first, found.previous.first) == (date(2026, 11, 22), date(2026, 11, 15))
    assert found.previous_words == "last Sunday"
    week = compared(Period.LAST_7_DAYS, datetime(2026, 11, 23, 14, tzinfo=UTC), ZONE, "week_before")
    assert week.previous_words == "the week before"
