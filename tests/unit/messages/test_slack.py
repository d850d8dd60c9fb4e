"""Slack posts: what is sent, what the failures mean, and that the webhook's address is nowhere to be read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.gcp.secret_manager import SecretCache
from shared.messages.channels import slack
from shared.messages.channels.slack import Webhook, Webhooks, message_text, parse_webhook
from tests.unit.local.fakes import FakeCloud, make_app, served

SECRET = "s3cr3t-token"


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.delenv("SLACK_WEBHOOK_BASE_URL", raising=False)


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    with served(make_app(FakeCloud())) as url, httpx.Client(base_url=url) as client:
        monkeypatch.setenv("SLACK_WEBHOOK_BASE_URL", f"{url}/providers/slack")
        yield client


@pytest.fixture
def webhook(console: httpx.Client) -> Webhook:
    return parse_webhook(
        "org_1", f"{console.base_url}/providers/slack/services/T01/B02/{SECRET}".replace("//p", "/p")
    )


def fault(console: httpx.Client, **order: Any) -> None:
    console.post("/api/faults", json={"provider": "slack", **order}).raise_for_status()


def outbox(console: httpx.Client) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = console.get("/api/outbox?channel=slack").json()
    return messages


def test_a_post_arrives(console: httpx.Client, webhook: Webhook) -> None:
    slack.post(webhook, "Low stock")
    (message,) = outbox(console)
    assert (message["to"], message["text"]) == ("T01/B02", "Low stock")


@pytest.mark.parametrize(
    ("status", "word", "expected"),
    [
        (500, "rollup_error", TransientError),
        (429, "rate_limited", TransientError),
        (410, "channel_is_archived", PermanentError),
    ],
)
def test_a_refusal_is_what_its_status_says(
    console: httpx.Client, webhook: Webhook, status: int, word: str, expected: type[Exception]
) -> None:
    fault(console, status=status)
    with pytest.raises(expected, match=f"Slack answered {status}: {word}") as raised:
        slack.post(webhook, "Low stock")
    assert not isinstance(raised.value, OutcomeUnknownError)
    assert outbox(console) == []


def test_a_post_without_an_answer_is_sent_once(console: httpx.Client, webhook: Webhook) -> None:
    fault(console, status=0)
    with pytest.raises(OutcomeUnknownError):
        slack.post(webhook, "Low stock")
    assert len(outbox(console)) == 1


def test_the_address_is_in_no_log_line_and_no_error(
    console: httpx.Client, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpcore")
    slack.post(webhook, "Low stock")
    fault(console, status=403)
    with pytest.raises(PermanentError) as raised:
        slack.post(webhook, "Low stock")
    fault(console, status=0)
    with pytest.raises(OutcomeUnknownError) as dropped:
        slack.post(webhook, "Low stock")
    assert SECRET not in "\n".join([caplog.text, str(raised.value), str(dropped.value), repr(webhook)])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://hooks.slack.com.evil.example/services/T/B/x",
        "https://user@hooks.slack.com/services/T/B/x",
        "http://hooks.slack.com/services/T/B/x",
        "https://hooks.slack.com/services/T/B",
        "https://hooks.slack.com/services/../B/x",
        "https://hooks.slack.com/services/T/B/x?y=1",
        "https://hooks.slack.com/services/T/B/x\n",
        "https://evil.example/services/T/B/x",
    ],
)
def test_an_address_that_is_not_slacks_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(PermanentError, match="the Slack webhook of org_1 is invalid") as raised:
        parse_webhook("org_1", address)
    assert "evil" not in str(raised.value)


def test_slacks_own_address_is_taken() -> None:
    address = "https://hooks.slack.com/services/T01/B02/abcDEF123"
    assert parse_webhook("org_1", address).url == address


@pytest.mark.parametrize("org_id", ["", "a/b", "a b", "ü"])
def test_an_org_whose_id_fits_no_secret_is_refused(org_id: str) -> None:
    with pytest.raises(PermanentError, match="expected letters"):
        slack.secret_id(org_id)


def test_what_slack_would_take_for_a_link_or_a_mention_is_shown_as_it_is() -> None:
    text = "<!channel> <https://evil.example|click> a & b &lt; *bold*"
    assert message_text(text, mention_channel=False) == (
        "&lt;!channel&gt; &lt;https://evil.example|click&gt; a &amp; b &amp;lt; *bold*"
    )


def test_everybody_is_mentioned_only_where_it_is_asked_for() -> None:
    assert message_text("Low stock", mention_channel=True) == "<!channel> Low stock"


@given(st.text())
def test_no_text_makes_a_mention(text: str) -> None:
    assert "<" not in message_text(text, mention_channel=False)


def test_a_text_that_slack_would_cut_is_refused() -> None:
    with pytest.raises(PermanentError, match="text has 40,004 characters"):
        message_text("x" * 39_999 + "&", mention_channel=False)


class Secrets:
    def __init__(self) -> None:
        self.now = 0.0
        self.reads: list[str] = []
        self.address = "https://hooks.slack.com/services/T/B/one"

    def read(self, secret_id: str) -> str:
        self.reads.append(secret_id)
        return self.address


def test_a_webhook_is_kept_for_a_minute_and_for_its_org() -> None:
    secrets = Secrets()
    webhooks = Webhooks(SecretCache(secrets.read, lambda: secrets.now))
    assert webhooks.of("org_1") == webhooks.of("org_1")
    assert webhooks.of("org_2").org_id == "org_2"
    assert secrets.reads == ["slack-webhook-org_1", "slack-webhook-org_2"]
    secrets.now, secrets.address = 61.0, "https://hooks.slack.com/services/T/B/two"
    assert webhooks.of("org_1").url.endswith("two")


def test_a_webhook_that_slack_refuses_is_read_again(
    console: httpx.Client, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = Secrets()
    secrets.address = webhook.url
    monkeypatch.setattr(slack, "webhooks", Webhooks(SecretCache(secrets.read)))
    slack.webhooks.of("org_1")
    fault(console, status=404)
    with pytest.raises(PermanentError):
        slack.post(slack.webhooks.of("org_1"), "x")
    slack.webhooks.of("org_1")
    assert secrets.reads == ["slack-webhook-org_1", "slack-webhook-org_1"]
