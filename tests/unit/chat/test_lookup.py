"""Which playbook is meant, and who answers."""

from __future__ import annotations

import pytest

from shared.chat.lookup import find_playbooks, points_back
from shared.chat.routing import answering
from shared.chat.understanding import Topic
from tests.unit.chat.wishes import known

PLAYBOOKS = [
    known("Competitor Price Alert"),
    known("Low Stock Alert"),
    known("Sales Summary"),
    known("Sales Summary 2"),
]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("the price alert", ["Competitor Price Alert"]),
        ("Price Alerts", ["Competitor Price Alert"]),
        ("my low stock thing", ["Low Stock Alert"]),
        ("sales summary", ["Sales Summary"]),
        ("sales", ["Sales Summary", "Sales Summary 2"]),
        ("the alert", ["Competitor Price Alert", "Low Stock Alert"]),
        ("sales-summary-2", ["Sales Summary 2"]),
        ("the weather alert", []),
        ("birthdays", []),
    ],
)
def test_words_mean_playbooks(words: str, names: list[str]) -> None:
    assert [one.name for one in find_playbooks(words, PLAYBOOKS)] == names


@pytest.mark.parametrize(("words", "does"), [(None, True), ("it", True), ("that one", True), ("the alert", False)])
def test_pointing_back(words: str | None, does: bool) -> None:
    assert points_back(words) is does


@pytest.mark.parametrize(
    ("requested", "topic", "agent", "message", "answers"),
    [
        (None, Topic.PRICE_WATCH, None, "", "money_mike"),
        ("craig", Topic.PRICE_WATCH, None, "", "craig"),
        ("nobody", Topic.PRICE_WATCH, None, "", "money_mike"),
        (None, None, "pops", "", "pops"),
        (None, None, None, "Hey Ezal, what is new?", "ezal"),
        (None, None, None, "how are our competitors doing", "ezal"),
        (None, None, None, "hello", "leo"),
    ],
)
def test_who_answers(
    requested: str | None, topic: Topic | None, agent: str | None, message: str, answers: str
) -> None:
    assert answering(requested, topic, agent, message).id == answers


def test_what_people_made_themselves_comes_before_what_their_tier_brought() -> None:
    theirs = known("Competitor Price Alert")
    tiers = known("Competitive Price Alert", is_from_catalog=True)
    assert find_playbooks("the price alert", [tiers, theirs]) == [theirs]
    assert find_playbooks("competitive price alert", [tiers, theirs]) == [tiers]
    assert find_playbooks("price alert", [tiers]) == [tiers]
