"""The Python client sends what the document says, and tells refusals by their codes."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from clients.python.playbooks_client import ApiError, Playbooks
from local.openapi.table import DOORS

Answers = Callable[[httpx.Request], httpx.Response]


def client_of(answer: Answers) -> Playbooks:
    return Playbooks("https://api.example", agent_key="pbk_x", transport=httpx.MockTransport(answer))


def test_a_call_carries_its_credential_its_ids_and_only_what_is_given() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"items": []})

    with client_of(answer) as api:
        assert api.list_runs(status="failed", limit=5) == {"items": []}
        api.list_playbooks(deleted=True)
        api.get_prices("green leaf/1", product="Blue Dream")
    urls = [str(request.url) for request in seen]
    assert urls == [
        "https://api.example/api/executions?status=failed&limit=5",
        "https://api.example/api/playbooks?deleted=true",
        "https://api.example/api/competitors/green%20leaf%2F1/prices?product=Blue+Dream",
    ]
    assert {request.headers["x-api-key"] for request in seen} == {"pbk_x"}


def test_a_body_and_an_idempotency_key_are_sent_as_they_are() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["idempotency-key"] == "monday"
        assert "idempotency-reuse" not in request.headers
        assert json.loads(request.content) == {"triggeredBy": "agent", "orgId": "o"}
        return httpx.Response(202, json={"executionId": "e1", "status": "queued"})

    with client_of(answer) as api:
        started = api.execute_playbook("p", {"triggeredBy": "agent", "orgId": "o"}, idempotency_key="monday")
    assert started == {"executionId": "e1", "status": "queued"}


def test_a_refusal_is_an_error_with_its_code() -> None:
    problem = {"status": 503, "detail": "try again", "code": "busy"}

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, json=problem, headers={"Retry-After": "7"})

    with client_of(answer) as api, pytest.raises(ApiError) as caught:
        api.retry_run("e1")
    assert (caught.value.status, caught.value.code, caught.value.retry_after_seconds) == (503, "busy", 7)


@pytest.mark.parametrize("answered", [httpx.Response(502, text="<h1>Bad gateway</h1>"), httpx.Response(500)])
def test_what_a_proxy_answers_is_an_error_too(answered: httpx.Response) -> None:
    with client_of(lambda _request: answered) as api, pytest.raises(ApiError, match="internal_error"):
        api.list_keys()


def test_every_door_of_people_and_agents_is_a_method() -> None:
    wanted = [door for door in DOORS if {"user", "agent", "cron"} & set(door.who) and door.names != "mcp"]
    names = {"".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in door.names) for door in wanted}
    assert names == {name for name in vars(Playbooks) if not name.startswith("_")}


@pytest.mark.parametrize("credentials", [{}, {"token": "t", "agent_key": "k"}])
def test_one_credential_is_needed(credentials: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one of"):
        Playbooks("https://api.example", token=credentials.get("token"), agent_key=credentials.get("agent_key"))
