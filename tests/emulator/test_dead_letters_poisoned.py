"""A dead letter is written and told whatever else is malformed: settings, org, run, message, older alerts."""

from __future__ import annotations

import base64
import json
from concurrent.futures import Future
from typing import Any

import httpx
import pytest
from cloudevents.http import CloudEvent

from functions.on_dead_letter import on_dead_letter
from local.stack.running import Stack
from shared.documents import executions
from shared.errors import TransientError
from shared.gcp import clients
from shared.messages.alert_types import AlertType
from shared.messages.channels import blackleaf, mailjet
from shared.notices import delivery as deliveries
from shared.notices import inbox, policy
from shared.notices.outbox import sweep as take_up
from shared.quarantine import command, entries
from shared.runs import dead_letters
from shared.runs.sweep import sweep
from tests.emulator.executions import ORG, clock_in, documents, put_org, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

BROKEN = {"id": "broken", "action": "set", "params": {"values": {"x": "{{event.nope}}"}}}
PHONE = "+13155550199"


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(dead_letters, "publish", lambda failed: found.append(failed.id))
    return found


def failed_run() -> str:
    put_playbook("p", [BROKEN], onFailure={"sms": True})
    execution_id = start("p").execution_id
    assert run(execution_id) == "failed"
    return execution_id


def message(execution_id: str, **fields: Any) -> dict[str, Any]:
    named = {"executionId": execution_id, "orgId": ORG, "playbookId": "p", "error": "it broke", "attempts": 1}
    return {**named, **fields}


def tell(body: Any, event_id: str = "m1") -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    attributes = {"id": event_id, "source": "//pubsub", "type": "google.cloud.pubsub.topic.v1.messagePublished"}
    on_dead_letter(CloudEvent(attributes, {"message": {"data": base64.b64encode(raw).decode()}}))


def prefer(fields: dict[str, Any]) -> None:
    clients.firestore().document(f"notification_preferences/{ORG}").set(fields)


def outbox(stack: Stack, channel: str, to: str) -> list[dict[str, Any]]:
    found = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": channel}).json()
    return [one for one in found if one["to"].lstrip("+") == to.lstrip("+")]


def titles() -> list[str]:
    return sorted(str(one["title"]) for one in documents("inbox_notifications"))


def assert_known_and_over(execution_id: str, published: list[str]) -> dict[str, Any]:
    (letter,) = documents("dead_letters")
    data = executions.reference(execution_id).get().to_dict() or {}
    assert data["deadLetteredAt"] is not None
    before = len(published)
    sweep(clock_in(3600))
    assert len(published) == before, "the sweep publishes it again"
    return letter


PREFERENCES: list[dict[str, Any]] = [
    {"quietHours": "9pm"},
    {"quietHours": {"start": "9pm", "end": "08:00"}},
    {"quietHours": {"start": "08:00", "end": "08:00"}},
    {"quietHours": ["21:00"]},
    {"playbook_failure": "loud"},
    {"playbook_failure": {"dashboard": "often"}},
    {"playbook_failure": [], "usage_alert": 7},
]


@pytest.mark.parametrize("preferences", PREFERENCES, ids=str)
def test_malformed_preferences_count_as_the_defaults_and_the_org_hears_of_it(
    preferences: dict[str, Any], published: list[str]
) -> None:
    prefer(preferences)
    execution_id = failed_run()
    for _ in range(2):
        tell(message(execution_id))
    assert_known_and_over(execution_id, published)
    assert titles() == ["Playbook failed: p", "Some notification settings can't be used"]
    (told,) = [one for one in documents("inbox_notifications") if one["title"].startswith("Some")]
    assert all(name in told["body"] for name in preferences)


TENANTS: list[dict[str, Any]] = [
    {"timezone": "Eastern"},
    {"tierId": "platinum"},
    {"staffPhones": [None, PHONE, {"a": 1}]},
    {"monthlyBudgetUsd": "much"},
    {"name": 7},
]


@pytest.mark.parametrize("damage", TENANTS, ids=str)
def test_a_malformed_org_is_reached_all_the_same(
    damage: dict[str, Any], published: list[str], quiet_queues: Stack
) -> None:
    put_org(staffPhones=[PHONE])
    prefer({"playbook_failure": {"email": True}})
    execution_id = failed_run()
    put_org(**{"staffPhones": [PHONE], "ownerEmail": "poisoned@runs.example", **damage})
    tell(message(execution_id))
    assert_known_and_over(execution_id, published)
    assert "Playbook failed: p" in titles()
    assert len(outbox(quiet_queues, "email", "poisoned@runs.example")) == 1
    assert len(outbox(quiet_queues, "sms", PHONE)) == (0 if "tierId" in damage else 1), "starter has no texts"


