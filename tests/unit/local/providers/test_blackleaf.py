import pytest
from starlette.testclient import TestClient

SEND = "/providers/blackleaf/api/messaging/send/"
QUERY = {"apiKey": "key", "to": "13155550100", "body": "Blue Dream is low: 3 left"}


def test_an_sms_reaches_the_outbox(console: TestClient) -> None:
    answer = console.get(SEND, params=QUERY).json()

    (message,) = console.get("/api/outbox", params={"channel": "sms"}).json()
    assert answer == {"status": "success", "messageId": message["id"]}
    assert (message["to"], message["text"]) == ("13155550100", "Blue Dream is low: 3 left")
    assert (message["executionId"], message["stepId"]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"apiKey": ""}, "apiKey"),
        ({"to": "+13155550100"}, "to"),
        ({"to": "3155550100"}, "to"),
        ({"body": ""}, "body"),
    ],
)
def test_a_refused_sms_names_the_parameter(console: TestClient, changes: dict[str, str], field: str) -> None:
    answer = console.get(SEND, params={**QUERY, **changes}).json()

    assert answer["status"] == "error"
    assert answer["error"].startswith(f"{field}: ")
    assert console.get("/api/outbox").json() == []
