"""What people say of time, as schedules: phrases with one meaning, phrases to ask about, and any combination."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.chat.language.reading import read
from shared.chat.language.schedules import Timing, resolve
from shared.chat.language.when import When, grouped
from tests.unit.chat.shop import NAMES, NOW, ZONE

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
SHORT = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def timing(phrase: str) -> Timing:
    reading = read(f"send me the sales summary {phrase}", NAMES)
    assert not reading.operators, reading.operators
    return resolve(grouped([*reading.of("when"), *reading.of("bare_clock")]), NOW, ZONE)


def lines(phrase: str) -> list[str]:
    found = timing(phrase)
    assert found.ambiguity is None, found.ambiguity
    return sorted(
        f"{one.cron or one.at}{' #' + one.occurrence if one.occurrence else ''}" for one in found.schedules
    )


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("half past 7 every day", ["30 7 * * *"]),
        ("mon-fri at 6p", ["0 18 * * 1-5"]),
        ("at 0800 every weekday", ["0 8 * * 1-5"]),
        ("daily at 1730", ["30 17 * * *"]),
        ("every day 7ish", ["0 7 * * *"]),
        ("every day at noon", ["0 12 * * *"]),
        ("every weekday by EOD", ["0 17 * * 1-5"]),
        ("every day no later than 7am", ["0 7 * * *"]),
        ("at quarter past each hour", ["15 * * * *"]),
        ("every 15 minutes from 9 to 5", ["*/15 9-16 * * *", "0 17 * * *"]),
        ("last friday of the month at 4pm", ["0 16 * * 5 #last"]),
        ("the 1st and last of the month", ["0 9 1 * *", "0 9 28-31 * * #last"]),
        ("on the 1st, 10th and 20th at 8am", ["0 8 1,10,20 * *"]),
        ("every monday except in may", ["0 9 * 1,2,3,4,6,7,8,9,10,11,12 1"]),
        ("first business day of the month at 7am", ["0 7 * * 1-5 #first"]),
        ("every quarter at 9am", ["0 9 1 1,4,7,10 *"]),
        ("on the last day of each quarter", ["0 9 28-31 3,6,9,12 * #last"]),
        ("every january 2nd at 9am", ["0 9 2 1 *"]),
        ("every morning, no weekends", ["0 9 * * 1-5"]),
        ("every day except sunday at 8am", ["0 8 * * 1-6"]),
        ("M/W/F 8am", ["0 8 * * 1,3,5"]),
        ("on the 1,15,20th of the month at 8am", ["0 8 1,15,20 * *"]),
        ("on the 15-20th of each month at 9am", ["0 9 15-20 * *"]),
        ("on the tenth at 9am", ["0 9 10 * *"]),
        ("on the twenty first at 9am", ["0 9 21 * *"]),
        ("on the 3rd of march at 8am", ["2027-03-03T08:00:00-05:00"]),
        ("a week from monday at 9am", ["2026-12-07T09:00:00-05:00"]),
        ("in an hour and a half", ["2026-11-25T11:30:00-05:00"]),
        ("at 10 and 40 minutes past each hour", ["10,40 * * * *"]),
        ("every hour at quarter to", ["45 * * * *"]),
        ("daily at 8, 12 and 5pm", ["0 8,12,17 * * *"]),
        ("every day at 7-ish pm", ["0 19 * * *"]),
        ("every day at 10:45AM", ["45 10 * * *"]),
        ("every day, 8:00 A.M.", ["0 8 * * *"]),
        ("each and every monday at 9am", ["0 9 * * 1"]),
        ("three times a week on mon wed and fri at 9am", ["0 9 * * 1,3,5"]),
        ("every monday at 8am but not in july or august", ["0 8 * 1,2,3,4,5,6,9,10,11,12 1"]),
        ("every day at 8am, no saturdays or sundays", ["0 8 * * 1-5"]),
        ("every day at 8am w/o sundays", ["0 8 * * 1-6"]),
        ("every day at 8am with the exception of friday", ["0 8 * * 0,1,2,3,4,6"]),
        ("every 3 months starting in march at 9am", ["0 9 1 3,6,9,12 *"]),
        ("mondays at 7 and thursdays at 9am", ["0 7 * * 1", "0 9 * * 4"]),
        ("at 9 a.m. and again at 9 at night every day", ["0 9,21 * * *"]),
        ("every sunday nite", ["0 21 * * 0"]),
        ("twice a day", ["0 9,17 * * *"]),
        ("every night at ten forty five", ["45 22 * * *"]),
        ("tomorrow at 3pm", ["2026-11-26T15:00:00-05:00"]),
        ("on december 24 at 9am", ["2026-12-24T09:00:00-05:00"]),
    ],
)
def test_a_phrase_with_one_meaning(phrase: str, expected: list[str]) -> None:
    assert lines(phrase) == expected


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("biweekly", "biweekly"),
        ("every second friday", "second_or_other"),
        ("each payday", "payday"),
        ("at the crack of dawn every day", "dawn"),
        ("every friday at 5", "am_or_pm"),
        ("every day at 6 and 9pm", "am_or_pm"),
        ("every day at 8 or 9", "either_time"),
        ("every 45 minutes", "interval"),
        ("on the 31st of every month", "short_months"),
        ("on friday at 9am", "once_or_weekly"),
        ("next friday at 9am", "which_one"),
        ("every day at 8 and weekends at 10", "overlap"),
        ("every weekday except holidays at 8am", "but_holidays"),
        ("every weekday 8am to 5pm", "window"),
        ("every day at half 8", "half_hour"),
        ("twice a week at 8am", "which_days"),
        ("on the first weekend of the month", "first_weekend"),
        ("the second to last friday of the month", "not_that_day"),
    ],
)
def test_a_phrase_that_must_be_asked(phrase: str, key: str) -> None:
    found = timing(phrase).ambiguity
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    ("phrase", "field", "value"),
    [
        ("every monday until christmas", "ends_at", "2026-12-25T23:59:59-05:00"),
        ("every day for the next two weeks", "ends_at", "2026-12-08T23:59:59-05:00"),
        ("every day for up to 2 months", "ends_at", "2027-01-25T23:59:59-05:00"),
        ("daily starting march 3rd", "starts_at", "2027-03-03T00:00:00-05:00"),
        ("every monday but no more than 3 times", "max_runs", 3),
        ("every other tuesday", "every", {"weeks": 2}),
        ("every 3 days", "every", {"days": 3}),
        ("every day at 8am pacific", "timezone", "America/Los_Angeles"),
        ("every day at 8am Tokyo time", "timezone", "Asia/Tokyo"),
        ("every day at 8am in LA", "timezone", "America/Los_Angeles"),
        ("every day at 8am this month", "ends_at", "2026-11-30T23:59:59-05:00"),
        ("every day at 8am until mother's day", "ends_at", "2027-05-09T23:59:59-04:00"),
        ("the next 3 mondays at 8am", "max_runs", 3),
    ],
)
def test_bounds_and_intervals(phrase: str, field: str, value: object) -> None:
    [schedule] = timing(phrase).schedules
    assert getattr(schedule, field) == value


TIMES = st.one_of(
    st.tuples(
        st.integers(1, 12), st.sampled_from(("", ":15", ":30")), st.sampled_from(("am", "pm", " a.m.", "p", " PM"))
    ),
)


def _minutes(hour: int, minute: str, half: str) -> int:
    later = half.strip().casefold().startswith("p")
    return hour % 12 * 60 + (int(minute[1:]) if minute else 0) + (720 if later else 0)


@settings(max_examples=200, deadline=None)
@given(
    days=st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True),
    names=st.sampled_from(("plural", "full", "short")),
    time=TIMES,
    order=st.booleans(),
)
def test_days_and_a_time_in_either_order(
    days: list[int], names: str, time: tuple[int, str, str], order: bool
) -> None:
    spelled = [f"{DAYS[day]}s" if names == "plural" else (DAYS if names == "full" else SHORT)[day] for day in days]
    said = f"{', '.join(spelled[:-1])} and {spelled[-1]}" if len(spelled) > 1 else spelled[0]
    said = said if names == "plural" else f"every {said}"
    clock = f"at {time[0]}{time[1]}{time[2]}"
    [schedule] = timing(f"{said} {clock}" if order else f"{clock} {said}").schedules
    local = datetime(2026, 11, 25, tzinfo=ZoneInfo(ZONE))
    runs = CronSim(schedule.cron or "", local)
    found = {((run := next(runs)).isoweekday() % 7, run.hour * 60 + run.minute) for _ in range(len(days) * 2)}
    assert found == {(day, _minutes(*time)) for day in days}


@settings(max_examples=150, deadline=None)
@given(
    wide=st.sampled_from(("every day", "every morning", "weekdays", "daily")),
    out=st.lists(st.sampled_from(range(1, 6)), min_size=1, max_size=3, unique=True),
    word=st.sampled_from(("except", "but not", "skip", "excluding", "not on", "no")),
)
def test_what_is_left_out_never_runs(wide: str, out: list[int], word: str) -> None:
    days = " and ".join(f"{DAYS[day]}s" for day in out)
    [schedule] = timing(f"{wide} at 8am {word} {days}").schedules
    runs = CronSim(schedule.cron or "", datetime(2026, 11, 25, tzinfo=ZoneInfo(ZONE)))
    every = {0, 1, 2, 3, 4, 5, 6} if wide != "weekdays" else {1, 2, 3, 4, 5}
    assert {next(runs).isoweekday() % 7 for _ in range(14)} == every - set(out)


PIECES = st.sampled_from(
    (
        *("every day", "weekdays", "on mondays", "at 8", "at 6pm", "in the morning", "every 2 weeks", "on the 1st"),
        *(
            "until christmas",
            "starting monday",
            "for 2 weeks",
            "except sundays",
            "hourly",
            "from 9 to 5",
            "monthly",
        ),
        *(
            "twice a day",
            "on friday",
            "tomorrow",
            "biweekly",
            "every other tuesday",
            "the last friday of the month",
        ),
        *("payday", "in june", "at 5", "noon", "on the 31st", "every 45 minutes", "eastern time", "3 times"),
    )
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4, unique=True))
def test_every_choice_leads_to_schedules_or_to_another_question(pieces: list[str]) -> None:
    reading = read(" ".join(["send me sales", *pieces]), NAMES)
    todo: list[tuple[tuple[When, ...], tuple[str, ...]]] = [(grouped(reading.of("when")), ())]
    while todo:
        groups, asked = todo.pop()
        found = resolve(groups, NOW, ZONE)
        if found.ambiguity is None:
            continue
        assert len(asked) < 8, (pieces, asked)
        todo += [(whens, (*asked, found.ambiguity.key)) for _, whens in found.ambiguity.choices]
