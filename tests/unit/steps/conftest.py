"""The providers and stores that steps reach, as in-memory doubles that keep what arrived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from shared.compliance import opt_out, suppressions
from shared.errors import PermanentError
from shared.messages.channels import blackleaf, mailjet
from shared.messages.email import Email
from shared.notices import inbox, preferences
from shared.notices.inbox import InboxNotification
from shared.notices.preferences import Preferences
from shared.steps.delivery import notify as notify_module
from shared.tenants.tenant import Tenant, parse_tenant


@dataclass
class Outside:
    """What arrived, and what the next calls meet."""

    emails: list[tuple[str, Email]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    notifications: dict[str, InboxNotification] = field(default_factory=dict)
    email_failures: list[Exception] = field(default_factory=list)
    text_failures: dict[str, Exception] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    opted_out: set[str] = field(default_factory=set)
    tenant: dict[str, Any] = field(default_factory=lambda: {"staffPhones": ["+13155550123", "+13155550124"]})

    def send_email(self, message: Email, custom_id: str) -> str:
        if self.email_failures:
            raise self.email_failures.pop(0)
        self.emails.append((custom_id, message))
        return f"mj-{len(self.emails)}"

    def find_email(self, custom_id: str) -> str | None:
        return next((f"found-{sent}" for sent, _ in self.emails if sent == custom_id), None)

    def refused(self, org_id: str, addresses: Iterable[str], now: datetime) -> dict[str, str]:
        return {address: self.refusals[address] for address in addresses if address in self.refusals}

    def require_reachable(self, org_id: str, phone: str) -> None:
        if phone in self.opted_out:
            raise PermanentError(f"…{phone[-4:]} gets no texts")

    def send_text(self, to: str, body: str) -> str:
        if to in self.text_failures:
            raise self.text_failures[to]
        self.texts.append((to, body))
        return f"bl-{len(self.texts)}"

    def write_notification(self, notification_id: str, notification: InboxNotification) -> str:
        self.notifications.setdefault(notification_id, notification)
        return notification_id

    def load_preferences(self, org_id: str) -> Preferences:
        return Preferences.from_document(org_id, self.preferences)

    def load_tenant(self, org_id: str) -> Tenant:
        return parse_tenant(org_id, self.tenant)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    world = Outside()
    monkeypatch.setattr(mailjet, "load", lambda: None)
    monkeypatch.setattr(mailjet, "send", world.send_email)
    monkeypatch.setattr(mailjet, "find", world.find_email)
    monkeypatch.setattr(suppressions, "refusals", world.refused)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "signs-links")
    monkeypatch.setattr(blackleaf, "send", world.send_text)
    monkeypatch.setattr(opt_out, "require_reachable", world.require_reachable)
    monkeypatch.setattr(inbox, "write", world.write_notification)
    monkeypatch.setattr(preferences, "load", world.load_preferences)
    monkeypatch.setattr(notify_module, "load_tenant", world.load_tenant)
    return world


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a project without providers' keys: what steps write is computed."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
