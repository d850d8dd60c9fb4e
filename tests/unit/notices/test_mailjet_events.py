"""Mailjet's events: who may send them, and what each means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.compliance import suppressions
from shared.compliance.suppressions import Bounced, _Suppression
from shared.messages.unsubscribe_link import Subscription
from shared.notices import inbox, outbox, preferences, unsubscribe
from shared.notices.inbox import InboxNotification
from shared.notices.mailjet_events import Event, is_mailjet, receive
from shared.notices.preferences import Preferences

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
PAYLOAD = '{"orgId": "org_1", "playbookId": "pb_1", "executionId": "run_1"}'
BOUNCE = {
    "event": "bounce",
    "time": 1795442400,
    "MessageID": 13792286917004336,
    "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j",
    "email": "gone@b.example",
    "mj_campaign_id": 0,
    "CustomID": "run_1:tell",
    "Payload": PAYLOAD,
    "blocked": False,
    "hard_bounce": True,
    "error_related_to": "recipient",
    "error": "user unknown",
    "comment": "Host or domain\nname not found. \u202eevil",
}


class World:
    def __init__(self) -> None:
        self.bounced: dict[str, Bounced] = {}
        self.lines: dict[str, InboxNotification] = {}
        self.stopped: list[Subscription] = []
        self.preferences: dict[str, Any] = {}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    known = World()
    monkeypatch.setattr(suppressions, "bounce", lambda address, bounced: known.bounced.update({address: bounced}))
    monkeypatch.setattr(inbox, "write", lambda key, line, _message: known.lines.setdefault(key, line))
    monkeypatch.setattr(outbox, "find_reachable", lambda _org_id: None)
    monkeypatch.setattr(unsubscribe, "stop", lambda subscription, _now: known.stopped.append(subscription))
    load = lambda org_id: Preferences.from_document(org_id, known.preferences)  # noqa: E731
    monkeypatch.setattr(preferences, "load", load)
    return known


def tell(*events: object) -> dict[str, int]:
    from pydantic_core import to_json

    return receive(to_json(list(events)), NOW)


def test_a_bounce_suppresses_the_address_and_notifies_the_org(world: World) -> None:
    assert tell(BOUNCE) == {"bounce": 1}
    assert world.bounced["gone@b.example"].reason == "user unknown: Host or domain name not found. evil"
    (line,) = world.lines.values()
    assert (line.org_id, line.type, line.playbook_id, line.execution_id) == (
        "org_1",
        "playbook_failure",
        "pb_1",
        "run_1",
    )
    assert line.title == "An email to gone@b.example wasn't delivered"


def test_a_repeated_event_is_in_the_inbox_once(world: World) -> None:
    blocked = {**BOUNCE, "event": "blocked", "email": "GONE@b.example"}
    tell(BOUNCE, BOUNCE, blocked)
    tell(BOUNCE)
    assert len(world.lines) == 1
    tell({**BOUNCE, "MessageID": 2}, {**BOUNCE, "email": "other@b.example"})
    assert len(world.lines) == 3


@pytest.mark.parametrize(
    ("changes", "is_the_address"),
    [
        ({}, True),
        ({"hard_bounce": False}, False),
        ({"hard_bounce": False, "blocked": True}, True),
        ({"event": "blocked", "hard_bounce": False}, True),
        ({"event": "blocked", "hard_bounce": False, "error_related_to": "content"}, False),
        ({"event": "blocked", "hard_bounce": False, "error": "quota exceeded"}, False),
        ({"event": "spam", "hard_bounce": False}, True),
    ],
)
def test_only_faults_of_the_address_suppress_it(
    world: World, changes: dict[str, Any], is_the_address: bool
) -> None:
    tell({**BOUNCE, **changes})
    assert ("gone@b.example" in world.bounced) == is_the_address
    assert len(world.lines) == 1


def test_a_complaint_never_expires(world: World) -> None:
    tell({**BOUNCE, "event": "spam"})
    assert world.bounced["gone@b.example"].lasting
    (line,) = world.lines.values()
    assert line.title == "gone@b.example marked your email as spam"
    assert line.body == "We won't email this address again."


def test_unsubscribing_at_mailjet_is_unsubscribing_here(world: World) -> None:
    tell(
        {**BOUNCE, "event": "unsub"},
        {**BOUNCE, "event": "unsub", "Payload": '{"orgId": "o", "alert": "usage_alert"}'},
    )
    named, alert = world.stopped
    assert (named.org_id, named.address, named.alert) == ("org_1", "gone@b.example", None)
    assert (alert.org_id, alert.address, alert.alert) == ("o", None, "usage_alert")
    assert not world.lines


@pytest.mark.parametrize("event", ["sent", "open", "click", "new-kind"])
def test_other_events_change_nothing(world: World, event: str) -> None:
    assert tell({**BOUNCE, "event": event}) == {event: 1}
    assert not world.lines
    assert not world.bounced


@pytest.mark.parametrize("payload", ["", "no json", "[]", '{"orgId": 3}', '"org_1"'])
def test_an_event_without_an_org_keeps_the_address_and_notifies_nobody(world: World, payload: str) -> None:
    tell({**BOUNCE, "Payload": payload})
    assert not world.lines
    assert "gone@b.example" in world.bounced


def test_unreadable_events_are_counted_and_do_not_block_the_others(world: World) -> None:
    assert tell({"event": "bounce"}, 3, None, {**BOUNCE, "email": "nobody"}, BOUNCE) == {
        "malformed": 4,
        "bounce": 1,
    }
    assert len(world.lines) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"NaN"])
def test_a_call_that_is_not_json_is_counted_as_malformed(world: World, content: bytes) -> None:
    assert receive(content, NOW) == {"malformed": 1}


def test_a_single_event_is_accepted(world: World) -> None:
    from pydantic_core import to_json

    assert receive(to_json(BOUNCE), NOW) == {"bounce": 1}


def test_an_org_that_wants_no_failures_on_its_dashboard_gets_none(world: World) -> None:
    world.preferences = {"playbook_failure": {"dashboard": False}}
    tell(BOUNCE)
    assert not world.lines


@pytest.mark.parametrize(
    ("credentials", "secret", "passes"),
    [
        (("mailjet", "s3cret"), "s3cret", True),
        (("mailjet", "s3cre"), "s3cret", False),
        (("other", "s3cret"), "s3cret", False),
        (("", ""), "s3cret", False),
        (None, "s3cret", False),
        (("mailjet", ""), None, False),
        (("mailjet", ""), "", False),
        (None, None, False),
    ],
)
def test_mailjet_is_authenticated_by_its_password(
    credentials: tuple[str, str] | None, secret: str | None, passes: bool
) -> None:
    assert is_mailjet(credentials, secret) is passes


def test_a_bounce_counts_for_thirty_days_and_a_complaint_and_an_opt_out_permanently() -> None:
    event = Event.model_validate(BOUNCE)
    once = _Suppression(bounced=Bounced(at=event.at, reason="user unknown"))
    assert "bounced on Nov 23, 2026 (user unknown)" in (once.reason("org_1", event.at + timedelta(days=29)) or "")
    assert once.reason("org_1", event.at + timedelta(days=30)) is None
    complaint = _Suppression(bounced=Bounced(at=event.at, reason="marked as spam", lasting=True))
    assert complaint.reason("org_1", event.at + timedelta(days=3000))
    left = _Suppression(optedOut={"org_1": event.at})
    assert left.reason("org_1", event.at + timedelta(days=3000))
    assert left.reason("org_2", event.at) is None
    assert left.reason(None, event.at) is None
