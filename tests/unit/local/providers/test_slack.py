import pytest
from starlette.testclient import TestClient

HOOK = "/providers/slack/services/T01/B02/secret"


def test_a_post_reaches_the_outbox_without_the_webhooks_secret(console: TestClient) -> None:
    answer = console.post(HOOK, json={"text": "Low stock: Blue Dream"})

    assert answer.text == "ok"
    (message,) = console.get("/api/outbox", params={"channel": "slack"}).json()
    assert (message["to"], message["text"]) == ("T01/B02", "Low stock: Blue Dream")
    assert "secret" not in str(message)


def test_blocks_alone_are_read_as_text(console: TestClient) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Low stock"}},
        {"type": "divider"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Blue Dream*"}},
    ]

    console.post(HOOK, json={"blocks": blocks})

    assert console.get("/api/outbox").json()[0]["text"] == "Low stock\n*Blue Dream*"


@pytest.mark.parametrize(
    ("body", "error"), [(b"{", "invalid_payload"), (b'{"text": 7}', "invalid_payload"), (b"{}", "no_text")]
)
def test_a_bad_post_is_refused_as_slack_does(console: TestClient, body: bytes, error: str) -> None:
    answer = console.post(HOOK, content=body)

    assert (answer.status_code, answer.text) == (400, error)


def test_a_fault_answers_in_slacks_words(console: TestClient) -> None:
    console.post("/api/faults", json={"provider": "slack", "status": 500})

    answer = console.post(HOOK, json={"text": "Low stock"})

    assert (answer.status_code, answer.text) == (500, "rollup_error")
    assert console.get("/api/outbox").json() == []
