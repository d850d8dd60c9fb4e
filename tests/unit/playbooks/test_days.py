"""Schedules that mean one day of a month: the first Monday, the last day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.playbooks.cron import latest_slot, next_slot, slots_after
from shared.playbooks.days import due_days
from shared.playbooks.time_triggers import ScheduleTrigger

NEW_YORK = "America/New_York"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def days(cron: str, occurrence: str, count: int = 3) -> list[str]:
    found = islice(slots_after(cron, NEW_YORK, NOW, occurrence), count)
    return [slot.astimezone(ZoneInfo(NEW_YORK)).strftime("%a %d %b %H:%M") for slot in found]


def test_the_first_monday() -> None:
    assert days("0 9 * * 1", "first") == ["Mon 07 Dec 09:00", "Mon 04 Jan 09:00", "Mon 01 Feb 09:00"]


def test_the_last_day_of_the_month() -> None:
    assert days("0 9 28-31 * *", "last") == ["Mon 30 Nov 09:00", "Thu 31 Dec 09:00", "Sun 31 Jan 09:00"]


def test_the_first_working_day_with_two_slots() -> None:
    assert days("0 9,17 * * 1-5", "first", 2) == ["Tue 01 Dec 09:00", "Tue 01 Dec 17:00"]


def test_a_line_of_every_minute_is_quick_to_look_through() -> None:
    assert days("* * * * 5", "last", 1) == ["Fri 27 Nov 00:00"]


def test_the_latest_slot_before_now() -> None:
    assert latest_slot("0 9 * * 1", NEW_YORK, NOW, "first") == datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert next_slot("0 9 * * 1", NEW_YORK, NOW, "first") == datetime(2026, 12, 7, 14, tzinfo=UTC)


@given(st.integers(2024, 2030), st.integers(1, 12), st.integers(0, 6))
def test_the_weekdays_of_a_month_are_all_of_them(year: int, month: int, weekday: int) -> None:
    found = due_days(f"0 9 * * {(weekday + 1) % 7}", year, month)
    expected = [day for day in range(1, monthrange(year, month)[1] + 1) if (day - found[0].day) % 7 == 0]
    assert [day.day for day in found] == expected
    assert all(day.weekday() == weekday for day in found)
    assert found[0].day <= 7
    assert found[-1] + timedelta(days=7) > datetime(year, month, monthrange(year, month)[1], tzinfo=UTC).date()


def trigger(**fields: Any) -> ScheduleTrigger:
    return ScheduleTrigger.model_validate({"type": "schedule", "timezone": NEW_YORK, **fields})


def test_an_occurrence_that_no_month_has_is_refused() -> None:
    with pytest.raises(ValidationError, match="due on at most 1 days a month"):
        trigger(cron="0 9 1 * *", occurrence="second")
    assert trigger(cron="0 9 1 * *", occurrence="last").occurrence == "last"


def test_an_unknown_occurrence_is_refused() -> None:
    with pytest.raises(ValidationError, match="'first', 'second', 'third', 'fourth' or 'last'"):
        trigger(cron="0 9 * * 1", occurrence="fifth")
