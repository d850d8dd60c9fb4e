"""The shortest time between two runs of a schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.cadence import in_words, smallest_gap
from shared.playbooks.cron import check_cron, slots_after

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "minutes"),
    [
        ("* * * * *", 1),
        ("*/7 * * * *", 4),
        ("*/5 9 * * MON", 5),
        ("0,59 0,23 * * *", 1),
        ("0 0,23 * * *", 60),
        ("0 0,23 * * MON", 23 * 60),
        ("0 0,23 28,29 2 *", 60),
        ("0 0,23 1,31 * *", 60),
        ("0 */5 * * *", 240),
        ("0 9 * * *", 24 * 60),
    ],
)
def test_it_is_the_smallest_that_ever_happens(cron: str, minutes: int) -> None:
    assert smallest_gap(cron) == timedelta(minutes=minutes)


def test_the_occurrences_of_a_month_have_no_midnight_between_them() -> None:
    assert smallest_gap("0 0,23 * * *", "first") == timedelta(hours=23)


FIELD = st.sampled_from(["*", "*/7", "*/20", "0", "59", "0,30", "10-14"])
HOUR = st.sampled_from(["*", "*/5", "0", "23", "0,23", "9-17"])
DAY = st.sampled_from(["*", "1", "15,16", "1,31"])
WEEKDAY = st.sampled_from(["*", "MON", "MON-FRI", "SUN"])


@given(FIELD, HOUR, DAY, WEEKDAY)
def test_no_two_runs_come_closer(minute: str, hour: str, day: str, weekday: str) -> None:
    cron = check_cron(f"{minute} {hour} {day} * {weekday}")
    slots = list(islice(slots_after(cron, "Etc/UTC", MONDAY), 300))
    seen = min(later - earlier for earlier, later in pairwise(slots))
    assert smallest_gap(cron) <= seen
    assert smallest_gap(cron) == min(seen, timedelta(days=1)) or len(slots) == 300


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "minute"), (15, "15 minutes"), (60, "hour"), (120, "2 hours"), (90, "90 minutes")]
)
def test_it_reads_like_speech(minutes: int, words: str) -> None:
    assert in_words(timedelta(minutes=minutes)) == words
