import time
from collections.abc import Iterator
from typing import Any

import pytest
from mailjet_rest import Client
from mailjet_rest.errors import CriticalApiError, MailjetAuthError, ValidationError
from starlette.testclient import TestClient

from local.providers.mailjet import DEMO_CREDENTIALS

AUTH = (DEMO_CREDENTIALS.key, DEMO_CREDENTIALS.secret)


def mail(**changes: Any) -> dict[str, Any]:
    message = {
        "From": {"Email": "hello@playbooks.test", "Name": "Playbooks"},
        "To": [{"Email": "owner@thrive.test", "Name": "Owner"}],
        "Subject": "Prices",
        "TextPart": "Blue Dream is cheaper next door.",
        "HTMLPart": "<p>Blue Dream is cheaper next door.</p>",
        "CustomID": "exec-1:notify",
    }
    return {key: value for key, value in {**message, **changes}.items() if value is not None}


def send(console: TestClient, *messages: dict[str, Any], **call: Any) -> Any:
    body = {"Messages": list(messages), **call}
    return console.post("/providers/mailjet/v3.1/send", json=body, auth=AUTH)


def outbox(console: TestClient) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = console.get("/api/outbox").json()
    return messages


@pytest.fixture
def sender(base_url: str) -> Iterator[Client]:
    with Client(auth=AUTH, version="v3.1", api_url=f"{base_url}/providers/mailjet") as client:
        yield client


@pytest.fixture
def lookup(base_url: str) -> Iterator[Client]:
    with Client(auth=AUTH, version="v3", api_url=f"{base_url}/providers/mailjet") as client:
        yield client


def test_the_real_client_sends(sender: Client) -> None:
    answer = sender.send.create(data={"Messages": [mail()]})

    (message,) = answer.json()["Messages"]
    assert (message["Status"], message["CustomID"]) == ("success", "exec-1:notify")
    (receipt,) = message["To"]
    assert receipt["Email"] == "owner@thrive.test"
    assert receipt["MessageID"] > 0
    assert receipt["MessageHref"].endswith(f"/{receipt['MessageID']}")


def test_the_real_client_looks_a_message_up_by_custom_id(sender: Client, lookup: Client) -> None:
    sent = sender.send.create(data={"Messages": [mail(), mail(CustomID="exec-2:notify")]}).json()

    found = lookup.message.get(filters={"CustomID": "exec-2:notify"}).json()

    receipt = sent["Messages"][1]["To"][0]
    assert (found["Count"], found["Total"]) == (1, 1)
    assert found["Data"][0]["ID"] == receipt["MessageID"]
    assert found["Data"][0]["UUID"] == receipt["MessageUUID"]
    assert found["Data"][0]["ArrivedAt"] == "2026-11-23T14:00:00Z"


def test_the_real_client_looks_a_message_up_by_its_id(sender: Client, lookup: Client) -> None:
    sent = sender.send.create(data={"Messages": [mail()]}).json()

    found = lookup.message.get(id=sent["Messages"][0]["To"][0]["MessageID"]).json()

    assert found["Data"][0]["CustomID"] == "exec-1:notify"


def test_an_unknown_custom_id_finds_nothing(lookup: Client) -> None:
    assert lookup.message.get(filters={"CustomID": "exec-9:notify"}).json()["Count"] == 0


def test_the_real_client_reads_why_a_mail_is_refused(sender: Client) -> None:
    with pytest.raises(ValidationError, match='"nobody" is an invalid email address'):
        sender.send.create(data={"Messages": [mail(To=[{"Email": "nobody"}])]})


def test_the_real_client_meets_wrong_credentials(base_url: str) -> None:
    with (
        Client(auth=("wrong", "pair"), version="v3.1", api_url=f"{base_url}/providers/mailjet") as client,
        pytest.raises(MailjetAuthError),
    ):
        client.send.create(data={"Messages": [mail()]})


def test_a_dropped_send_was_accepted_and_can_be_looked_up(base_url: str, sender: Client, lookup: Client) -> None:
    lookup.session.post(f"{base_url}/api/faults", json={"provider": "mailjet", "status": 0, "times": 1})

    with pytest.raises(CriticalApiError):
        sender.send.create(data={"Messages": [mail()]})

    assert lookup.message.get(filters={"CustomID": "exec-1:notify"}).json()["Count"] == 1


def test_a_mail_reaches_the_outbox(console: TestClient) -> None:
    send(console, mail())

    (message,) = outbox(console)
    assert message.pop("id")
    assert message == {
        "channel": "email",
        "to": "owner@thrive.test",
        "subject": "Prices",
        "text": "Blue Dream is cheaper next door.",
        "html": "<p>Blue Dream is cheaper next door.</p>",
        "executionId": "exec-1",
        "stepId": "notify",
        "headers": {},
        "inlined": {},
        "receivedAt": "2026-11-23T14:00:00Z",
    }


def test_several_recipients_are_one_message_in_the_outbox(console: TestClient) -> None:
    send(console, mail(To=[{"Email": "a@thrive.test"}, {"Email": "b@thrive.test"}]))

    assert [message["to"] for message in outbox(console)] == ["a@thrive.test, b@thrive.test"]


