"""What somebody takes back while they write is gone, and the rest stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.understood import Intent
from tests.unit.chat.shop import NAMES

_SLIPS = ("no wait", "I mean", "sorry", "make that", "no, make it", "or rather", "scratch that")


def _crons(said: str) -> Any:
    requests = requests_of(read(said, NAMES))
    return [one.model_copy(update={"words": ""}) for request in requests for one in request.whens]


@given(
    st.integers(1, 12), st.integers(1, 12), st.sampled_from(["am", "pm"]), st.sampled_from([*_SLIPS, "no", "nope"])
)
@settings(max_examples=60, deadline=None)
def test_a_time_that_is_taken_back_is_as_if_it_was_never_said(
    first: int, second: int, half: str, slip: str
) -> None:
    plain = _crons(f"send me sales every day at {second} {half}")
    assert _crons(f"send me sales every day at {first} {half}, {slip} {second} {half}") == plain


@given(st.sampled_from(["monday", "friday"]), st.sampled_from(["tuesday", "sunday"]), st.sampled_from(_SLIPS))
@settings(max_examples=40, deadline=None)
def test_a_day_that_is_taken_back_is_gone(first: str, second: str, slip: str) -> None:
    plain = _crons(f"send me sales every {second} at 9am")
    assert _crons(f"send me sales every {first}, {slip} every {second} at 9am") == plain
    assert _crons(f"every {first} at 9am send me sales, {slip}, every {second}") == plain


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("sales daily at 8 pm, no, 9", "sales daily at 9 pm"),
        ("sales every 2 hours no every 3 hours", "sales every 3 hours"),
        ("not 8 pm, 8 am! sales daily", "sales daily at 8 am"),
        ("sales at 9am, not every day, just tuesdays", "sales at 9am, tuesdays"),
        ("sales on the 1st no the 2nd at 9am", "sales on the 2nd at 9am"),
        ("sales every friday around closing, no let's just say 9pm", "sales every friday at 9pm"),
    ],
)
def test_what_takes_its_place_is_what_counts(said: str, same: str) -> None:
    assert _crons(said) == _crons(same)


def test_no_before_days_leaves_them_out() -> None:
    [one] = _crons("sales daily at 9, no weekends")
    assert one.but_weekdays == (0, 6)
    [one] = _crons("sales monday to saturday, no thursdays, 9am")
    assert one.but_weekdays == (4,)


def test_an_amount_and_a_name_can_be_taken_back() -> None:
    [request] = requests_of(read("tell me if they undercut us by 10 no 15 percent, daily at 8am", NAMES))
    assert [one.value for one in request.thresholds] == [15]
    [first, second] = NAMES.competitors[:2]
    [request] = requests_of(read(f"track {first}, I mean {second}, every morning at 9", NAMES))
    assert request.competitors == (second,)
    assert not request.unread


@pytest.mark.parametrize(
    "said",
    [
        "thursdays are slow so email me the slow movers on wednesdays at 4pm",
        "email me the slow movers on wednesdays at 4pm because thursdays are slow",
    ],
)
def test_why_somebody_wants_it_is_not_a_schedule(said: str) -> None:
    [request] = requests_of(read(said, NAMES))
    assert [one.weekdays for one in request.whens] == [(3,)]
    assert any("thursdays are slow" in one for one in request.unread)
    assert not request.must_ask


def test_the_same_work_once_more_is_another_playbook() -> None:
    said = "low stock to staff by text at 7am daily; same list to me by email at 7:15am"
    [first, second] = requests_of(read(said, NAMES))
    assert (first.topic, first.channels) == ("low_stock", ("sms",))
    assert (second.topic, second.channels) == ("low_stock", ("email",))
    assert [one.minutes for when in second.whens for one in when.times] == [435]


def test_bare_hours_go_through_the_day() -> None:
    [one] = _crons("sales daily at 9, 1 and 5")
    assert [clock.minutes for clock in one.times] == [540, 780, 1020]


def test_a_channel_that_is_stopped_is_not_the_playbook() -> None:
    [request] = requests_of(
        read("stop sending Gap Watch by text, use slack", replace(NAMES, playbooks=("Gap Watch",)))
    )
    assert (request.intent, request.dropped_channels, request.channels) == (Intent.CHANGE, ("sms",), ("slack",))


def test_two_playbooks_that_are_named_together_are_both_changed() -> None:
    names = replace(NAMES, playbooks=("Gap Watch", "Morning Numbers"))
    requests = requests_of(read("add dana@shop.example to Gap Watch and Morning Numbers", names))
    assert [one.playbook for one in requests] == ["Gap Watch", "Morning Numbers"]
