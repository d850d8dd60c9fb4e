"""What holds for every message: no error, one answer, cron lines that Cloud Scheduler takes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.chat.grammar import parse
from shared.chat.understanding import Intent, Topic
from shared.playbooks.cron import check_cron
from tests.corpus import HINTS, sentences

_WORDS = sorted({word for sentence in sentences() for word in sentence.say.split()})
_SOUP = st.lists(st.sampled_from(_WORDS), max_size=20).map(" ".join)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@given(st.one_of(st.text(max_size=300), _SOUP))
def test_any_text_is_read_without_an_error_and_always_alike(message: str) -> None:
    understood = parse(message, HINTS)
    assert parse(message, HINTS) == understood
    assert understood.unclear or understood.intent is not Intent.UNCLEAR
    for wish in understood.schedules:
        assert check_cron(wish.cron) == wish.cron


@given(_SOUP, _SOUP)
def test_any_answer_to_any_open_question_is_read_without_an_error(before: str, message: str) -> None:
    pending = parse(before, HINTS)
    understood = parse(message, replace(HINTS, pending=pending))
    assert understood.unclear or understood.intent is not Intent.UNCLEAR


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4), st.integers(1, 400))
def test_words_said_over_and_over_are_read_without_an_error(words: list[str], times: int) -> None:
    parse(" ".join(words * times)[:2_000], HINTS)


@pytest.mark.parametrize(
    "part",
    ["Aa & ", "at 8 and ", "Mon, ", "1 2 ", "5% ", "a@", '"', "remind me to ", "x's prices ", "call it a ", "+1"],
)
def test_no_pattern_goes_astray_on_a_long_repetition(part: str) -> None:
    started = time.process_time()
    parse((part * 1_000)[:2_000], HINTS)
    assert time.process_time() - started < 2


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(("am", "pm", " AM", " p.m.")))
def test_a_time_of_day_becomes_its_cron_line(hour: int, minute: int, half: str) -> None:
    expected = hour % 12 + (12 if "p" in half.lower() else 0)
    understood = parse(f"email me the sales summary every day at {hour}:{minute:02d}{half}", HINTS)
    assert understood.sure
    assert [wish.cron for wish in understood.schedules] == [f"{minute} {expected} * * *"]


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(range(7)))
def test_a_24_hour_time_on_a_weekday_becomes_its_cron_line(hour: int, minute: int, day: int) -> None:
    understood = parse(f"email me the sales summary every {_DAYS[day]} at {hour:02d}:{minute:02d}", HINTS)
    assert [wish.cron for wish in understood.schedules] == [f"{minute} {hour} * * {day}"]


@given(st.integers(1, 200))
def test_minutes_that_a_day_cannot_be_cut_into_lead_to_a_question(minutes: int) -> None:
    understood = parse(f"scan competitors every {minutes} minutes", HINTS)
    can_be_said = 60 % minutes == 0 if minutes <= 60 else minutes % 60 == 0 and 1440 % minutes == 0
    assert understood.sure is can_be_said
    assert bool(understood.schedules) is can_be_said


@given(st.integers(1, 99), st.sampled_from((("more than", ">"), ("at least", ">="), ("over", ">"))))
def test_a_percentage_keeps_its_comparison(percent: int, comparison: tuple[str, str]) -> None:
    words, op = comparison
    understood = parse(f"every morning tell me if they undercut us by {words} {percent}%", HINTS)
    assert understood.threshold is not None
    assert (understood.threshold.op, understood.threshold.value) == (op, percent)


@pytest.mark.parametrize("verb", ["pause", "delete", "resume", "run", "stop", "cancel"])
@pytest.mark.parametrize("no", ["don't", "do not", "please don't", "never", "I don't want to"])
def test_a_negated_command_does_nothing(no: str, verb: str) -> None:
    assert parse(f"{no} {verb} the price alert", HINTS).intent is Intent.REFUSE


def test_a_message_that_is_too_long_is_not_read_in_part() -> None:
    understood = parse("email me sales every day at 8am. " * 200, HINTS)
    assert understood.intent is Intent.UNCLEAR
    assert not understood.schedules


def test_a_name_that_fits_two_competitors_is_asked_about() -> None:
    hints = replace(HINTS, competitors=("Leaf East", "Leaf Eastern"))
    understood = parse("track Leaf East's prices every morning", hints)
    assert understood.competitors == ("Leaf East",)


def test_known_competitors_are_found_in_any_spelling() -> None:
    understood = parse("track GREENLEAF's prices every morning", HINTS)
    assert understood.competitors == ("Green Leaf",)
    assert understood.topic is Topic.PRICE_WATCH


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("EST", "America/New_York"),
        ("eastern", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("Central", "America/Chicago"),
        ("mountain time", "America/Denver"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("new york time", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_known_by_their_common_names(words: str, zone: str) -> None:
    understood = parse(f"email me the sales summary every day at 8am {words}", HINTS)
    assert [wish.timezone for wish in understood.schedules] == [zone]


def test_a_zone_that_nobody_knows_is_asked_about() -> None:
    understood = parse("email me the sales summary every day at 8am Gotham time", HINTS)
    assert [unclear.about for unclear in understood.unclear] == ["schedule"]
