"""The documents of delivery and tenants in a real Firestore, and the demo org in them."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID, seed_demo_org
from local.stack.running import Stack
from shared.errors import NotFoundError
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.notices import inbox, preferences
from shared.notices.preferences import Channel
from shared.tenants.tenant import load_tenant

NOTIFICATION = inbox.InboxNotification(
    org_id="org_1", type="playbook", title="T", body="B", created_at=datetime(2026, 11, 23, 14, tzinfo=UTC)
)


def test_a_notification_that_was_read_stays_read_when_it_is_written_again(on_emulators: Stack) -> None:
    document = firestore().document("inbox_notifications/run_1:tell:inbox")
    inbox.write("run_1:tell:inbox", NOTIFICATION)
    document.update({"read": True})
    assert inbox.write("run_1:tell:inbox", NOTIFICATION) == "run_1:tell:inbox"
    assert document.get().get("read") is True


def test_preferences_of_an_org_that_never_chose_are_the_defaults(on_emulators: Stack) -> None:
    assert preferences.load("org_1").channels(AlertType.BILLING_ALERT) == {Channel.EMAIL, Channel.DASHBOARD}


def test_preferences_of_an_org_that_chose_are_read(on_emulators: Stack) -> None:
    firestore().document("notification_preferences/org_1").set({"billing_alert": {"sms": True, "email": False}})
    assert preferences.load("org_1").channels(AlertType.BILLING_ALERT) == {Channel.SMS, Channel.DASHBOARD}


def test_an_org_that_does_not_exist_is_not_found(on_emulators: Stack) -> None:
    with pytest.raises(NotFoundError, match="'org_nowhere'"):
        load_tenant("org_nowhere")


def test_the_demo_org_seeded_twice_is_there_once(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT_OFFSET", str(on_emulators.ports.offset))
    assert seed_demo_org() == seed_demo_org() == DEMO_ORG_ID
    assert load_tenant(DEMO_ORG_ID).owner_email == "owner@thrivesyracuse.example"
    org = firestore().document(f"tenants/{DEMO_ORG_ID}")
    assert len(list(org.collection("inventory").stream())) == 25
    menu_urls = [competitor.get("menuUrl") for competitor in org.collection("competitors").stream()]
    assert len(menu_urls) == 4
    for url in menu_urls:
        assert "Blue Dream 3.5g" in httpx.get(url).text
