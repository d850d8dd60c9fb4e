"""The console makes a mail come back: the product is called as Mailjet would call it."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import httpx
import pytest

from local.console.app import create_app
from local.providers.mailjet import DEMO_CREDENTIALS
from local.providers.mailjet_events import DEMO_SECRET
from tests.unit.local.fakes import FakeCloud, served
from tests.unit.messages.provider import Answer, Provider, running_provider

MAIL = {
    "From": {"Email": "hello@playbooks.test"},
    "To": [{"Email": "owner@thrive.test"}],
    "Subject": "Prices",
    "TextPart": "They fell.",
    "CustomID": "exec-1:notify",
    "EventPayload": '{"orgId": "o"}',
    "Headers": {"List-Unsubscribe": "<https://app.example/u>"},
}


@pytest.fixture
def product() -> Iterator[Provider]:
    with running_provider() as running:
        running.will_answer(Answer(200, {}))
        yield running


@pytest.fixture
def console(product: Provider) -> Iterator[httpx.Client]:
    app = create_app(FakeCloud(), lambda: {"functions": True}, public_url=product.url)
    with served(app) as url, httpx.Client(base_url=url) as client:
        auth = (DEMO_CREDENTIALS.key, DEMO_CREDENTIALS.secret)
        sent = client.post("/providers/mailjet/v3.1/send", json={"Messages": [MAIL]}, auth=auth)
        assert sent.status_code == 200
        yield client


def test_a_bounce_is_reported_with_what_the_mail_carried(console: httpx.Client, product: Provider) -> None:
    answer = console.post("/api/mailjet/events", json={"to": "owner@thrive.test", "times": 2})
    assert answer.json()["statuses"] == [200, 200]
    first, second = product.received
    assert (
        (first.path, first.body) == (second.path, second.body) == ("/api/mailjet/events", [answer.json()["event"]])
    )
    (event,) = first.body
    assert event["event"] == "bounce"
    assert (event["email"], event["CustomID"], event["Payload"]) == (
        "owner@thrive.test",
        "exec-1:notify",
        '{"orgId": "o"}',
    )
    assert event["hard_bounce"] is True
    credentials = base64.b64decode(first.headers["Authorization"].removeprefix("Basic "))
    assert credentials == f"mailjet:{DEMO_SECRET}".encode()


@pytest.mark.parametrize("event", ["blocked", "spam", "unsub"])
def test_the_other_events_have_their_own_shapes(console: httpx.Client, product: Provider, event: str) -> None:
    console.post("/api/mailjet/events", json={"to": "owner@thrive.test", "event": event}).raise_for_status()
    assert product.received[0].body[0]["event"] == event


def test_a_mail_that_was_never_sent_cannot_come_back(console: httpx.Client, product: Provider) -> None:
    answer = console.post("/api/mailjet/events", json={"to": "nobody@thrive.test"})
    assert answer.status_code == 404
    assert product.received == []


def test_the_outbox_shows_the_headers_of_a_mail(console: httpx.Client) -> None:
    assert console.get("/api/outbox").json()[0]["headers"] == MAIL["Headers"]


def test_a_header_that_mailjet_keeps_for_itself_is_refused(console: httpx.Client) -> None:
    mail = {**MAIL, "Headers": {"Reply-To": "a@b.example"}}
    auth = (DEMO_CREDENTIALS.key, DEMO_CREDENTIALS.secret)
    answer = console.post("/providers/mailjet/v3.1/send", json={"Messages": [mail]}, auth=auth)
    assert answer.status_code == 400
    assert "Reply-To" in answer.text