@pytest.mark.parametrize(
    ("custom_id", "execution_id", "step_id"),
    [("exec-1:a:b", "exec-1", "a:b"), ("exec-1", "exec-1", None), (None, None, None)],
)
def test_the_custom_id_is_split_once(
    console: TestClient, custom_id: str | None, execution_id: str | None, step_id: str | None
) -> None:
    send(console, mail(CustomID=custom_id))

    (message,) = outbox(console)
    assert (message["executionId"], message["stepId"]) == (execution_id, step_id)


def test_sandbox_mode_checks_the_mail_and_sends_nothing(console: TestClient) -> None:
    answer = send(console, mail(), SandboxMode=True)

    assert answer.json()["Messages"][0]["Status"] == "success"
    assert outbox(console) == []


def test_a_bad_mail_does_not_hold_back_a_good_one(console: TestClient) -> None:
    answer = send(console, mail(To=[]), mail())

    assert answer.status_code == 200
    assert [message["Status"] for message in answer.json()["Messages"]] == ["error", "success"]
    assert len(outbox(console)) == 1


@pytest.mark.parametrize(
    ("changes", "code", "related_to"),
    [
        ({"From": {"Email": "no address"}}, "mj-0013", "From.Email"),
        ({"Cc": [{"Email": "x@y"}]}, "mj-0013", "Cc[0].Email"),
        ({"To": None}, "mj-0003", "To"),
        ({"HtmlPart": "<p>typing error</p>"}, "mj-0004", "HtmlPart"),
        ({"Subject": 7}, "mj-0004", "Subject"),
    ],
)
def test_a_refused_mail_names_the_property(
    console: TestClient, changes: dict[str, Any], code: str, related_to: str
) -> None:
    answer = send(console, mail(**changes))

    assert answer.status_code == 400
    (error,) = answer.json()["Messages"][0]["Errors"]
    assert (error["ErrorCode"], error["ErrorRelatedTo"], error["StatusCode"]) == (code, [related_to], 400)
    assert error["ErrorIdentifier"]


def test_a_mail_without_content_is_refused(console: TestClient) -> None:
    answer = send(console, mail(TextPart=None, HTMLPart=None))

    assert "TextPart" in answer.json()["Messages"][0]["Errors"][0]["ErrorMessage"]


def test_malformed_json_is_refused_as_mailjet_does(console: TestClient) -> None:
    answer = console.post("/providers/mailjet/v3.1/send", content=b"{", auth=AUTH)

    assert (answer.status_code, answer.json()["ErrorCode"]) == (400, "mj-0002")


@pytest.mark.parametrize("header", [None, "Basic !!!", "Basic eDp5", "Bearer token"])
def test_bad_credentials_send_nothing(console: TestClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}

    answer = console.post("/providers/mailjet/v3.1/send", json={"Messages": [mail()]}, headers=headers)

    assert answer.status_code == 401
    assert outbox(console) == []


def test_a_look_up_needs_credentials(console: TestClient) -> None:
    assert console.get("/providers/mailjet/v3/REST/message").status_code == 401


def test_a_look_up_passes_by_a_fault_that_is_not_for_look_ups(console: TestClient) -> None:
    console.post("/api/faults", json={"provider": "mailjet", "status": 503, "times": 1})

    assert console.get("/providers/mailjet/v3/REST/message", auth=AUTH).status_code == 200
    assert send(console, mail()).status_code == 503


def test_a_look_up_meets_a_fault_for_look_ups(console: TestClient) -> None:
    console.post("/api/faults", json={"provider": "mailjet", "status": 503, "times": 1, "lookups": True})

    assert console.get("/providers/mailjet/v3/REST/message", auth=AUTH).status_code == 503
    assert send(console, mail()).status_code == 200


def test_emptying_the_outbox_does_not_make_the_provider_forget(console: TestClient) -> None:
    send(console, mail())
    console.delete("/api/outbox")

    found = console.get("/providers/mailjet/v3/REST/message", params={"CustomID": "exec-1:notify"}, auth=AUTH)

    assert found.json()["Count"] == 1


def test_ten_thousand_mails_are_quick(console: TestClient) -> None:
    started = time.process_time()

    for batch in range(200):
        send(console, *(mail(CustomID=f"exec-{batch}:{number}") for number in range(50)))

    assert len(outbox(console)) == 10_000
    assert time.process_time() - started < 5


PICTURE = {"ContentType": "image/png", "Filename": "c.png", "ContentID": "chart-1", "Base64Content": "UE5H"}


def test_a_picture_that_goes_along_is_in_the_outbox(console: TestClient) -> None:
    assert send(console, mail(InlinedAttachments=[PICTURE])).status_code == 200
    assert outbox(console)[-1]["inlined"] == {"chart-1": "data:image/png;base64,UE5H"}


@pytest.mark.parametrize(
    "change", [{"Base64Content": "no base64!"}, {"Base64Content": None}, {"ContentType": "png"}, {"Cid": "chart-1"}]
)
def test_a_picture_of_another_shape_is_refused(console: TestClient, change: dict[str, Any]) -> None:
    answer = send(console, mail(InlinedAttachments=[{**PICTURE, **change}]))
    assert answer.json()["Messages"][0]["Status"] == "error"
