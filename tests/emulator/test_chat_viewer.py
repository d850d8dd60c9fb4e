"""A viewer may ask; what would change something is refused in words, and nothing of it is kept."""

from __future__ import annotations

import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, write_documents
from local.stack.running import Stack
from shared.agents import claude
from shared.gcp import clients
from tests.emulator.talks import OWNER, VIEWER, Talk, the_playbook

pytestmark = pytest.mark.usefixtures("quiet_queues")

MADE = "email bob@shop.example a sales summary every monday at 8am"


@pytest.fixture(autouse=True)
def _demo_org(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    write_documents(demo_documents(on_emulators.console_url))
    Talk(OWNER).say(MADE)


@pytest.mark.parametrize(
    "message",
    [
        *(
            "pause it",
            "resume the sales summary",
            "delete the sales summary",
            "make it 9",
            "run the sales summary now",
        ),
        *("email me a sales summary every day at 9am", "run a competitor scan", "pause all of them", "delete all"),
    ],
)
@pytest.mark.parametrize("is_preview", [True, False])
def test_a_viewer_changes_nothing(message: str, is_preview: bool) -> None:
    before = the_playbook()
    talk = Talk(VIEWER)
    talk.say("show the sales summary")
    answer = talk.post(message, is_preview=is_preview)
    assert (answer.proposes, answer.questions, answer.execution_id, answer.playbook) == (None, (), None, None)
    assert "not make changes" in answer.reply
    talk.say("yes")
    assert the_playbook() == before
    assert not list(clients.firestore().collection("playbook_executions").limit(1).stream())


def test_a_viewer_asks_what_there_is() -> None:
    reply = Talk(VIEWER).say("what do I have?")
    assert "Sales Summary: every Monday at 8:00 AM" in reply


def test_a_viewer_sees_what_a_playbook_does_but_not_who_it_tells() -> None:
    talk = Talk(VIEWER)
    reply = talk.say("show the sales summary")
    assert "every Monday at 8:00 AM" in reply
    assert "bob@shop.example" not in talk.answers[-1].model_dump_json()
    assert talk.answers[-1].playbook is None
    assert talk.answers[-1].next_runs
    assert "bob@shop.example" in Talk(OWNER).say("show the sales summary")


def test_a_viewer_sees_no_filter_and_no_quoted_reason() -> None:
    reference = clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/told")
    trigger = {"type": "event", "eventName": "order.completed", "filter": "event.email == 'ann@home.example'"}
    step = {"action": "set", "params": {"values": {}}}
    reason = "steps[0]: found ann@home.example"
    reference.set(
        {"name": "Told", "status": "error", "statusReason": reason, "triggers": [trigger], "steps": [step]}
    )
    for message in ("what do I have?", "show Told"):
        assert "ann@home.example" not in Talk(VIEWER).say(message)
    assert "ann@home.example" in Talk(OWNER).say("show Told")


def test_a_viewer_who_is_not_understood_costs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_args: object) -> None:
        raise AssertionError("a model was asked")

    monkeypatch.setattr(claude, "available", asked)
    assert "not sure" in Talk(VIEWER).say("water the plants somehow")


def test_who_has_become_a_viewer_cannot_finish_what_was_begun() -> None:
    owner = Talk(OWNER)
    owner.say("delete the sales summary")
    demoted = Talk(VIEWER.__class__(kind="user", org_id=DEMO_ORG_ID, uid=OWNER.uid, role="viewer"))
    demoted.say("yes")
    assert the_playbook()
    owner.preview("pause the sales summary")
    assert "not make changes" in demoted.say("yes")
    assert the_playbook()["status"] == "active"
