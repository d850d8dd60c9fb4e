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
        ("a quarter to noon every saturday", ["45 11 * * 6"]),
        ("every day at half past noon", ["30 12 * * *"]),
        ("weekdays at six thirty in the a.m.", ["30 6 * * 1-5"]),
        ("daily at 19:05:00", ["5 19 * * *"]),
        ("daily just before 8am", ["55 7 * * *"]),
        ("today and tomorrow at 5pm", ["2026-11-25T17:00:00-05:00", "2026-11-26T17:00:00-05:00"]),
        ("on dec 5 and dec 23rd at 10am", ["2026-12-05T10:00:00-05:00", "2026-12-23T10:00:00-05:00"]),
        ("on december 5 and 23 at 10am", ["2026-12-05T10:00:00-05:00", "2026-12-23T10:00:00-05:00"]),
        ("saturday after next at 9am", ["2026-12-05T09:00:00-05:00"]),
        ("two weeks before christmas at 9am", ["2026-12-11T09:00:00-05:00"]),
        ("the day after thanksgiving at 9am", ["2026-11-27T09:00:00-05:00"]),
        ("in a quarter of an hour", ["2026-11-25T10:15:00-05:00"]),
        ("wednesday, the second one each month, 1pm", ["0 13 * * 3 #second"]),
        ("fridays, but only the last one of the month, 1pm", ["0 13 * * 5 #last"]),
        ("closing out the month: on its last day, 11pm", ["0 23 28-31 * * #last"]),
        ("three times a year, the 1st of jan, may and september, 9am", ["0 9 1 1,5,9 *"]),
        ("every 14 days on friday at 5pm", ["0 17 * * 5"]),
        ("every day at 9am except the 13th", ["0 9 1-12,14-31 * *"]),
        ("nightly at 10; mondays can be skipped", ["0 22 * * 0,2,3,4,5,6"]),
        ("daily at 7am, but sundays i don't need it", ["0 7 * * 1-6"]),
        ("on fridays at 5pm, but in december do thursdays instead", ["0 17 * 1-11 5", "0 17 * 12 4"]),
        ("weekdays at 9am, in june make it 10am instead", ["0 10 * 6 1-5", "0 9 * 1,2,3,4,5,7,8,9,10,11,12 1-5"]),
        ("fridays at 5pm in q4", ["0 17 * 10-12 5"]),
        ("every weekend day plus wednesday, 8pm", ["0 20 * * 0,3,6"]),
        ("saturday nights 8 to midnight, every half hour", ["*/30 20-23 * * 6", "0 0 * * 0"]),
        ("saturdays 10pm to 2am hourly", ["0 0-2 * * 0", "0 22,23 * * 6"]),
        ("hourly in the evening from 6 to 10", ["0 18-22 * * *"]),
        ("every three hours starting 6am and ending at 9pm", ["0 6,9,12,15,18,21 * * *"]),
        ("every 4 hours, first at 8am, last at 8pm", ["0 8,12,16,20 * * *"]),
        ("every 30 minutes until noon, from 9am, daily", ["*/30 9-11 * * *", "0 12 * * *"]),
        ("every hour from 9am on, until 6pm", ["0 9-18 * * *"]),
        ("at 9, 12 and 3 on weekdays", ["0 9,12,15 * * 1-5"]),
        ("8, noon and 8 daily", ["0 8,12,20 * * *"]),
        ("daily at 9pm except thursdays when it's 8pm", ["0 20 * * 4", "0 21 * * 0,1,2,3,5,6"]),
        ("every day at 8am, but on saturdays make it 10am", ["0 10 * * 6", "0 8 * * 0-5"]),
        ("every day but monday at 7am", ["0 7 * * 0,2,3,4,5,6"]),
        ("every day at 9am; no need on saturdays", ["0 9 * * 0-5"]),
        ("tomorrow only at 8am", ["2026-11-26T08:00:00-05:00"]),
        ("next tuesday the 8th at 6pm", ["2026-12-08T18:00:00-05:00"]),
        ("on the 15th of march, 2027, 9am", ["2027-03-15T09:00:00-04:00"]),
        ("at the end of next month, 9am", ["2026-12-31T09:00:00-05:00"]),
        (
            "tomorrow at 8am and again on december 4 at 8am",
            ["2026-11-26T08:00:00-05:00", "2026-12-04T08:00:00-05:00"],
        ),
        ("at :30 every hour from 9 to 5", ["30 9-16 * * *"]),
        ("every half hour, 24/7", ["*/30 * * * *"]),
        ("daily 8am, pause it in august", ["0 8 * 1,2,3,4,5,6,7,9,10,11,12 *"]),
        ("every friday at 5pm, april through september", ["0 17 * 4-9 5"]),
        ("hourly fri 5pm to 11pm and sat noon to 11pm", ["0 12-23 * * 6", "0 17-23 * * 5"]),
        ("friday 6pm to saturday 2am every hour", ["0 0-2 * * 6", "0 18-23 * * 5"]),
        ("at the end of q1 at 8am", ["2027-03-31T08:00:00-04:00"]),
        ("daily just after 9pm", ["0 21 * * *"]),
        ("every day at 7 of the morning", ["0 7 * * *"]),
        ("every day three times, 9am, 1pm and 5pm", ["0 9,13,17 * * *"]),
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
        ("each hour of the workday mon-fri", "business_hours"),
        ("every hour while we're open", "business_hours"),
        ("hourly from 5 to 9", "am_or_pm"),
        ("every 2 days, 7pm, weekdays only", "days_and_interval"),
        ("every hour 9am to 6pm, lunch hour (12 to 1) excepted", "but_part"),
        ("every monday at 9am, skip presidents' day", "but_holiday"),
        ("at shift changes", "some_time"),
        ("every other weekday at 6pm", "days_and_interval"),
        ("every 30 minutes friday 4pm till close", "closing_hour"),
        ("every day right after lunch", "some_time"),
        ("every day at 10pm in december, otherwise only fridays", "but_other"),
        ("every day at 9pm apart from the last day of the month", "but_monthdays"),
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
        ("weekdays from March 8, 6:05pm", "starts_at", "2027-03-08T00:00:00-05:00"),
        ("every day at 8am between now and Easter, March 28", "ends_at", "2027-03-28T23:59:59-04:00"),
        ("every day at 8am, march 12 is the last day", "ends_at", "2027-03-12T23:59:59-05:00"),
        ("every monday at 9am from now through the end of q2", "ends_at", "2027-06-30T23:59:59-04:00"),
        ("every 4 hours starting tomorrow at 8am", "starts_at", "2026-11-26T00:00:00-05:00"),
        ("daily at 9pm, not before february 10", "starts_at", "2027-02-10T00:00:00-05:00"),
        ("the next two mornings at 8", "max_runs", 2),
        ("daily at 7am for a week, then stop", "ends_at", "2026-12-01T23:59:59-05:00"),
        ("every day at 8am from next monday to the friday after", "ends_at", "2026-12-04T23:59:59-05:00"),
    ],
)
def test_bounds_and_intervals(phrase: str, field: str, value: object) -> None:
    [schedule] = timing(phrase).schedules
    assert getattr(schedule, field) == value


def test_another_time_from_a_day_on_follows_the_first_one() -> None:
    first, then = timing("daily at 7am until march 1, then at 9am").schedules
    assert (first.cron, first.ends_at, first.starts_at) == ("0 7 * * *", "2027-03-01T23:59:59-05:00", None)
    assert (then.cron, then.starts_at, then.ends_at) == ("0 9 * * *", "2027-03-02T00:00:00-05:00", None)


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
        # Two schedules of one message may each be asked about.
        assert len(asked) < 12, (pieces, asked)
        todo += [(whens, (*asked, found.ambiguity.key)) for _, whens in found.ambiguity.choices]
