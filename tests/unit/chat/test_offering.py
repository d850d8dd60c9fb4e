"""The options of a question: each of them, said next, settles it and loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.agents import claude
from shared.chat import acts, showing, stopping
from shared.chat.answer import ChatAnswer
from shared.chat.authoring import Author
from shared.chat.conversation import respond
from shared.chat.facts import StoredPlaybook
from shared.chat.memory import Session
from shared.chat.offering import with_options
from shared.chat.turn import Turn
from shared.doors.principal import Principal
from shared.gcp.clock import Clock
from tests.corpus import sentences
from tests.unit.chat.wishes import ZONE, facts, known

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FACTS = facts(known("Price Alert"), known("Low Stock Alert"), known("Sales Summary"), known("Sales Recap"))
ME = Principal(kind="user", org_id="org_1", uid="u1", email="me@shop.example", role="owner")
AMBIGUOUS = [sentence.say for sentence in sentences() if sentence.is_ambiguous]


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setattr(claude, "available", lambda: False)
    monkeypatch.setattr(acts, "has_product", lambda _org_id, _words: True)
    for module in (acts, showing, stopping):
        monkeypatch.setattr(module, "read_playbook", stored)


def stored(_org_id: str, playbook_id: str) -> StoredPlaybook:
    trigger = {"type": "schedule", "cron": "0 9 * * *", "timezone": ZONE}
    step = {"action": "notify", "params": {"subject": "a", "body": "b"}}
    data = {"name": playbook_id, "status": "active", "triggers": [trigger], "steps": [step]}
    return StoredPlaybook(playbook_id, data, NOW)


def say(message: str, session: Session) -> ChatAnswer:
    turn = Turn(Author("org_1", ME, Clock(), is_preview=True), message, FACTS, session, NOW)
    return with_options(turn, respond(turn))


@pytest.mark.parametrize(
    ("message", "about", "values"),
    [
        ("email me sales numbers on Mondays at 5", "schedule", ["am", "pm"]),
        (
            "watch prices",
            "schedule",
            ["every hour", "every morning", "every weekday at 9 am", "every Monday at 9 am"],
        ),
        ("email me a report", "topic", ["sales summary", "low stock", "competitors' prices"]),
        ("pause it", "playbook", ["Price Alert", "Low Stock Alert", "Sales Summary", "Sales Recap"]),
        ("pause the sales thing", "playbook", ["Sales Summary", "Sales Recap"]),
        ("track Green Leaf every morning", "competitor", ["Higher Level Syracuse", "Salt City Greens"]),
        ("fax me the sales every monday at 8am", "channel", ["email", "text me", "Slack", "dashboard"]),
        ("resume price alert next monday", "schedule", ["yes", "never mind"]),
        ("Send a sales summary on friday at 9am", "schedule", ["every week"]),
        ("remind me every Monday", "message", []),
        ("tell bob about sales every Monday at 8", "recipient", []),
    ],
)
def test_what_is_offered(message: str, about: str, values: list[str]) -> None:
    asked = {one.id: one for one in say(message, Session()).questions or ()}
    assert [option.value for option in asked[about].options] == values


def test_each_option_has_a_label_of_its_own() -> None:
    for message in AMBIGUOUS:
        for question in say(message, Session()).questions or ():
            labels = [option.label for option in question.options]
            assert len(set(labels)) == len(labels)


def test_no_option_brings_its_question_again() -> None:
    offered = 0
    for message in AMBIGUOUS:
        session = Session()
        for question in say(message, session).questions or ():
            for option in question.options:
                offered += 1
                after = say(option.value, session.model_copy(deep=True))
                assert question.id not in {one.id for one in after.questions or ()}, (message, option.value)
    assert offered > 50
