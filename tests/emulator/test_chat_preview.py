"""A preview answers all of it and writes nothing but the conversation; the same again, or a yes, does it."""

from __future__ import annotations

from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, write_documents
from local.stack.running import Stack
from shared.chat.understood import Intent
from shared.gcp import clients
from tests.emulator.talks import Talk, crons, playbooks, telling, the_playbook

pytestmark = pytest.mark.usefixtures("quiet_queues")

SENTENCE = (
    "I want to track our top 3 competitors' prices every morning "
    "and get an email if they undercut us by more than 10%"
)
SALES = "email me a sales summary every monday at 8am"
ASKED = "email me sales numbers on Mondays at 5"


@pytest.fixture(autouse=True)
def _demo_org(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    write_documents(demo_documents(on_emulators.console_url))


def everything() -> dict[str, Any]:
    """All documents of the database but the conversations, as they are and when they were written."""
    found: dict[str, Any] = {}
    waiting = [one for one in clients.firestore().collections() if one.id != "chat_sessions"]
    while waiting:
        for document in waiting.pop().stream():
            found[document.reference.path] = (document.to_dict(), document.update_time)
            waiting += document.reference.collections()
    return found


def test_a_preview_shows_all_of_it_and_writes_nothing() -> None:
    before = everything()
    answer = Talk().preview(SENTENCE)
    assert everything() == before
    assert (answer.proposes, answer.playbook_id) == (Intent.CREATE, None)
    assert answer.playbook is not None
    assert "id" not in answer.playbook
    assert [step["action"] for step in answer.playbook["steps"]] == [
        "scan_competitors",
        "analyze_pricing",
        "notify",
    ]
    assert len(answer.next_runs) == 3
    assert answer.estimate is not None
    assert 0 < answer.estimate.per_run_usd < answer.estimate.monthly_usd
    assert answer.estimate.runs_per_month == 30
    assert "I'll create “Competitor Price Alert”" in answer.reply
    assert "set up" not in answer.reply
    assert answer.summary is not None
    assert answer.summary.name == "Competitor Price Alert"
    assert answer.summary.when.startswith("every day at 9:00 AM")
    assert answer.summary.does.startswith("scan your top 3 competitors")
    assert answer.summary.tells == "email you if they undercut us by more than 10%"
    assert (answer.unread, answer.corrections) == ((), ())


def test_what_was_understood_is_reported() -> None:
    understood = Talk().preview(SENTENCE).understood
    assert (understood.intent, understood.topic) == ("create", "price_watch")
    assert understood.schedules == ({"cron": "0 9 * * *", "timezone": "America/New_York"},)
    assert understood.threshold is not None
    assert (understood.threshold.op, understood.threshold.value) == (">", 10)
    assert (understood.channels, understood.recipients) == (("email",), ())
    low = Talk().preview("text me when Blue Dream runs low").understood
    assert (low.events, low.products, low.channels) == (("inventory.low_stock",), ("Blue Dream",), ("sms",))


@pytest.mark.parametrize("then", [SENTENCE, "create it", "yes", "go ahead"])
def test_the_same_again_or_a_yes_makes_what_was_shown(then: str) -> None:
    talk = Talk()
    shown = talk.preview(SENTENCE).playbook or {}
    made = talk.post(then)
    assert made.proposes is None
    assert made.playbook_id
    assert "I've set up" in made.reply
    for field in ("name", "triggers", "steps", "description"):
        assert the_playbook()[field] == shown[field]


def test_a_double_click_makes_one() -> None:
    talk = Talk()
    talk.preview(SENTENCE)
    first, second = talk.post(SENTENCE, key="click"), talk.post(SENTENCE, key="click")
    assert first.model_dump(exclude={"playbook"}) == second.model_dump(exclude={"playbook"})
    assert len(playbooks()) == 1


def test_a_second_click_without_a_key_finds_it_there() -> None:
    talk = Talk()
    talk.preview(SENTENCE)
    assert talk.post(SENTENCE).playbook_id == talk.post(SENTENCE).playbook_id
    assert len(playbooks()) == 1


def test_the_last_answer_of_several_is_what_the_second_call_says_again() -> None:
    talk = Talk()
    asked = talk.preview(ASKED)
    assert [(one.id, [option.value for option in one.options]) for one in asked.questions] == [
        ("time.am_or_pm", ["5:00 AM", "5:00 PM"])
    ]
    assert asked.proposes is None
    assert talk.preview("pm").proposes is Intent.CREATE
    assert playbooks() == []
    assert talk.post("pm").playbook_id
    assert crons() == ["0 17 * * 1"]
    assert the_playbook()["description"] == ASKED


def test_what_was_shown_can_be_changed_before_it_is_made() -> None:
    talk = Talk()
    talk.preview(SENTENCE)
    changed = talk.preview("make it 8 instead")
    assert changed.proposes is Intent.CREATE
    assert "8:00 AM" in changed.reply
    assert playbooks() == []
    talk.say("yes")
    assert crons() == ["0 8 * * *"]
    assert telling()["condition"].endswith("> 10")


def test_another_sentence_takes_the_place_of_what_was_shown() -> None:
    talk = Talk()
    talk.preview("email me a sales summary every monday at 8am")
    talk.preview("text me a sales summary every day at 7am")
    talk.say("yes")
    assert crons() == ["0 7 * * *"]
    assert telling()["params"]["channels"] == ["sms"]


@pytest.mark.parametrize("word", ["no", "never mind"])
def test_a_no_makes_nothing(word: str) -> None:
    talk = Talk()
    talk.preview(SENTENCE)
    talk.say(word, "yes")
    assert playbooks() == []


def test_a_friendly_word_leaves_it_proposed() -> None:
    talk = Talk()
    talk.preview(SENTENCE)
    talk.preview("thanks!")
    assert talk.post("create it").playbook_id


@pytest.mark.parametrize(
    ("message", "proposes"),
    [
        ("pause it", Intent.PAUSE),
        ("make it 7 instead", Intent.CHANGE),
        ("run it now", Intent.RUN),
        ("run a competitor scan", Intent.RUN),
    ],
)
def test_a_preview_of_a_change_changes_nothing_until_it_is_agreed_to(message: str, proposes: Intent) -> None:
    talk = Talk()
    talk.say(SALES)
    before = everything()
    shown = talk.preview(message)
    assert everything() == before
    assert shown.proposes is proposes
    assert shown.execution_id is None
    assert "I'll" in shown.reply
    agreed = talk.preview("yes")
    assert (agreed.proposes, agreed.understood.intent) == (proposes, "confirm")
    assert everything() == before
    talk.say("yes")
    assert everything() != before


@pytest.mark.parametrize(
    ("message", "proposes"), [("delete it", Intent.DELETE), ("pause all of them", Intent.PAUSE)]
)
def test_a_preview_of_what_is_confirmed_does_nothing_even_with_a_yes(message: str, proposes: Intent) -> None:
    talk = Talk()
    talk.say(SALES)
    before = everything()
    (question,) = talk.preview(message).questions
    assert (question.id, [option.value for option in question.options]) == ("confirm", ["yes", "no"])
    agreed = talk.preview("yes")
    assert (agreed.proposes, agreed.understood.intent) == (proposes, "confirm")
    assert everything() == before
    talk.say("yes")
    assert [one["status"] for one in playbooks()] == ([] if message == "delete it" else ["paused"])


def test_who_has_it_already_is_told_so() -> None:
    talk = Talk()
    made = talk.post(SENTENCE)
    shown = talk.preview(SENTENCE)
    assert (shown.proposes, shown.playbook_id) == (None, made.playbook_id)
    assert "already" in shown.reply


def test_each_conversation_has_its_own_thread() -> None:
    one, other = Talk(conversation="one"), Talk(conversation="other")
    assert one.preview(SENTENCE).conversation_id == "one"
    assert "nothing" in other.say("yes").lower()
    assert playbooks() == []
    assert one.say("yes")
    assert len(playbooks()) == 1
    assert Talk().post("hi").conversation_id == "today"


def test_what_was_shown_is_of_one_org_alone() -> None:
    Talk().preview(SENTENCE)
    assert all(document.get("orgId") == DEMO_ORG_ID for document in _sessions())


def _sessions() -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in clients.firestore().collection("chat_sessions").stream()]
