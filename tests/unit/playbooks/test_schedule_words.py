"""Schedules in words, and the next runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.playbooks.cron_words import numbers
from shared.playbooks.schedule_words import instant_in_words, next_runs, schedule_in_words
from shared.playbooks.trigger_words import when_in_words
from shared.values.words import clock_words

ZONE = "America/New_York"

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # a Monday, 10:00 AM EST
WEEK = [NOW + timedelta(days=day) for day in range(7)]


def schedule(cron: str, zone: str = ZONE, **more: str) -> dict[str, str]:
    return {"type": "schedule", "cron": cron, "timezone": zone, **more}


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * *", "every day at 9:00 AM EST"),
        ("30 17 * * 1-5", "every weekday at 5:30 PM EST"),
        ("0 8 * * 1", "every Monday at 8:00 AM EST"),
        ("0 8 * * MON,WED", "every Monday and Wednesday at 8:00 AM EST"),
        ("0 10 * * 6,0", "every Saturday and Sunday at 10:00 AM EST"),
        ("0 10 * * 0", "every Sunday at 10:00 AM EST"),
        ("0 9,17 * * *", "every day at 9:00 AM and 5:00 PM EST"),
        ("*/15 * * * *", "every 15 minutes"),
        ("0 * * * *", "every hour"),
        ("30 * * * *", "every hour at 30 past"),
        ("0 */2 * * *", "every 2 hours"),
        ("0 9-17 * * *", "every hour between 9:00 AM and 5:00 PM (EST)"),
        ("0 9-17 * * 1-5", "every hour between 9:00 AM and 5:00 PM, every weekday (EST)"),
        ("0 9 1,15 * *", "on the 1st and 15th of the month at 9:00 AM EST"),
        ("0 9 22 1 *", "on the 22nd of the month in January at 9:00 AM EST"),
        ("7 3 1 * 5", "every Friday and on the 1st of the month at 3:07 AM EST"),
        ("*/30 20-23,0-1 * * *", "every 30 minutes between 8:00 PM and 1:59 AM (EST)"),
        ("*/30 8,12 * * *", "every day at 8:00 AM, 8:30 AM, 12:00 PM and 12:30 PM EST"),
        ("0-20/15 17 * * *", "every day at 5:00 PM and 5:15 PM EST"),
        ("10,40 * * * *", "every hour at 10 and 40 past"),
        ("0 6,9,12,15,18,21 * * *", "every 3 hours between 6:00 AM and 9:00 PM (EST)"),
        ("0 9 1-12,14-31 * *", "every day except the 13th at 9:00 AM EST"),
        ("0 9 15-20 * *", "on the 15th to 20th of the month at 9:00 AM EST"),
        ("0 17 * 1-11 5", "every Friday from January through November at 5:00 PM EST"),
        ("0 9 * 1,2,3,4,5,6,9,10,11,12 1", "every Monday except in July and August at 9:00 AM EST"),
        ("* * * * *", "every minute"),
    ],
)
def test_a_cron_line_in_words(cron: str, words: str) -> None:
    assert schedule_in_words(schedule(cron), NOW) == words


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    one = st.integers(low, high)
    pairs = st.lists(one, min_size=2, max_size=2, unique=True)
    span = pairs.map(lambda ends: f"{min(ends)}-{max(ends)}")
    stepped = st.tuples(st.one_of(st.just("*"), span), st.integers(1, high)).map(
        lambda both: f"{both[0]}/{both[1]}"
    )
    part = st.one_of(one.map(str), span, stepped)
    return st.one_of(st.just("*"), st.lists(part, min_size=1, max_size=4).map(",".join))


CRONS = st.tuples(_field(0, 59), _field(0, 23), _field(1, 28), _field(1, 12), _field(0, 6)).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(CRONS)
def test_every_cron_line_has_words_with_each_of_its_days_and_hours(cron: str) -> None:
    words = schedule_in_words(schedule(cron), NOW)
    minute, hour, day, _, weekday = cron.split()
    assert "cron" not in words
    assert "*" not in words
    if day == "*" and " at " in words and "past" not in words:
        times = {clock_words(h, m) for h in numbers(hour, 0, 23) for m in numbers(minute, 0, 59)}
        assert all(one in words for one in times)
    run = next_runs([schedule(cron)], NOW, 1)[0].astimezone(ZoneInfo(ZONE))
    named = [f"{one:%A}" for one in WEEK if f"{one:%A}" in words]
    if day == "*" and weekday != "*" and named and "except" not in words:
        assert f"{run:%A}" in named


def test_an_occurrence_in_words() -> None:
    assert schedule_in_words(schedule("0 9 * * 1", occurrence="first"), NOW) == (
        "on the first Monday of the month at 9:00 AM EST"
    )
    assert schedule_in_words(schedule("0 9 28-31 * *", occurrence="last"), NOW) == (
        "on the last day of the month at 9:00 AM EST"
    )


def test_the_next_three_runs_of_all_schedules_in_order() -> None:
    runs = next_runs([schedule("0 9 * * *"), {"type": "manual"}, schedule("0 17 * * *")], NOW)
    assert [instant_in_words(run, ZONE) for run in runs] == [
        "Mon, Nov 23, 5:00 PM EST",
        "Tue, Nov 24, 9:00 AM EST",
        "Tue, Nov 24, 5:00 PM EST",
    ]


def test_two_schedules_at_one_time_are_one_run() -> None:
    assert len(set(next_runs([schedule("0 9 * * *"), schedule("0 9 * * *")], NOW))) == 3


def test_nothing_runs_without_a_schedule() -> None:
    assert next_runs([{"type": "event", "eventName": "order.completed"}], NOW) == []


def test_the_first_monday_is_the_months_first() -> None:
    (run,) = next_runs([schedule("0 9 * * 1", occurrence="first")], NOW, 1)
    assert instant_in_words(run, ZONE) == "Mon, Dec 7, 9:00 AM EST"


def test_a_zone_without_an_abbreviation_is_reported_by_its_distance() -> None:
    assert instant_in_words(NOW, "America/Sao_Paulo") == "Mon, Nov 23, 12:00 PM UTC-03:00"


START = "2026-12-01T00:00:00-05:00"


@pytest.mark.parametrize(
    ("cron", "bounds", "words"),
    [
        (
            "0 9 * * 2",
            {"startsAt": START, "endsAt": "2026-12-25T23:59:59-05:00", "every": {"weeks": 2}, "maxRuns": 6},
            "every other Tuesday at 9:00 AM EST, from Dec 1 until Dec 25, at most 6 times",
        ),
        (
            "0 9 * * 2,4",
            {"startsAt": START, "every": {"weeks": 2}},
            "every other week on Tuesday and Thursday at 9:00 AM EST, from Dec 1",
        ),
        (
            "0 9 * * 2",
            {"startsAt": START, "every": {"weeks": 3}},
            "every 3 weeks on Tuesday at 9:00 AM EST, from Dec 1",
        ),
        ("0 9 * * *", {"startsAt": START, "every": {"days": 2}}, "every other day at 9:00 AM EST, from Dec 1"),
        ("0 9 * * *", {"startsAt": START, "every": {"days": 10}}, "every 10 days at 9:00 AM EST, from Dec 1"),
        (
            "0 9 * * 1-5",
            {"startsAt": START, "every": {"weeks": 2}},
            "every weekday at 9:00 AM EST, every other week, from Dec 1",
        ),
        (
            "0 9 * * 2",
            {"startsAt": START, "every": {"days": 14}},
            "every Tuesday at 9:00 AM EST, every 14 days, from Dec 1",
        ),
        ("0 9 * * *", {"maxRuns": 1}, "every day at 9:00 AM EST, at most once"),
        ("0 9 * * *", {"maxRuns": 2}, "every day at 9:00 AM EST, at most twice"),
        ("0 9 * * *", {"endsAt": "2027-02-01T00:00:00-05:00"}, "every day at 9:00 AM EST, until Jan 31, 2027"),
        ("0 9 * * *", {"startsAt": "2026-12-01T08:00:00-05:00"}, "every day at 9:00 AM EST, from Dec 1"),
        ("0 9 * * *", {"startsAt": "2026-12-01T09:30:00-05:00"}, "every day at 9:00 AM EST, from Dec 1, 9:30 AM"),
        ("0 9 * * *", {"endsAt": "2026-12-25T09:00:00-05:00"}, "every day at 9:00 AM EST, until Dec 25"),
        ("0 9 * * *", {"endsAt": "2026-12-25T08:00:00-05:00"}, "every day at 9:00 AM EST, until Dec 25, 8:00 AM"),
        ("0 0 * * *", {"endsAt": "2026-12-26T00:00:00-05:00"}, "every day at 12:00 AM EST, until Dec 26"),
        ("7 3 1 * 5", {"maxRuns": 5}, "every Friday and on the 1st of the month at 3:07 AM EST, at most 5 times"),
    ],
)
def test_bounds_in_words(cron: str, bounds: dict[str, Any], words: str) -> None:
    assert schedule_in_words({**schedule(cron), **bounds}, NOW) == words


@pytest.mark.parametrize(
    ("at", "live", "lasting"),
    [
        ("2026-11-23T15:00:00-05:00", "today (Mon, Nov 23)", "on Mon, Nov 23"),
        ("2026-11-24T15:00:00-05:00", "tomorrow (Tue, Nov 24)", "on Tue, Nov 24"),
        ("2026-11-25T15:00:00-05:00", "on Wed, Nov 25", "on Wed, Nov 25"),
        ("2027-01-25T15:00:00-05:00", "on Mon, Jan 25, 2027", "on Mon, Jan 25, 2027"),
    ],
)
def test_one_instant_in_words(at: str, live: str, lasting: str) -> None:
    once = [{"type": "once", "at": at}]
    assert when_in_words(once, NOW, ZONE) == f"once, {live} at 3:00 PM EST"
    assert when_in_words(once, NOW, ZONE, lasting=True) == f"once, {lasting} at 3:00 PM EST"


def test_the_next_runs_keep_to_bounds_and_know_what_has_run() -> None:
    bounded = {**schedule("0 9 * * *"), "id": "daily", "maxRuns": 3}
    once = {"type": "once", "at": datetime(2026, 11, 25, 14, tzinfo=UTC)}
    later = datetime(2026, 12, 24, 14, tzinfo=UTC)
    ran = [datetime(2026, 11, 22, 14, tzinfo=UTC)]
    assert next_runs([bounded, once, {"type": "once", "at": later}], NOW, 9, {"daily": ran}) == [
        datetime(2026, 11, 24, 14, tzinfo=UTC),
        datetime(2026, 11, 25, 14, tzinfo=UTC),
        later,
    ]


def test_a_passed_trigger_has_no_next_run() -> None:
    assert next_runs([{"type": "once", "at": NOW}, {**schedule("0 9 * * *"), "endsAt": NOW}], NOW) == []
