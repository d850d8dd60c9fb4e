import httpx
import pytest
from anthropic import Anthropic, APIConnectionError, BadRequestError, InternalServerError
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
