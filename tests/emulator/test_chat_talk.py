"""Talks as shop owners have them, from their words to the documents in Firestore."""

from __future__ import annotations

import pytest

from local.demo.seed import demo_documents, write_documents
from local.stack.running import Stack
from tests.emulator.talks import OTHER, Talk, actions, crons, playbooks, telling, the_playbook

pytestmark = pytest.mark.usefixtures("quiet_queues")


@pytest.fixture(autouse=True)
def _demo_org(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    write_documents(demo_documents(on_emulators.console_url))


def test_price_changes_many_times_a_day_are_reported_only_when_there_are_some() -> None:
    reply = Talk().say("every 15 minutes check for competitor price changes and post to slack")
    assert "if anything has changed" in reply
    assert actions() == ["scan_competitors", "diff_snapshots", "slack_post"]
    assert "changeCount" in telling()["condition"]


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("every 15 minutes tell me if competitors undercut us", "price_gap"),
        ("watch competitor prices every hour", "price_gap"),
        ("every 30 minutes check low stock and text me", "count"),
        ("every hour check if anything is out of stock and post to slack", "outCount"),
        ("track competitors every 2 hours and email me", "changeCount"),
    ],
)
def test_what_looks_many_times_a_day_has_a_condition(said: str, path: str) -> None:
    Talk().say(said)
    assert path in telling()["condition"]


def test_a_report_has_no_condition() -> None:
    Talk().say("email me a sales summary every monday at 8am")
    assert "condition" not in telling()


def test_a_new_sentence_starts_again_while_a_question_is_open() -> None:
    talk = Talk()
    talk.say("track Green Leaf")
    reply = talk.say("send a weekly sales report to bob@shop.example")
    assert "Green Leaf" not in reply
    assert the_playbook()["topic"] == "sales_summary"
    assert telling()["params"]["to"] == "bob@shop.example"
    assert crons() == ["0 8 * * 1"]


def test_a_question_that_was_not_answered_has_a_way_out() -> None:
    talk = Talk()
    assert "never mind" not in talk.say("email me the sales report")
    assert "never mind" in talk.say("blah blah")
    assert not Talk().say("never mind").endswith("?")
    assert playbooks() == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what will the price alert cost me?", "$"),
        ("what does the price alert cost per month?", "$"),
        ("who gets it?", "you"),
        ("who does the price alert email?", "you"),
        ("when is the next run of the price alert?", "9:00 AM"),
        ("does the price alert run on weekends?", "every day at 9:00 AM"),
        ("which competitors does it watch?", "competitors"),
        ("how much is it?", "$"),
        ("does it cost anything?", "$"),
    ],
)
def test_a_question_about_a_playbook_runs_nothing(question: str, words: str) -> None:
    talk = Talk()
    talk.say("email me every morning if a competitor undercuts us by more than 10%")
    reply = talk.say(question)
    assert talk.answers[-1].execution_id is None
    assert len(playbooks()) == 1
    assert not talk.asks
    assert words in reply


def test_a_campaign_goes_to_the_people_who_were_named() -> None:
    talk = Talk()
    assert "your VIP customers" in talk.say("draft a campaign for our vip customers every monday")
    draft = the_playbook()["steps"][0]
    assert (draft["action"], draft["params"]["segment"]) == ("draft_campaign", "vip")
    talk.say("make it for lapsed customers")
    assert the_playbook()["steps"][0]["params"]["segment"] == "lapsed"


def test_all_are_paused_resumed_and_deleted_at_once() -> None:
    talk, other = Talk(), Talk(OTHER)
    talk.say("email me a sales summary every monday at 8am", "text me when stock runs low")
    other.say("email me the sales summary every day at 7am")
    question = talk.say("pause all of them")
    assert talk.asks
    assert all(name in question for name in ("Sales Summary", "Low Stock Alert"))
    assert {one["status"] for one in playbooks()} == {"active"}
    assert "are paused" in talk.say("yes")
    talk.say("resume all", "yes")
    assert {one["status"] for one in playbooks()} == {"active"}
    talk.say("delete all but the low stock alert")
    assert talk.asks
    assert len(playbooks()) == 3
    talk.say("yes")
    assert the_playbook()["name"] == "Low Stock Alert"


def test_no_keeps_them_all() -> None:
    talk = Talk()
    talk.say(
        "email me a sales summary every monday at 8am", "text me when stock runs low", "delete all", "no", "yes"
    )
    assert len(playbooks()) == 2


@pytest.mark.parametrize(
    "words", ["thanks!", "hi", "ok great", "thank you so much", "good morning", "great, thanks"]
)
def test_a_friendly_word_gets_a_friendly_word(words: str) -> None:
    talk = Talk()
    reply = talk.say(words)
    assert not talk.asks
    assert len(reply) < 120
    assert "?" not in reply.replace("“what do I have?”", "")


def test_a_fall_in_sales_asks_how_often_and_compares_weeks() -> None:
    talk = Talk()
    talk.say("if revenue drops more than 20% let me know by text")
    assert talk.asks
    talk.say("once a week")
    summary = the_playbook()["steps"][0]
    assert (summary["action"], summary["params"]["period"]) == ("sales_summary", "last_7_days")
    assert telling()["condition"].endswith("< -20")
    assert telling()["params"]["channels"] == ["sms"]
