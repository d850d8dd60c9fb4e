"""Every topic is asked for in its own examples, and makes a playbook of the catalog."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.lexicon import load
from shared.chat.talk import replies
from shared.chat.talk.answers import answered
from shared.chat.talk.questions import next_question
from shared.chat.topics.drafts import CASES, Draft, draft
from shared.chat.topics.resolving import spec_of
from shared.chat.topics.topic import TOPICS
from shared.chat.topics.variables import VARIABLES
from shared.playbooks.expressions import compile_expression
from shared.playbooks.validation import parse_playbook
from shared.steps.registry import params_model
from tests.unit.chat.shop import NAMES, NOW, ORG, ZONE

EXAMPLES = [(key, said) for key, topic in TOPICS.items() for said in topic.examples]


def made(said: str, *answers: str) -> Draft:
    """The draft of what is said, with its questions answered in turn."""
    [request] = requests_of(read(said, NAMES))
    for answer in answers:
        question = next_question(request, ORG)
        assert question is not None, answer
        after = answered(request, question, answer, ORG)
        assert after is not None, (question, answer)
        request = after
    assert next_question(request, ORG) is None, next_question(request, ORG)
    return draft(spec_of(request, ORG), ZONE)


def document(one: Draft) -> dict[str, Any]:
    fields = {"name": one.topic.name, "status": "active", "triggers": list(one.triggers), "steps": list(one.steps)}
    return {**fields, "agent": one.topic.agent}


def test_every_topic_has_phrases_and_examples() -> None:
    assert {key for key, _ in EXAMPLES} == TOPICS.keys() == load().data["phrases"]["topic"].keys()


def test_every_case_and_every_value_of_a_topic_is_known() -> None:
    assert {case for topic in TOPICS.values() for case in topic.cases} == CASES.keys()
    assert {*re.findall(r"\$([a-z]\w*)", str(load().data["topics"]))} == VARIABLES.keys()


@pytest.mark.parametrize(("key", "said"), EXAMPLES)
def test_an_example_is_its_topics_and_a_playbook_of_the_catalog(key: str, said: str) -> None:
    one = made(said)
    assert one.topic.key == key
    assert one.triggers[0]["type"] != "manual"
    parse_playbook("org_1", document(one), params_model)


def steps_of(one: Draft, action: str) -> list[dict[str, Any]]:
    return [step for step in one.steps if step["action"] == action]


def test_a_filter_by_product_keeps_its_rows_alone() -> None:
    one = made("slow movers every friday at 3pm, except edibles")
    [kept] = steps_of(one, "filter")
    assert kept["params"]["input"] == "{{steps.slow_movers.items}}"
    assert "not" in kept["params"]["where"]
    assert "edible" in kept["params"]["where"]
    assert "except Edibles" in replies.what_happens([one], NOW, ZONE)


def test_a_second_channel_has_its_own_condition() -> None:
    one = made("email me every price gap daily at 9am but text me only if it's over 15%")
    email, text = steps_of(one, "notify")
    assert (email["params"]["channels"], email.get("condition")) == (["email"], None)
    assert (text["params"]["channels"], text["condition"]) == (["sms"], "{{money_mike.price_gap}} > 15")
    assert "text your staff if they undercut us by more than 15%" in replies.what_happens([one], NOW, ZONE)


def test_an_approval_comes_before_anything_is_sent() -> None:
    one = made("email me the sales summary every monday at 8am and ask me before you send it", "Wait for approval")
    actions = [step["action"] for step in one.steps]
    assert actions == ["sales_summary", "wait_for_approval", "notify"]
    assert "wait for approval" in replies.what_happens([one], NOW, ZONE)
    parse_playbook("org_1", document(one), params_model)


@pytest.mark.parametrize(
    ("said", "converts"), [("as a csv", None), ("as an Excel file", None), ("and put it in a Google Sheet", True)]
)
def test_a_table_goes_to_drive(said: str, converts: bool | None) -> None:
    one = made(f"email me the slow movers every friday at 4pm {said}", "1")
    [saved] = steps_of(one, "save_to_drive")
    assert saved["params"]["name"] == "Slow Movers.csv"
    assert saved["params"]["content"] == "{{steps.slow_movers.items}}"
    assert saved["params"].get("convert") is converts
    assert steps_of(one, "notify")[0]["params"]["channels"] == ["email"]


@pytest.mark.parametrize(("but", "where"), [("but not VIPs", "<"), ("only VIPs", ">=")])
def test_vips_are_asked_about_and_then_distinguished_by_what_they_spent(but: str, where: str) -> None:
    one = made(f"email customers who haven't been in for 60 days, every tuesday at 10am, {but}", "over $800")
    [kept] = steps_of(one, "filter")
    assert kept["params"]["where"] == f"item.totalSpent {where} 800"
    [loop] = steps_of(one, "for_each")
    assert loop["params"]["items"] == "{{steps.filter.items}}"
    parse_playbook("org_1", document(one), params_model)


def test_only_so_many_customers_are_written_to() -> None:
    said = "email customers who haven't been in for 60 days, every tuesday at 10am, at most 50 of them"
    one = made(said, "yes, at most 50")
    assert one.steps[0]["params"]["limit"] == 50
    assert "at most 50 of them" in replies.what_happens([one], NOW, ZONE)


@pytest.mark.parametrize(
    ("said", "to_customers"),
    [
        ("text our lapsed customers every monday at noon", True),
        ("send a thank you email when an order is completed", True),
        ("welcome new members by text", True),
        ("birthday texts daily at 11am", True),
        ("email me our inactive customers every monday at 9", False),
        ("birthday list by email every monday at 9", False),
    ],
)
def test_customers_are_written_to_where_the_words_say_so(said: str, to_customers: bool) -> None:
    one = made(said)
    assert one.spec.audience.to_customer is to_customers
    assert bool(steps_of(one, "notify")) is not to_customers


@pytest.mark.parametrize("said", ["send inactive customers an email every monday at 9", "when a customer signs up"])
def test_whether_customers_are_written_to_is_asked(said: str) -> None:
    [request] = requests_of(read(said, NAMES))
    question = next_question(request, ORG)
    assert question is not None
    assert question.id == "to_whom"
    assert made(said, "1").spec.audience.to_customer
    assert not made(said, "tell me").spec.audience.to_customer


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("as a pdf", "as a pdf"),
        ("in Spanish", "in Spanish"),
        ("and tag the products", "tag the products"),
        ("except gummies", "except gummies"),
        ("for the shop on Main Street", "Main Street"),
    ],
)
def test_what_cannot_be_done_is_named_and_said_again(said: str, named: str) -> None:
    sentence = f"email customers who haven't been in for 60 days, every tuesday at 10am {said}"
    [request] = requests_of(read(sentence, NAMES))
    question = next_question(request, ORG)
    assert question is not None
    assert named in question.text
    after = answered(request, question, "1", ORG)
    assert after is not None
    assert next_question(after, ORG) is None
    assert any(named in one for one in after.not_used)


def test_a_campaign_is_about_what_was_said_word_for_word() -> None:
    one = made("draft a campaign about our 4/20 sale: 2 for 1 on pre-rolls every monday at 9am for VIPs")
    [drafted] = steps_of(one, "draft_campaign")
    assert drafted["params"]["purpose"] == "our 4/20 sale: 2 for 1 on pre-rolls"
    assert drafted["params"]["segment"] == "vip"


@pytest.mark.parametrize(("total", "starts"), [(500.0, False), (500.01, True), (None, False)])
def test_an_order_alert_starts_only_beyond_its_amount(total: float | None, starts: bool) -> None:
    [trigger] = made("text me when an order is over $500").triggers
    event = {"email": "ada@mail.example", **({"total": total} if total is not None else {})}
    assert compile_expression(trigger["filter"]).evaluate({"event": event}) is starts
