"""What a bare answer means beside its question, and when a sentence is no answer at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.chat.answers import whole_question
from shared.chat.grammar import Hints, parse
from shared.chat.hearing import together
from shared.chat.memory import Session
from shared.chat.understanding import Intent, Threshold, Topic, Unclear, Understanding
from tests.unit.chat.wishes import COMPETITORS, EVERY_MORNING, MONDAYS, ZONE, facts, known, mission, wish

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FACTS = facts(known("Competitor Price Alert"), known("Low Stock Alert"))


def gap(about: Any, said: str = "") -> Unclear:
    return Unclear(about=about, question=f"Which {about}?", said=said)


def answer(pending: Understanding | None, message: str, last: str | None = None) -> Understanding:
    names = tuple(one.name for one in FACTS.playbooks)
    hints = Hints(ZONE, NOW, names, tuple(COMPETITORS.values()), pending)
    said = parse(whole_question(message, pending), hints)
    return together(said, message, Session(pending=pending, last_playbook_id=last), FACTS)


@pytest.mark.parametrize(("message", "hour"), [("pm", 17), ("am", 5), ("5 pm", 17), ("in the afternoon", 17)])
def test_the_half_of_the_day_completes_the_words_asked_about(message: str, hour: int) -> None:
    pending = wish(Topic.SALES_SUMMARY, unclear=(gap("schedule", "on Mondays at 5"),))
    result = answer(pending, message)
    assert [one.cron for one in result.schedules] == [f"0 {hour} * * 1"]
    assert (result.intent, result.topic, result.sure) == (Intent.CREATE, Topic.SALES_SUMMARY, True)


@pytest.mark.parametrize("message", ["Low Stock Alert", "the low stock one", "low stock", "the second one", "2"])
@pytest.mark.parametrize("intent", [Intent.DELETE, Intent.PAUSE, Intent.RUN])
def test_a_playbooks_name_answers_which_one(message: str, intent: Intent) -> None:
    result = answer(wish(intent=intent, playbook="alert", unclear=(gap("playbook"),)), message)
    assert (result.intent, result.playbook, result.unclear) == (intent, "Low Stock Alert", ())


@pytest.mark.parametrize("message", ["count the safe", "order more pre-rolls", "email Bob about the sales"])
def test_any_words_answer_what_to_remind_of(message: str) -> None:
    result = answer(wish(Topic.REMINDER, schedules=(MONDAYS,), unclear=(gap("message"),)), message)
    assert (result.intent, result.topic, result.message) == (Intent.CREATE, Topic.REMINDER, message)
    assert result.schedules == (MONDAYS,)
    assert result.sure


def test_every_time_drops_a_limit_that_cannot_be_compared() -> None:
    threshold = Threshold(subject="spent", op=">", value=10)
    pending = wish(Topic.SALES_SUMMARY, schedules=(MONDAYS,), threshold=threshold, unclear=(gap("threshold"),))
    assert answer(pending, "every time").threshold is None


def test_yes_takes_the_event_in_place_of_a_time() -> None:
    pending = wish(Topic.RESTOCKED, schedules=(MONDAYS,), unclear=(gap("event"),))
    result = answer(pending, "yes")
    assert (result.intent, result.schedules, result.sure) == (Intent.CREATE, (), True)


@pytest.mark.parametrize(
    ("message", "recipients"), [("write to the customer", ("customer",)), ("tell me", ("me",))]
)
def test_who_is_to_be_written_to(message: str, recipients: tuple[str, ...]) -> None:
    assert answer(wish(Topic.WELCOME, unclear=(gap("recipient"),)), message).recipients == recipients


def test_a_channel_answers_by_which() -> None:
    pending = wish(Topic.SALES_SUMMARY, schedules=(MONDAYS,), unclear=(gap("channel"),))
    assert answer(pending, "by email").channels == ("email",)


def test_a_new_sentence_is_no_answer() -> None:
    pending = mission(schedules=(), unclear=(gap("schedule"),))
    result = answer(pending, "email me a sales summary every Monday at 8am")
    assert (result.topic, result.threshold) == (Topic.SALES_SUMMARY, None)


def test_never_mind_is_no_answer() -> None:
    assert answer(mission(unclear=(gap("schedule"),)), "never mind").intent is Intent.REFUSE


def test_details_alone_change_the_last_playbook() -> None:
    assert answer(None, "at 8", last="low-stock-alert").intent is Intent.CHANGE
    assert answer(None, "at 8").intent is Intent.ANSWER


def test_nonsense_keeps_the_question() -> None:
    pending = mission(schedules=(), unclear=(gap("schedule"),))
    assert answer(pending, "asdf qwer").unclear == pending.unclear
    assert EVERY_MORNING in answer(pending, "every morning").schedules
