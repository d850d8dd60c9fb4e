"""Every question ends: each offered option answers it, and nothing that was known is lost."""

from __future__ import annotations

import json

import pytest

from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.talk.answers import answered
from shared.chat.talk.questions import next_question
from shared.chat.topics.drafts import draft
from shared.chat.topics.resolving import spec_of
from shared.chat.understood import Request
from shared.playbooks.validation import parse_playbook
from shared.steps.registry import params_model
from tests.unit.chat.questions import requests
from tests.unit.chat.shop import NAMES, ORG, ZONE


def test_every_option_of_every_question_answers_it_and_loses_nothing() -> None:
    todo = [(request, 0) for request in requests()]
    seen: set[str] = set()
    asked: set[str] = set()
    while todo:
        request, depth = todo.pop()
        question = next_question(request, ORG)
        if question is None or request.model_dump_json() in seen:
            continue
        seen.add(request.model_dump_json())
        asked.add(question.id)
        assert depth < 12, (question, request)
        for number, option in enumerate(question.options, start=1):
            ways = [answered(request, question, said, ORG) for said in (option.value, option.label, str(number))]
            assert ways[0] is not None
            assert ways[0] == ways[1] == ways[2], (question, option)
            after = ways[0]
            following = next_question(after, ORG)
            assert following is None or following != question, (question, option, request)
            kept = request.model_dump(exclude=set(option.sets))
            assert after.model_dump(exclude=set(option.sets)) == kept
            todo.append((after, depth + 1))
    assert len(asked) > 20


def test_a_request_without_a_question_is_a_playbook_of_the_catalog() -> None:
    made = 0
    for request in requests():
        if next_question(request, ORG) is not None:
            continue
        one = draft(spec_of(request, ORG), ZONE)
        document = {
            "name": one.topic.name,
            "status": "active",
            "triggers": list(one.triggers),
            "steps": list(one.steps),
        }
        parse_playbook("org_1", {**document, "agent": one.topic.agent}, params_model)
        made += 1
    assert made > 100


def test_questions_are_stored_and_read_back_alike() -> None:
    for request in requests()[:60]:
        question = next_question(request, ORG)
        if question is None:
            continue
        stored_request = Request.model_validate(json.loads(request.model_dump_json(by_alias=True)))
        stored = type(question).model_validate(json.loads(question.model_dump_json(by_alias=True)))
        assert stored_request == request
        for option in question.options:
            assert answered(stored_request, stored, option.label, ORG) == answered(
                request, question, option.label, ORG
            )


@pytest.mark.parametrize(
    ("said", "then", "cron"),
    [
        ("sales report", "every morning", "0 9 * * *"),
        ("sales report", "again and again, every morning", "0 9 * * *"),
        ("sales summary by email", "on the 1st of the month", "0 9 1 * *"),
        ("send me the sales summary on friday at 9am", "every week", "0 9 * * 5"),
        ("send me the sales summary monthly on fri", "every week", "0 9 * * 5"),
        ("send me the sales summary every 45 minutes", "30", "*/30 * * * *"),
        ("sales summary every weekday except holidays at 8am", "yes", "0 8 * * 1-5"),
        ("text my accountant the sales every friday at 6pm", "315-555-0177", "0 18 * * 5"),
        ("remind me every friday at 8am", "to call the bank at 9", "0 8 * * 5"),
        ("text me every morning at 8", "low stock", "0 8 * * *"),
        ("watch bud barn's prices every morning", "Green Leaf", "0 9 * * *"),
        ("when revenue drops 30%, ping me on WhatsApp", "text, once a day", "0 9 * * *"),
    ],
)
def test_free_words_answer(said: str, then: str, cron: str) -> None:
    [request] = requests_of(read(said, NAMES))
    question = next_question(request, ORG)
    assert question is not None
    after = answered(request, question, then, ORG)
    assert after is not None
    assert next_question(after, ORG) is None
    [schedule] = spec_of(after, ORG).schedules
    assert schedule.cron == cron
