"""A message of several requests, of several people to tell, and with clauses about what is asked for."""

from __future__ import annotations

import pytest

from shared.chat.language.clocks import plainer
from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.talk.questions import next_question
from shared.chat.topics.drafts import draft
from shared.chat.topics.resolving import spec_of
from shared.chat.understood import Intent, Request
from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.shop import NAMES, NOW, ORG, ZONE


def heard(said: str) -> tuple[Request, ...]:
    return requests_of(read(said, NAMES))


def actions(request: Request) -> list[str]:
    assert next_question(request, ORG) is None
    return [step["action"] for step in draft(spec_of(request, ORG), ZONE).steps]


@pytest.mark.parametrize(
    ("said", "topics"),
    [
        (
            "email me the sales every night at 9 and text me when Blue Dream sells out",
            ["sales_summary", "out_of_stock"],
        ),
        ("every weekday at 8am low stock by slack & every sunday 9pm sales", ["low_stock", "sales_summary"]),
        ("every monday email me slow movers and text me the sales", ["slow_movers", "sales_summary"]),
        ("mondays at 9am sales, fridays at 9am slow movers", ["sales_summary", "slow_movers"]),
        (
            "remind me on tuesdays at 10am to water the plants and remind me on sundays at 6pm to call mom",
            ["reminder", "reminder"],
        ),
        (
            "remind me fridays at 5pm to count the safe and text me the sales sundays at 9pm",
            ["reminder", "sales_summary"],
        ),
        (
            "text me when something sells out but just email me when it runs low",
            ["out_of_stock", "low_stock"],
        ),
        ("sales to me at 8am and to dana@shop.example at 9am every day", ["sales_summary", "sales_summary"]),
        (
            "the margin report on the 1st at 9am and the supplier scorecard on the 15th at 9am",
            ["margin_report", "supplier_scorecard"],
        ),
    ],
)
def test_each_request_is_a_request_of_its_own(said: str, topics: list[str]) -> None:
    assert [request.topic for request in heard(said)] == topics


@pytest.mark.parametrize(
    "said",
    ["remind me daily at 6pm to lock up and email the bank", "email me slow movers and cc dana@shop.example"],
)
def test_one_request_stays_one(said: str) -> None:
    assert len(heard(said)) == 1


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("pause Stock Alert and email me low stock every monday at 9am", Intent.PAUSE, Intent.CREATE),
        ("did anything fail? also email me the sales daily at 9pm", Intent.ASK, Intent.CREATE),
        ("undo that, and email me the low stock list daily at 8am", Intent.UNDO, Intent.CREATE),
    ],
)
def test_a_command_or_a_question_beside_a_request_is_done_as_well(said: str, first: Intent, second: Intent) -> None:
    assert [request.intent for request in heard(said)] == [first, second]


def test_other_people_at_another_time_get_the_same() -> None:
    mine, theirs = heard("sales to me at 8am and to dana@shop.example at 9am every day")
    assert [one.value for one in theirs.people] == ["dana@shop.example"]
    assert spec_of(mine, ORG).schedules[0].cron == "0 8 * * *"
    assert spec_of(theirs, ORG).schedules[0].cron == "0 9 * * *"


def test_topics_that_share_a_time_are_asked_about_and_both_is_an_answer() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("email me sales and slow movers every monday at 9am", "both")
    made = {one["topic"]: one["triggers"][0]["cron"] for one in talk.mine.values()}
    assert made == {"sales_summary": "0 9 * * 1", "slow_movers": "0 9 * * 1"}


def test_one_of_the_topics_is_an_answer_too() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("email me sales and slow movers every monday at 9am", "slow movers")
    assert [one["topic"] for one in talk.mine.values()] == ["slow_movers"]


def test_staff_beside_customers_get_the_list_over_their_own_channel() -> None:
    [request] = heard("text happy birthday to customers daily at 10am and email me the list")
    assert actions(request) == ["birthday_cohort", "for_each", "notify"]
    [loop, told] = draft(spec_of(request, ORG), ZONE).steps[1:]
    assert [step["action"] for step in loop["params"]["steps"]] == ["send_sms"]
    assert told["params"]["channels"] == ["email"]


def test_what_a_topic_of_customers_only_words_is_asked_about() -> None:
    [request] = heard("email customers gone 60 days every tuesday at 10am with their points balance")
    assert request.topic == "win_back"
    assert [one.words for one in request.unsupported] == ["with their points balance"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("email me the sales every monday at 9am and call it Monday Money", "Monday Money"),
        ("call it weekly money: email me the sales every monday at 9am", "weekly money"),
    ],
)
def test_a_name_needs_no_quotes(said: str, name: str) -> None:
    [request] = heard(said)
    assert (request.name, request.unsupported) == (name, ())


def test_days_before_a_license_ends_are_how_far_it_looks() -> None:
    [request] = heard("warn me 30 days before our license expires, every day at 9am")
    [looks, told] = draft(spec_of(request, ORG), ZONE).steps
    assert (looks["action"], looks["params"]) == ("compliance_status", {"soonDays": 30})
    assert told["condition"] == "{{deebo.licencesEnding}} > 0"


def test_a_topic_that_is_left_out_is_none() -> None:
    [request] = heard("not the sales, the low stock list, every monday at 9am")
    assert (request.topic, request.topics, request.unread) == ("low_stock", (), ())
    assert next_question(request, ORG) is None


def test_each_playbook_gets_its_own_time() -> None:
    changes = heard("move Daily Intel to 7am and Weekly Report to 10am")
    assert [(one.playbook, one.whens[0].times[0].minutes) for one in changes] == [
        ("Daily Intel", 420),
        ("Weekly Report", 600),
    ]


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("don't pause it, delete it", Intent.DELETE),
        ("please don't delete it, just pause it", Intent.PAUSE),
        ("don't pause or delete it", Intent.REFUSE),
        ("don't run it today", Intent.SKIP),
        ("start sending me low stock alerts by text", Intent.CREATE),
        ("launch a low stock alert every monday at 9", Intent.CREATE),
    ],
)
def test_what_is_let_be_is_not_done(said: str, intent: Intent) -> None:
    assert heard(said)[0].intent is intent


def test_a_window_that_ends_at_twelve_ends_at_noon_in_the_morning_and_at_midnight_in_the_evening() -> None:
    [morning], [evening] = heard("sales every hour from 9 to 12"), heard("sales every hour from 8pm to 12")
    assert [one.minutes for one in plainer(morning.whens[0]).window] == [540, 720]
    assert [one.minutes for one in plainer(evening.whens[0]).window] == [1200, 0]


def test_a_report_that_starts_on_a_day_runs_from_then_on() -> None:
    [request] = heard("start sales reports on march 1, daily at 8am")
    [when] = request.whens
    assert when.once is None
    assert when.starts is not None
    assert (when.starts.month, when.starts.day) == (3, 1)
