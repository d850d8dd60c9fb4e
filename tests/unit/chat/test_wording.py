"""Replies say in plain words what will happen, when, and for how much."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.agents.personas import PERSONAS
from shared.chat import wording
from shared.chat.gaps import complete
from shared.chat.recipes.base import Order
from shared.chat.recipes.book import RECIPES, cook, is_by_event
from shared.chat.understanding import Topic, Unclear, Understanding
from tests.unit.chat.wishes import COMPETITORS, EVERY_MORNING, OVER_TEN, ZONE, event, known, mission, tenant, wish

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
LEO = PERSONAS["leo"]


def happens(said: Understanding) -> str:
    whole = complete(said, tenant(), COMPETITORS, "me@shop.example")
    ids, names = tuple(whole.competitors), tuple(whole.competitors.values())
    order = Order(said, whole.audience, ids, names, is_by_event(said))
    order = Order(
        said, whole.audience, tuple(whole.competitors), tuple(whole.competitors.values()), is_by_event(said)
    )
    return wording.what_happens(cook(order, ZONE), NOW)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            mission(),
            "Every day at 9:00 AM EST I scan your top 3 competitors and compare their prices with ours, "
            "and email you if they undercut us by more than 10%.",
        ),
        (
            mission(threshold=OVER_TEN.model_copy(update={"value": 0}), top=None),
            "Every day at 9:00 AM EST I scan your competitors and compare their prices with ours, and email you "
            "if one undercuts us.",
        ),
        (
            wish(Topic.LOW_STOCK, channels=("sms",)),
            "When an item falls below its reorder point I text your staff phones.",
        ),
        (
            wish(Topic.WELCOME, recipients=("customer",), channels=("email",)),
            "When a new customer signs up I welcome the customer by email, at the address in the event.",
        ),
        (
            wish(Topic.REMINDER, schedules=(EVERY_MORNING,), channels=("email",), message="count the safe"),
            "Every day at 9:00 AM EST I email you to say “count the safe”.",
        ),
        (
            wish(Topic.SALES_SUMMARY, events=(event("delivery.arrived", "event.boxes > 3"),), channels=("slack",)),
            "At the event “delivery.arrived”, if boxes is above 3, I sum up the sales of the day before, "
            "and post it to Slack.",
        ),
    ],
)
def test_what_happens(said: Understanding, words: str) -> None:
    assert happens(said) == words


@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_says_something_that_ends(topic: Topic) -> None:
    own = RECIPES[topic].event
    when: dict[str, Any] = {"events": (event(own),)} if own else {"schedules": (EVERY_MORNING,)}
    words = happens(wish(topic, recipients=("me",), message="water the plants", **when))
    assert words.endswith(".")
    assert "{{" not in words
    assert "  " not in words


def test_one_question_stands_in_a_line_and_several_are_numbered() -> None:
    when, who = Unclear(about="schedule", question="When?"), Unclear(about="recipient", question="Whom?")
    assert wording.asking(LEO, [when]).endswith("When?")
    assert wording.asking(LEO, [when, who]).endswith("1. When?\n2. Whom?")


def test_the_list_has_the_active_ones_first_with_their_next_run() -> None:
    daily = ({"type": "schedule", "cron": "0 9 * * *", "timezone": ZONE},)
    reply = wording.listed(
        LEO, [known("B", status="paused", triggers=daily), known("C", triggers=daily), known("D")], NOW, ZONE
    )
    lines = reply.splitlines()
    assert lines[0].endswith("You have 3 playbooks:")
    assert lines[1] == "• C (on): every day at 9:00 AM EST; next Tue, Nov 24, 9:00 AM EST"
    assert lines[2] == "• D (on): when you ask for it"
    assert lines[3] == "• B (paused): every day at 9:00 AM EST"


def test_a_single_run_is_told_in_the_org_s_time() -> None:
    once = ({"type": "once", "at": datetime(2026, 11, 24, 20, tzinfo=UTC)},)
    reply = wording.listed(LEO, [known("C", triggers=once)], NOW, ZONE)
    assert "3:00 PM" in reply
    assert "UTC" not in reply


def test_a_list_of_many_says_how_many_are_left_out() -> None:
    assert "… and 5 more" in wording.listed(LEO, [known(f"P{number}") for number in range(25)], NOW, ZONE)


def test_a_schedule_that_cannot_be_read_keeps_no_list_from_being_told() -> None:
    broken = known("Odd", triggers=({"type": "schedule", "cron": "never", "timezone": "Mars"},))
    assert "Odd" in wording.listed(LEO, [broken], NOW, ZONE)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "$0.00"), (0.0016, "$0.0016"), (0.05, "$0.05"), (3.456, "$3.46"), (1234.5, "$1,234.50")],
)
def test_money(value: float, words: str) -> None:
    assert wording.usd(value) == words