def test_an_endless_error_is_bounded_with_a_note_of_what_was_cut(published: list[str], quiet_queues: Stack) -> None:
    put_org(staffPhones=[PHONE])
    execution_id = failed_run()
    executions.reference(execution_id).update({"statusReason": "x" * 300_000})
    tell(message(execution_id))
    letter = assert_known_and_over(execution_id, published)
    assert len(letter["error"]) == dead_letters.MAX_ERROR_CHARS
    assert letter["error"].endswith("more characters)")
    (line,) = documents("inbox_notifications")
    assert len(line["body"]) < 200
    assert len(outbox(quiet_queues, "sms", PHONE)) == 1


@pytest.mark.parametrize(
    "damage",
    [
        {"pinned": "{"},
        {"pinned": None},
        {"stepResults": 7},
        {"trigger": "x"},
        {"attempts": [None]},
        {"createdAt": "x"},
    ],
    ids=str,
)
def test_of_a_malformed_run_the_message_is_written(damage: dict[str, Any], published: list[str]) -> None:
    execution_id = failed_run()
    executions.reference(execution_id).update(damage)
    tell(message(execution_id, failedStepId="broken"))
    (letter,) = documents("dead_letters")
    assert (letter["error"], letter["failedStepId"], letter["orgId"]) == ("it broke", "broken", ORG)
    assert titles() == ["Playbook failed: p"]
    sweep(clock_in(3600))
    assert published == [execution_id]


@pytest.mark.parametrize("channel", ["inbox", "email", "sms"])
def test_a_channel_that_breaks_keeps_no_other_from_telling(
    channel: str, monkeypatch: pytest.MonkeyPatch, quiet_queues: Stack, published: list[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("nobody foresaw this")

    phone, owner = f"+1315555012{len(channel)}", f"{channel}@runs.example"
    put_org(staffPhones=[phone], ownerEmail=owner)
    prefer({"playbook_failure": {"email": True}})
    execution_id = failed_run()
    where: dict[str, tuple[Any, str]] = {
        "inbox": (inbox, "write"),
        "email": (mailjet, "find"),
        "sms": (blackleaf, "send"),
    }
    with monkeypatch.context() as breaking:
        breaking.setattr(*where[channel], broken)
        tell(message(execution_id))
    take_up(clock_in(180).now())
    assert_known_and_over(execution_id, published)
    assert "Playbook failed: p" in titles()
    assert len(outbox(quiet_queues, "email", owner)) == (channel != "email")
    assert len(outbox(quiet_queues, "sms", phone)) == (channel != "sms")


def test_malformed_deliveries_and_windows_of_alerts_are_restarted(
    quiet_queues: Stack, published: list[str]
) -> None:
    put_org(staffPhones=["+13155550177"])
    execution_id = failed_run()
    delivery = deliveries.delivery_id(ORG, f"dead-letter-{execution_id}-0")
    deliveries.reference(delivery).set({"alert": 7, "orgId": None})
    window = policy.window_id(ORG, AlertType.PLAYBOOK_FAILURE, "p")
    clients.firestore().document(f"alert_digests/{window}").set({"startedAt": "yesterday"})
    clients.firestore().document(f"sms_rates/{ORG}").set({"startedAt": "x", "texts": "many"})
    tell(message(execution_id))
    assert_known_and_over(execution_id, published)
    assert len(outbox(quiet_queues, "sms", "+13155550177")) == 1


@pytest.mark.parametrize(
    "poison",
    [
        b"\xff\x00",
        b"",
        b"[1]",
        b"7",
        b'{"executionId": "a/b"}',
        b"[" * 100_000,
        {"executionId": 7, "orgId": None},
        {},
        message("x" * 2000),
        message("a/b"),
        message("e1", attempts="many"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_message_that_nobody_can_read_is_kept_and_acknowledged(poison: Any) -> None:
    tell(poison, "poison-1")
    ((_, entry),) = entries.listed()
    assert entry.path == "playbook-dlq/poison-1"
    assert entry.status is entries.Status.QUARANTINED
    assert documents("quarantine")[0]["payload"] is not None
    assert documents("dead_letters") == []


def test_releasing_a_message_sends_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, bytes]] = []

    class Publisher:
        def topic_path(self, project: str, topic: str) -> str:
            return f"projects/{project}/topics/{topic}"

        def publish(self, topic: str, data: bytes) -> Future[str]:
            sent.append((topic, data))
            assert len(entries.listed()) == 1, "its entry goes last"
            done: Future[str] = Future()
            done.set_result("m2")
            return done

    tell(b"[1]", "poison-1")
    monkeypatch.setattr(clients, "publisher", Publisher)
    assert command.run(["--release", "all"]) == 0
    assert sent == [("projects/demo-playbooks/topics/playbook-dlq", b"[1]")]
    assert entries.listed() == []


def test_what_may_pass_is_delivered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    execution_id = failed_run()

    def away(*_: Any) -> None:
        raise TransientError("Firestore is away")

    with monkeypatch.context() as patch:
        patch.setattr(dead_letters, "_record", away)
        with pytest.raises(TransientError):
            tell(message(execution_id))
    assert documents("quarantine") == []
    tell(message(execution_id))
    assert len(documents("dead_letters")) == 1
