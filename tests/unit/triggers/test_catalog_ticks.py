"""A tick of the catalog stands for one slot, late or not, on every day of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.errors import InvalidFieldsError
from shared.gcp.settings import settings
from shared.triggers.catalog_ticks import TIMEZONE, Frequency, Page, build_job, require_slot, slot_of

NEW_YORK = ZoneInfo(TIMEZONE)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
days = st.dates(date(2007, 1, 1), date(2029, 12, 1))
shares = st.floats(0, 0.999_999)
moments = st.integers(0, 24 * 3600 - 1).map(lambda seconds: timedelta(seconds=seconds))


def due(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=NEW_YORK).astimezone(UTC)


@given(days, shares)
def test_a_daily_tick_belongs_to_the_day_that_starts_at_nine(day: date, share: float) -> None:
    slot, following = due(day, 9), due(day + timedelta(days=1), 9)
    assert slot_of(Frequency.DAILY, slot + share * (following - slot)) == slot


@given(days, shares)
def test_a_weekly_tick_belongs_to_the_week_that_starts_monday_at_eight(day: date, share: float) -> None:
    monday = day - timedelta(days=day.weekday())
    slot, following = due(monday, 8), due(monday + timedelta(days=7), 8)
    assert slot_of(Frequency.WEEKLY, slot + share * (following - slot)) == slot


@given(days, moments, st.sampled_from(Frequency))
def test_only_real_slots_are_accepted(day: date, moment: timedelta, frequency: Frequency) -> None:
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) + moment
    slot = slot_of(frequency, instant)
    assert require_slot(frequency, slot.astimezone(NEW_YORK), NOW) == slot
    if instant != slot:
        with pytest.raises(InvalidFieldsError, match="slot: found"):
            require_slot(frequency, instant, NOW)


def test_a_future_slot_is_refused() -> None:
    slot = due(date(2026, 11, 24), 9)
    with pytest.raises(InvalidFieldsError, match=r"a past slot .*, like 2026-11-23T14:00:00"):
        require_slot(Frequency.DAILY, slot, slot - timedelta(seconds=1))
    assert require_slot(Frequency.DAILY, slot, slot) == slot


def test_each_page_of_each_walk_has_its_own_task() -> None:
    slot = due(date(2026, 11, 24), 9)
    pages = [
        Page(frequency, at, walk, after)
        for frequency in Frequency
        for at in (slot, slot + timedelta(days=1))
        for walk in ("a", "b")
        for after in (None, "a", "b")
    ]
    assert len({page.task_name() for page in pages}) == len(pages)
    zoned = Page(Frequency.DAILY, slot.astimezone(NEW_YORK), "a", None)
    assert zoned.task_name() == pages[0].task_name()


def test_the_job_calls_the_public_door_with_the_secret() -> None:
    config = settings({"GOOGLE_CLOUD_PROJECT": "thrive", "PUBLIC_BASE_URL": "https://playbooks.example.com/"})
    job = build_job(Frequency.WEEKLY, "s3cret", config)
    assert job["name"] == "projects/thrive/locations/us-central1/jobs/playbooks-weekly"
    assert (job["schedule"], job["time_zone"]) == ("0 8 * * 1", "America/New_York")
    assert job["http_target"]["uri"] == "https://playbooks.example.com/api/cron/playbooks/weekly"
    assert job["http_target"]["headers"]["Authorization"] == "Bearer s3cret"
