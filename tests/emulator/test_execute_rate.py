"""People and agents may ask for so many runs a minute; the scheduler and events are never refused for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions.execute import execute
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.errors import RateLimitedError
from shared.api.principal import Principal
from shared.chat.talk import authoring
from shared.chat.talk.authoring import Author
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import execute_rate
from shared.runs.parts import TriggerRef
from tests.emulator.executions import ORG, SET, documents, put_org, put_playbook, start

STARTER = 60


@pytest.fixture
def stack(quiet_queues: Stack) -> Iterator[Stack]:
    put_org(tierId="starter")
    put_playbook("p", [SET])
    execute_rate.forget_counts()
    yield quiet_queues
    execute_rate.forget_counts()


def asked_for(count: int, seconds_ago: float = 1) -> None:
    """So many runs that somebody has asked for."""
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    batch = clients.firestore().batch()
    for number in range(count):
        reference = clients.firestore().document(f"playbook_executions/{seconds_ago}-{number}")
        batch.set(reference, {"orgId": ORG, "requestedAt": at, "createdAt": at})
    batch.commit()


def post(headers: dict[str, str], **body: Any) -> flask.Response:
    content = {"triggeredBy": "manual", "orgId": ORG, **body}
    with flask.Flask(__name__).test_request_context(
        "/api/playbooks/p/execute", method="POST", headers=headers, json=content
    ):
        answer: flask.Response = execute(flask.request)
    return answer


def test_the_one_beyond_the_limit_is_refused_with_when_to_come_again_and_reported_once(stack: Stack) -> None:
    agent = {"X-Api-Key": create_agent_key(ORG, "ezal")}
    asked_for(STARTER - 2, seconds_ago=20)
    answers = [post(agent) for _ in range(5)]
    assert [one.status_code for one in answers] == [202, 202, 429, 429, 429]
    problem = answers[2].get_json()
    assert answers[2].mimetype == "application/problem+json"
    assert "60 of 60 runs per minute used on starter" in problem["detail"]
    assert "upgrade to growth for 300" in problem["detail"]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert [one["title"] for one in documents("inbox_notifications")] == ["Too many runs requested at once"]


def test_runs_asked_for_in_chat_count_and_are_refused_alike(stack: Stack) -> None:
    author = Author(ORG, Principal(kind="user", org_id=ORG, uid="u1", role="editor"), Clock())
    asked_for(STARTER - 1)
    assert authoring.start(author, "p").status == "queued"
    with pytest.raises(RateLimitedError, match="60 of 60 runs per minute used on starter"):
        authoring.start(author, "p")


def test_the_scheduler_and_events_are_never_refused_for_it(stack: Stack) -> None:
    asked_for(STARTER + 5)
    assert post({"Authorization": f"Bearer {stack.cron_secret}"}).status_code == 202
    assert start("p", trigger=TriggerRef(type="event", id="event", event_id="ev")).status == "queued"


def test_what_is_a_minute_old_counts_no_more(stack: Stack) -> None:
    asked_for(STARTER + 5, seconds_ago=61)
    assert post({"X-Api-Key": create_agent_key(ORG, "ezal")}).status_code == 202


def test_runs_that_nobody_asked_for_do_not_count(stack: Stack) -> None:
    for number in range(3):
        start("p", trigger=TriggerRef(type="event", id="event", event_id=f"ev{number}"))
    assert [one.get("requestedAt") for one in documents("playbook_executions")] == [None] * 3


def test_when_to_come_again_is_when_the_oldest_of_them_is_a_minute_old(stack: Stack) -> None:
    agent = {"X-Api-Key": create_agent_key(ORG, "ezal")}
    asked_for(STARTER, seconds_ago=30)
    assert int(post(agent).headers["Retry-After"]) <= 31
