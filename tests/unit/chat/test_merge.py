"""Merging never loses what was known, and never asks what was answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.chat.merge import MAX_RECIPIENTS, is_answered, merge
from shared.chat.understanding import EventWish, Intent, ScheduleWish, Threshold, Topic, Unclear, Understanding
from shared.errors import PermanentError
from tests.unit.chat.wishes import EVERY_MORNING, MONDAYS, mission, wish

ABOUT = ["topic", "schedule", "event", "threshold", "channel", "recipient", "competitor", "playbook", "message"]
CHANNELS = ["email", "sms", "dashboard", "slack", "drive"]
FIELDS = [name for name in Understanding.model_fields if name not in {"intent", "unclear"}]


def tuples(*values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


understandings = st.builds(
    Understanding,
    intent=st.sampled_from(list(Intent)),
    topic=st.none() | st.sampled_from(list(Topic)),
    schedules=tuples(EVERY_MORNING, MONDAYS, ScheduleWish(cron="*/15 * * * *")),
    events=tuples(EventWish(event_name="order.completed"), EventWish(event_name="inventory.low_stock")),
    threshold=st.none()
    | st.builds(Threshold, subject=st.just("price_gap"), op=st.just(">"), value=st.integers(0, 50)),
    channels=tuples(*CHANNELS),
    dropped_channels=tuples(*CHANNELS),
    recipients=tuples("me", "owner", "bob@shop.example"),
    competitors=tuples("Salt City", "Higher Level"),
    top=st.none() | st.integers(1, 9),
    message=st.none() | st.sampled_from(["water the plants", "call Bob"]),
    name=st.none() | st.just("My alert"),
    playbook=st.none() | st.sampled_from(["it", "the price alert"]),
    unclear=st.lists(st.sampled_from(ABOUT), max_size=2, unique=True).map(
        lambda names: tuple(Unclear(about=name, question=f"Which {name}?") for name in names)
    ),
)


@given(known=understandings, said=understandings)
def test_what_was_known_is_still_known_or_was_said_anew(known: Understanding, said: Understanding) -> None:
    merged = merge(known, said)
    for name in FIELDS:
        before, now, after = getattr(known, name), getattr(said, name), getattr(merged, name)
        if before not in (None, ()):
            assert after not in (None, ())
        if name == "schedules":
            assert len(after) == len(now or before)
        elif now not in (None, ()):
            assert after == now or set(now) <= set(after)
        elif before not in (None, ()):
            assert after == before


@given(known=understandings, said=understandings)
def test_gathered_things_are_all_there(known: Understanding, said: Understanding) -> None:
    merged = merge(known, said)
    whole = said.intent is Intent.CREATE
    for name in ("channels", "recipients"):
        before, now = getattr(known, name), getattr(said, name)
        assert set(getattr(merged, name)) == ({*now} if whole and now else {*before, *now})


def test_a_whole_sentence_takes_the_place_of_whom_was_named_before() -> None:
    known = mission(recipients=("bob@shop.example",), channels=("email",))
    merged = merge(known, mission(recipients=("owner",), channels=("sms",)))
    assert (merged.recipients, merged.channels) == (("owner",), ("sms",))


@given(known=understandings, said=understandings)
def test_a_question_goes_only_when_it_is_answered(known: Understanding, said: Understanding) -> None:
    still_asked = {gap.about for gap in merge(known, said).unclear}
    for gap in known.unclear:
        assert gap.about in still_asked or is_answered(gap.about, said)
    assert {gap.about for gap in said.unclear} <= still_asked


@given(known=understandings)
def test_merging_nothing_changes_nothing(known: Understanding) -> None:
    assert merge(known, Understanding(intent=Intent.ANSWER)) == known


def test_an_answer_completes_the_question() -> None:
    known = mission(schedules=(), unclear=(Unclear(about="schedule", question="When?"),))
    merged = merge(known, wish(intent=Intent.ANSWER, schedules=(MONDAYS,)))
    assert merged == mission(schedules=(MONDAYS,))


def test_a_time_alone_keeps_the_days_that_were_said() -> None:
    known = mission(schedules=(ScheduleWish(cron="0 9 * * 1", assumed_time=True),))
    eight = ScheduleWish(cron="0 8 * * *", only_time=True)
    assert merge(known, wish(intent=Intent.ANSWER, schedules=(eight,))).schedules[0].cron == "0 8 * * 1"


def test_days_alone_keep_the_time_that_was_said() -> None:
    known = mission(schedules=(ScheduleWish(cron="30 7 * * *"),))
    mondays = ScheduleWish(cron="0 9 * * 1", assumed_time=True)
    assert merge(known, wish(intent=Intent.ANSWER, schedules=(mondays,))).schedules[0].cron == "30 7 * * 1"


def test_an_answer_that_is_itself_unclear_answers_nothing() -> None:
    known = mission(schedules=(), unclear=(Unclear(about="schedule", question="When?"),))
    half = wish(intent=Intent.ANSWER, unclear=(Unclear(about="schedule", question="8 am or 8 pm?"),))
    assert merge(known, half).unclear == half.unclear


def test_more_recipients_than_a_playbook_takes_are_refused() -> None:
    many = [tuple(f"{letter}{number}@x.example" for number in range(MAX_RECIPIENTS)) for letter in "ab"]
    with pytest.raises(PermanentError, match="at most 20"):
        merge(mission(recipients=many[0]), wish(intent=Intent.ANSWER, recipients=many[1]))
