"""What chat writes, and what it answers from documents: runs, reports, costs and figures."""

from __future__ import annotations

from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from local.stack.running import Stack
from shared.catalog.assigning import assign
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.playbooks.models import Playbook
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from tests.emulator.talks import VIEWER, Talk

pytestmark = pytest.mark.usefixtures("quiet_queues")

PLAIN = [
    ("email me the sales summary every monday at 8am", ["0 8 * * 1"]),
    ("text me low stock every weekday at 7:30", ["30 7 * * 1-5"]),
    ("watch competitor prices every morning and email me if they undercut us by more than 10%", ["0 9 * * *"]),
    ("remind me to count the safe every friday at 5pm", ["0 17 * * 5"]),
    ("sales summary every day at 9am and 5pm", ["0 9,17 * * *"]),
    ("slow movers report on the 1st of every month at 8am", ["0 8 1 * *"]),
]


@pytest.fixture(autouse=True)
def _demo_org(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    write_documents(demo_documents(on_emulators.console_url))
    open_demo_stores(on_emulators.console_url)


def documents() -> dict[str, dict[str, Any]]:
    found = clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/playbooks").stream()
    return {one.id: one.to_dict() or {} for one in found}


@pytest.mark.parametrize(("said", "crons"), PLAIN)
def test_a_plain_sentence_is_due_when_it_says(said: str, crons: list[str]) -> None:
    Talk().say(said)
    [made] = documents().values()
    Playbook.model_validate(made)
    assert [one["cron"] for one in made["triggers"]] == crons


def test_a_talk_is_one_playbook_with_both_at_the_new_time() -> None:
    talk = Talk()
    talk.say("send me sales at 8 every day", "and add what's low", "change it to 7:30 on weekdays")
    [made] = documents().values()
    Playbook.model_validate(made)
    assert [one["cron"] for one in made["triggers"]] == ["30 7 * * 1-5"]
    talk.say("undo")
    [undone] = documents().values()
    assert [one["cron"] for one in undone["triggers"]] == ["0 8 * * *"]


def test_a_catalog_playbook_is_moved_deleted_and_brought_back() -> None:
    assign(DEMO_ORG_ID, Clock())
    assert "daily-intel" in documents()
    talk = Talk()
    assert "Daily Intel: every day at 9:00 AM" in talk.say("what do I have?")
    talk.say("make Daily Intel at 7am instead")
    assert [one["cron"] for one in documents()["daily-intel"]["triggers"] if one["type"] == "schedule"] == [
        "0 7 * * *"
    ]
    talk.say("delete Daily Intel", "yes")
    assert "daily-intel" not in documents()
    assert "is back" in talk.say("bring back Daily Intel")
    assert documents()["daily-intel"]["status"] == "active"


def test_what_ran_is_shown_spent_and_explained() -> None:
    talk = Talk()
    talk.say("email me the sales summary every morning", "run it now")
    execution_id = talk.answers[-1].execution_id
    assert execution_id is not None
    deliver(Delivery(execution_id, 1), Clock())
    assert "finished" in talk.say("did it run?")
    assert "Nothing failed" in talk.say("did anything fail?")
    shown = talk.say("show me the latest report")
    assert "Sales Summary" in shown
    assert "orders" in shown or "no sales" in shown
    assert "Sales Summary: $" in talk.say("what did you spend this month?")
    assert "owners and editors" in Talk(VIEWER).say("show me the latest report") or "orders" in shown


def test_figures_are_the_newest_and_nothing_runs() -> None:
    talk = Talk()
    assert "yesterday" in talk.say("how did we do yesterday?").lower()
    assert talk.say("what is low?")
    assert "haven't read" in talk.say("who undercuts us now?")
    talk.say("run a competitor scan")
    execution_id = talk.answers[-1].execution_id
    assert execution_id is not None
    deliver(Delivery(execution_id, 1), Clock())
    before = len(list(clients.firestore().collection("playbook_executions").stream()))
    assert "below you" in talk.say("who undercuts us now?")
    assert len(list(clients.firestore().collection("playbook_executions").stream())) == before


def test_conversations_survive_and_a_viewer_only_asks() -> None:
    Talk().say("send me the sales summary")
    Talk().say("every morning")
    assert len(documents()) == 1
    before = documents()
    assert "Ask an owner or editor" in Talk(VIEWER).say("pause the sales summary")
    assert "Sales Summary" in Talk(VIEWER).say("what do I have?")
    assert documents() == before
