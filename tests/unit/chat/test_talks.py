"""Whole talks: what somebody says in turn, and what has become of the playbooks afterwards."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from shared.chat.language.asking import UNKNOWN
from shared.chat.lexicon import load
from shared.chat.talk.answers import answered
from shared.chat.talk.lookups import LOOKUPS
from shared.chat.talk.merging import filled
from shared.chat.talk.questions import next_question
from shared.chat.understood import Intent
from shared.runs.start import KeyReusedError
from tests.unit.chat.conftest import APP
from tests.unit.chat.memory_store import VIEWER, MemoryStore, Talk
from tests.unit.chat.questions import requests
from tests.unit.chat.shop import NOW, ORG

_NO_SHOP_OWNER_READS = re.compile(r"\{\{|\}\}|\b[0-9a-f]{12,}\b|\d{4}-\d{2}-\d{2}T|\bUTC\b")
QUESTIONS = (
    *("what do I have?", "what is paused?", "when does Daily Intel run next?", "did it run?", "did anything fail?"),
    *(
        "why didn't the Competitive Price Alert run?",
        "why did the Low Stock Alert fail?",
        "show me last night's report",
    ),
    *("what did you spend this month?", "how much did Daily Intel cost this month?", "how did we do yesterday?"),
    *("what is low?", "what's out of stock?", "who undercuts us now?", "show me the campaign draft"),
    *("what does Daily Intel do?", "why didn't the Menu Health run?", "when does it run next?"),
)


def enterprise() -> MemoryStore:
    """An org with all of the catalog and some runs behind it."""
    store = MemoryStore(NOW, with_catalog=True)
    store.ran("daily-intel", NOW - timedelta(hours=1))
    store.outputs[store.history[-1].id] = "Your morning report\nNothing undercut."
    failed = [{"stepId": "notify", "action": "notify", "status": "failed"}]
    store.ran("low-stock-alert", NOW - timedelta(hours=20), "failed", stepResults=failed)
    why = "run 4f1c0ffee4f1c0ffee is still going on since 2026-11-23T13:00:00Z"
    store.ran("menu-health", NOW - timedelta(days=2), "skipped", statusReason=why)
    return store


def crons(data: dict[str, Any]) -> list[str]:
    return [one["cron"] for one in data["triggers"] if one["type"] == "schedule"]


def test_a_new_request_drops_the_open_one_and_says_so() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("let me know if someone leaves a bad review")
    assert talk.last.questions
    reply = talk.say("tell my bookkeeper jane@books.example every month how we did")
    assert "dropped your earlier request" in reply
    [made] = talk.mine.values()
    assert (made["topic"], crons(made), made["steps"][-1]["params"]["to"]) == (
        *("sales_summary", ["0 9 1 * *"]),
        "jane@books.example",
    )


def test_a_time_instead_leaves_one_run_a_day() -> None:
    talk = Talk(enterprise())
    talk.say("make Daily Intel at 7am instead")
    assert crons(talk.store.documents["daily-intel"]) == ["0 7 * * *"]
    assert [run.hour for run in talk.last.next_runs] == [12, 12, 12]
    talk.say("also at 5pm")
    assert crons(talk.store.documents["daily-intel"]) == ["0 7,17 * * *"]
    talk.say("undo", "what do I have?")
    assert "Daily Intel: every day at 7:00 AM EST" in talk.last.reply


def test_one_product_is_watched_alone() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("Email me when we're about to run out of Blue Dream")
    [made] = talk.mine.values()
    assert [one["filter"].count("blue dream") for one in made["triggers"]] == [2]


def test_what_is_added_and_changed_stays_one_playbook() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me sales at 8 every day", "and add what's low", "change it to 7:30 on weekdays")
    [made] = talk.mine.values()
    actions = [step["action"] for step in made["steps"]]
    assert crons(made) == ["30 7 * * 1-5"]
    assert {"sales_summary", "low_stock_report"} <= set(actions)
    assert "every day at 8:00 AM EST → every weekday at 7:30 AM EST" in talk.last.reply


def test_the_draft_is_shown_and_nothing_runs() -> None:
    talk = Talk(enterprise())
    reply = talk.say("show me the campaign draft")
    assert "Weekend sale" in reply
    assert f"{APP}/decisions/" in reply
    assert not talk.store.started


def test_a_deleted_catalog_playbook_comes_back() -> None:
    talk = Talk(enterprise())
    assert "permanently" in talk.say("delete Daily Intel")
    talk.say("yes")
    assert "daily-intel" not in talk.store.documents
    assert "is back" in talk.say("bring back Daily Intel")
    assert talk.store.documents["daily-intel"]["source"] == "catalog"


def test_all_are_paused_after_one_confirmation_with_the_number() -> None:
    talk = Talk(enterprise())
    count = len(talk.store.documents)
    assert f"Pause {count} playbooks?" in talk.say("pause all")
    assert {one["status"] for one in talk.store.documents.values()} == {"active"}
    assert f"{count} playbooks are paused" in talk.say("yes")
    assert {one["status"] for one in talk.store.documents.values()} == {"paused"}
    talk.say("undo")
    assert {one["status"] for one in talk.store.documents.values()} == {"active"}


def test_all_but_one_leaves_that_one() -> None:
    talk = Talk(enterprise())
    talk.say("pause all but Daily Intel", "yes")
    assert [key for key, one in talk.store.documents.items() if one["status"] == "active"] == ["daily-intel"]


def test_why_it_did_not_run_is_said_in_words() -> None:
    talk = Talk(enterprise())
    assert "hasn't been due yet" in talk.say("why didn't the Competitive Price Alert run?")
    assert "the run before it was still going" in talk.say("why didn't the Menu Health run?")
    assert "lets you know" in talk.say("why did the Low Stock Alert fail?")
    talk.say("pause Menu Health")
    assert "is paused, so it isn't running" in talk.say("why didn't the Menu Health run?")


def test_a_reason_names_the_other_system_without_its_address() -> None:
    store = enterprise()
    error = "https://api.supplier.example/v1/orders?key=s3cret answered 404 Not Found"
    failed = [{"stepId": "order", "action": "http_request", "status": "failed", "error": error}]
    store.ran("menu-health", NOW - timedelta(hours=1), "failed", stepResults=failed)
    said = Talk(store).say("why did the Menu Health fail?")
    assert "api.supplier.example answered 404 Not Found" in said
    assert "s3cret" not in said
    assert "404" not in Talk(store, VIEWER).say("why did the Menu Health fail?")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_questions_are_answered_without_a_run_or_a_write(question: str, who: str) -> None:
    store = enterprise()
    talk = Talk(store, VIEWER) if who == "viewer" else Talk(store)
    before = json.dumps(store.documents, default=str)
    reply = talk.say(question).replace(APP, "")
    assert not talk.last.questions
    assert not _NO_SHOP_OWNER_READS.search(re.sub(r"/runs/\w+", "", reply)), reply
    assert (json.dumps(store.documents, default=str), store.started) == (before, [])


def test_the_last_report_is_shown_as_it_was_sent() -> None:
    assert "Your morning report\nNothing undercut." in Talk(enterprise()).say("show me last night's report")
    assert "Your morning report" not in Talk(enterprise(), VIEWER).say("show me last night's report")


@pytest.mark.parametrize(
    "said",
    [
        "pause Daily Intel",
        "delete everything",
        "make Daily Intel at 7am",
        "send me sales every day",
        "run Daily Intel",
    ],
)
def test_a_viewer_is_told_kindly_and_changes_nothing(said: str) -> None:
    store = enterprise()
    before = json.dumps(store.documents, default=str)
    assert "Ask an owner or editor" in Talk(store, VIEWER).say(said)
    Talk(store, VIEWER).say("yes")
    assert (json.dumps(store.documents, default=str), store.started) == (before, [])


def test_two_requests_become_two_playbooks() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me the sales every morning and text me when Blue Dream runs out")
    assert {one["topic"] for one in talk.mine.values()} == {"sales_summary", "out_of_stock"}
    assert "Sales Summary" in talk.last.reply
    assert "Out of Stock" in talk.last.reply


def test_the_second_request_waits_for_the_first_ones_answer() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me the sales and text me when Blue Dream runs out")
    assert talk.mine == {}
    talk.say("what do I have?")
    assert talk.last.questions
    talk.say("every morning")
    assert {one["topic"] for one in talk.mine.values()} == {"sales_summary", "out_of_stock"}


def test_never_mind_drops_what_is_open_and_what_waits() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me the sales", "never mind", "yes")
    assert talk.mine == {}
    assert talk.last.reply == "There's nothing to confirm."


def test_a_preview_writes_nothing_until_a_yes() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me sales every day at 8", preview=True)
    assert (talk.mine, talk.last.proposes, len(talk.last.next_runs)) == ({}, Intent.CREATE, 3)
    talk.say("make it 7", preview=True)
    assert talk.mine == {}
    talk.say("yes")
    assert [crons(one) for one in talk.mine.values()] == [["0 7 * * *"]]


def test_a_question_of_cost_asked_twice_makes_nothing() -> None:
    talk = Talk(MemoryStore(NOW))
    costs = "what would it cost to track competitor prices every hour?"
    assert "a month" in talk.say(costs, costs)
    assert talk.mine == {}
    talk.say("yes")
    assert len(talk.mine) == 1


def test_changes_of_every_kind_are_shown_and_undone() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("watch competitor prices every morning and email me if they undercut us by more than 10%")
    for said, shown in (
        ("raise it to 15%", "more than 10% → "),
        ("only Green Leaf", "scan Green Leaf"),
        ("text me instead", "email → text"),
        ("also email bob@shop.example", "bob@shop.example"),
        ('call it "Price eye"', "Competitor Price Alert → Price eye"),
    ):
        before = json.dumps([{**one, "version": 0} for one in talk.mine.values()], default=str)
        assert shown in talk.say(said)
        talk.say("undo")
        after = json.dumps([{**one, "version": 0} for one in talk.mine.values()], default=str)
        assert json.loads(after)[0]["steps"] == json.loads(before)[0]["steps"], said


def test_somebody_elses_change_is_not_undone() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me sales every day at 8", "make it 9")
    [(key, data)] = talk.store.documents.items()
    talk.store.put(key, {**data, "version": 9, "name": "Mine"})
    assert "has been changed since" in talk.say("undo")
    assert talk.store.documents[key]["name"] == "Mine"


def test_a_playbook_that_was_edited_by_hand_keeps_the_edit() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me sales every day at 8")
    [(key, data)] = talk.store.documents.items()
    steps = [{**data["steps"][0], "params": {"period": "last_7_days"}}, *data["steps"][1:]]
    talk.store.put(key, {**data, "steps": steps})
    talk.say("make it 9", "text me instead")
    stored = talk.store.documents[key]
    assert (crons(stored), stored["steps"][0]["params"]) == (["0 9 * * *"], {"period": "last_7_days"})
    assert stored["steps"][-1]["params"]["channels"] == ["sms"]


def test_a_copy_is_paused_and_a_run_is_started_once() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me sales every day at 8", "copy it", "run it now")
    assert {name: one["status"] for name, one in talk.mine.items()} == {
        "Sales Summary": "active",
        "Sales Summary 2": "paused",
    }
    assert len(talk.store.started) == 1


@pytest.mark.parametrize("said", ["trigger Daily Intel every morning at 6", "start Daily Intel every day at 6am"])
def test_triggering_every_morning_runs_nothing_now(said: str) -> None:
    talk = Talk(enterprise())
    talk.say(said)
    assert not talk.store.started
    assert crons(talk.store.documents["daily-intel"]) == ["0 6 * * *"]


def test_what_was_run_once_becomes_a_playbook() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("run a competitor scan")
    assert len(talk.store.started) == 1
    talk.say("do that every morning")
    assert [crons(one) for one in talk.mine.values() if not one.get("adHoc")] == [["0 9 * * *"]]


def test_the_same_request_again_is_answered_alike_and_does_nothing() -> None:
    talk = Talk(MemoryStore(NOW))
    first = talk.say("send me sales every day at 8", key="k1")
    assert talk.say("send me sales every day at 8", key="k1") == first
    assert len(talk.mine) == 1
    with pytest.raises(KeyReusedError):
        talk.say("something else", key="k1")


def test_a_request_that_died_before_it_was_remembered_is_done_once() -> None:
    store = MemoryStore(NOW, with_catalog=True)
    talk = Talk(store)
    for said, key in (("send me sales every day at 8", "k1"), ("make Daily Intel also at 5pm", "k2")):
        before = dict(store.sessions)
        talk.say(said, key=key)
        store.sessions = before
        once = json.dumps([{**one, "version": 0} for one in store.documents.values()], default=str)
        talk.say(said, key=key)
        assert json.dumps([{**one, "version": 0} for one in store.documents.values()], default=str) == once
    assert len(talk.mine) == 1


def test_every_question_of_the_lexicon_has_an_answer() -> None:
    asked = {row["key"] for row in load().data["asking"]["rows"]}
    assert set(load().data["phrases"]["question"]) | asked | {UNKNOWN} == set(LOOKUPS)


def test_a_conflict_is_reported_and_another_try_works() -> None:
    store = MemoryStore(NOW, with_catalog=True)
    store.conflicts = 1
    talk = Talk(store)
    talk.say("pause all", "yes")
    assert "couldn't be changed" in talk.last.reply
    assert sum(one["status"] == "active" for one in store.documents.values()) == 1


def test_answers_carry_no_inner_fields() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("send me sales evry wendsday")
    talk.say("send me sales")
    [question] = talk.last.answer()["questions"]
    assert set(question) == {"id", "text", "options"}
    assert set(question["options"][0]) == {"value", "label"}


def test_corrections_are_shown() -> None:
    talk = Talk(MemoryStore(NOW))
    assert "“wendsday” as Wednesday" in talk.say("send me sales every wendsday at 9")


def test_the_open_request_keeps_what_else_an_answer_says() -> None:
    for request in requests():
        question = next_question(request, ORG)
        if question is None:
            continue
        for option in question.options:
            after = answered(request, question, option.label, ORG)
            assert after is not None
            assert filled(after, type(request)()) == after.model_copy(
                update={"dropped_channels": after.dropped_channels}
            )


def test_a_playbook_that_is_there_starts_as_something_happens_too() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("email me the sales every day at 8am")
    said = talk.say("run it when stock is low too")
    assert "every day at 8:00 AM" in said
    assert "falls below its reorder point" in said
    assert "is running now" not in said


def test_a_question_is_followed_by_another_time() -> None:
    talk = Talk(MemoryStore(NOW))
    assert talk.say("how did we do last week?").startswith("The last 7 days")
    assert "The last 7 days up to" in talk.say("and the week before?")
    assert talk.say("how did we do yesterday?").startswith("Yesterday")
    assert not talk.say("and the day before?").startswith("Yesterday")


def test_a_run_on_a_named_day_is_not_left_out_every_week() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("email me the sales every day at 8am")
    assert "only skip the next run" in talk.say("skip sunday's run")
