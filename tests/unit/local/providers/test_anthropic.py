from typing import Any, Literal

import httpx
import pytest
from anthropic import Anthropic, APIConnectionError, BadRequestError, InternalServerError
from pydantic import BaseModel
from starlette.testclient import TestClient

from local.providers.anthropic import REPLY

CALL = {
    "model": "claude-test",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Write a line about Blue Dream."}],
}


@pytest.fixture
def claude(base_url: str) -> Anthropic:
    return Anthropic(api_key="key", base_url=f"{base_url}/providers/anthropic", max_retries=0)


def test_the_real_client_reads_the_answer_and_its_usage(claude: Anthropic) -> None:
    message = claude.messages.create(
        model="claude-test", max_tokens=100, messages=[{"role": "user", "content": "Write a line."}]
    )

    assert [block.text for block in message.content if block.type == "text"] == [REPLY]
    assert (message.model, message.stop_reason) == ("claude-test", "end_turn")
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 0


@pytest.mark.parametrize(("status", "error"), [(503, InternalServerError), (0, APIConnectionError)])
def test_the_real_client_meets_a_fault(
    base_url: str, claude: Anthropic, status: int, error: type[Exception]
) -> None:
    httpx.post(f"{base_url}/api/faults", json={"provider": "anthropic", "status": status})

    with pytest.raises(error):
        claude.messages.create(
            model="claude-test", max_tokens=100, messages=[{"role": "user", "content": "Write a line."}]
        )


def test_the_real_client_reads_what_is_wrong_with_its_call(claude: Anthropic) -> None:
    with pytest.raises(BadRequestError, match="max_tokens"):
        claude.messages.create(
            model="claude-test", max_tokens=0, messages=[{"role": "user", "content": "Write a line."}]
        )


def test_longer_messages_cost_more_tokens(console: TestClient) -> None:
    def input_tokens(content: str) -> int:
        call = {**CALL, "messages": [{"role": "user", "content": content}]}
        answer = console.post("/providers/anthropic/v1/messages", json=call, headers={"x-api-key": "key"}).json()
        return int(answer["usage"]["input_tokens"])

    assert input_tokens("word " * 1000) - input_tokens("word") > 1000


def test_a_call_without_a_key_is_refused(console: TestClient) -> None:
    answer = console.post("/providers/anthropic/v1/messages", json=CALL)

    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")


class Mood(BaseModel):
    mood: Literal["good", "bad"]
    reasons: list[str]


def test_the_real_client_parses_the_least_answer_that_fits_its_schema(claude: Anthropic) -> None:
    message = claude.messages.parse(
        model="claude-test",
        max_tokens=100,
        messages=[{"role": "user", "content": "How is it?"}],
        output_format=Mood,
    )

    assert message.parsed_output == Mood(mood="good", reasons=[])


def ask(console: TestClient, content: str = "Write a line.", **more: Any) -> dict[str, Any]:
    call = {**CALL, "messages": [{"role": "user", "content": content}], **more}
    answer = console.post("/providers/anthropic/v1/messages", json=call, headers={"x-api-key": "key"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def text_of(answer: dict[str, Any]) -> str:
    return "".join(block["text"] for block in answer["content"])


def test_scripted_replies_answer_what_they_match_in_their_order(console: TestClient) -> None:
    for reply in (
        {"match": "price", "text": "Down.", "times": 2},
        {"json": {"a": 1}},
        {"match": "system words", "text": "Found in the system part."},
    ):
        assert console.post("/api/anthropic/replies", json=reply).status_code == 200

    assert text_of(ask(console, "The price?")) == "Down."
    assert text_of(ask(console)) == '{"a": 1}'
    assert text_of(ask(console, "The price?")) == "Down."
    assert text_of(ask(console, "The price?")) == REPLY
    assert text_of(ask(console, system=[{"type": "text", "text": "system words"}])) == "Found in the system part."
    assert console.get("/api/anthropic/replies").json() == {"replies": []}


def test_a_scripted_stop_may_come_without_a_text(console: TestClient) -> None:
    console.post("/api/anthropic/replies", json={"stop_reason": "refusal"})

    answer = ask(console)

    assert (answer["stop_reason"], answer["content"], answer["stop_details"]["type"]) == ("refusal", [], "refusal")


def test_the_last_calls_can_be_read_without_the_key(console: TestClient) -> None:
    for number in range(55):
        ask(console, f"call {number}", system="You are Pops.", output_config={"effort": "low"})

    calls = console.get("/api/anthropic/calls").json()

    assert [call["messages"][0]["content"] for call in calls] == [f"call {number}" for number in range(5, 55)]
    assert (calls[0]["model"], calls[0]["system"], calls[0]["reply"]) == ("claude-test", "You are Pops.", REPLY)
    assert calls[0]["outputConfig"] == {"effort": "low"}
    assert set(calls[0]["usage"]) == {"input_tokens", "output_tokens"}
    assert "x-api-key" not in str(calls)


@pytest.mark.parametrize("path", ["/api/anthropic/replies", "/api/anthropic/calls"])
def test_replies_and_calls_can_be_forgotten(console: TestClient, path: str) -> None:
    console.post("/api/anthropic/replies", json={"text": "x", "times": 5})
    ask(console)

    assert console.delete(path).json() == {"replies": []}
    assert console.get("/api/anthropic/calls").json() == []
    assert text_of(ask(console)) == REPLY


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ({}, "expected text, json or stop_reason"),
        ({"text": "a", "json": {}}, "expected one of them"),
        ({"text": "a", "times": 0}, "times: "),
        ({"stop_reason": "tired"}, "stop_reason: "),
        ({"text": "a", "who": "me"}, "who: unknown field"),
    ],
)
def test_a_reply_that_means_nothing_is_refused(console: TestClient, reply: dict[str, Any], named: str) -> None:
    answer = console.post("/api/anthropic/replies", json=reply)

    assert answer.status_code == 400
    assert named in answer.json()["detail"]


def test_a_schema_that_the_api_would_refuse_is_refused_even_with_a_script(console: TestClient) -> None:
    console.post("/api/anthropic/replies", json={"text": "x"})
    config = {"format": {"type": "json_schema", "schema": {"type": "object", "properties": {}}}}
    call = {**CALL, "output_config": config}

    answer = console.post("/providers/anthropic/v1/messages", json=call, headers={"x-api-key": "key"})

    assert answer.status_code == 400
    assert "additionalProperties" in answer.json()["error"]["message"]
