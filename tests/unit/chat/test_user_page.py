"""What the page for users says can be said is understood, without a question."""

from __future__ import annotations

import re

import pytest

from local.setup.paths import ROOT
from shared.chat.understood import Intent
from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.shop import NOW

_PAGE = (ROOT / "docs" / "chat.md").read_text(encoding="utf-8")
_ASKS_FIRST = "ask me before you send it"
"""Somebody else has to approve it: whether that will do is asked."""


def _section(title: str) -> str:
    return _PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def _second_cells(title: str) -> list[str]:
    rows = [line.split("|")[2].strip() for line in _section(title).splitlines() if line.startswith("| ")]
    return [cell for cell in rows if cell and not set(cell) <= {"-"} and not cell.startswith("Say,")]


WISHES = _second_cells("Set something up")
TIMES = [
    *("every day", "weekdays", "weekends", "Mondays and Thursdays", "every other Tuesday", "every 3 days"),
    *("on the 1st and the last day of the month", "the first Monday", "the first business day of the month"),
    *("each quarter", "every day in May", "every Monday except in July"),
]
MOMENTS = [
    *("every day at noon", "every day at half past 7", "every day at 1730", "every day at 6p"),
    *("every day at 8 am and 5 pm", "every 15 minutes from 9 to 5", "quarter past each hour"),
    *("tomorrow at 3 pm", "on December 1 at noon", "every day at 8 am starting Monday"),
    *("every day at 8 am until Christmas", "every day at 8 am for the next two weeks"),
    *("every day at 8 am five times", "every day at 8 am Pacific"),
]
ASKED = ("every day at 5", "every day at 8 am except holidays", "biweekly at 8 am", "twice weekly at 8 am")
CHANGES = [said.strip() for cell in _second_cells("Change it") for said in cell.split("·")]
QUESTIONS = [said.strip() for said in re.sub(r"\s+", " ", _section("Ask").partition("\n\nQuestions")[0]).split("·")]


@pytest.fixture
def talk() -> Talk:
    return Talk(MemoryStore(NOW))


@pytest.mark.parametrize("said", WISHES)
def test_a_request_is_set_up_or_run(said: str, talk: Talk) -> None:
    talk.say(said)
    assert bool(talk.last.questions) == (_ASKS_FIRST in said), talk.last.reply
    assert talk.mine or talk.last.questions
    assert talk.last.unread == ()


@pytest.mark.parametrize("when", [*(f"{one} at 8 am" for one in TIMES), *MOMENTS])
def test_a_time_is_understood(when: str, talk: Talk) -> None:
    talk.say(f"email me the sales {when}")
    assert talk.mine, talk.last.reply
    assert talk.last.unread == ()


@pytest.mark.parametrize("when", ASKED)
def test_a_time_of_two_meanings_is_asked_about(when: str, talk: Talk) -> None:
    talk.say(f"email me the sales {when}")
    assert talk.last.questions
    assert not talk.mine


@pytest.mark.parametrize("said", CHANGES)
def test_a_change_is_made_or_confirmed(said: str) -> None:
    store = MemoryStore(NOW, with_catalog=True)
    talk = Talk(store)
    talk.say("email me every day at 9 am if a competitor undercuts us by more than 10%")
    before = {
        "resume it": ["pause it"],
        "undo": ["make it 8"],
        "by email instead": ["also text me"],
        "bring back Daily Intel": ["delete Daily Intel", "yes"],
    }
    for message in before.get(said, ()):
        talk.say(message)
    was, runs = {key: dict(data) for key, data in store.documents.items()}, len(store.started)
    talk.say(said)
    is_confirmed = [one.id for one in talk.last.questions] == ["confirm"]
    if said.startswith("rename"):
        assert "Undercut Radar" in talk.mine
    assert is_confirmed or store.documents != was or len(store.started) > runs, talk.last.reply


@pytest.mark.parametrize("said", QUESTIONS)
def test_a_question_is_answered_and_nothing_runs(said: str) -> None:
    store = MemoryStore(NOW, with_catalog=True)
    talk = Talk(store)
    before = {key: dict(data) for key, data in store.documents.items()}
    talk.say(said)
    assert talk.last.questions == (), talk.last.reply
    assert (store.documents, store.started) == (before, [])
    assert talk.last.understood.intent in (Intent.ASK, Intent.CREATE)
