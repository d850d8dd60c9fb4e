"""An org's month and its budget in a real Firestore: counted, obeyed, and warned of once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.running import Stack
from shared.billing import ledger
from shared.billing.budget import model_steps_allowed
from shared.billing.ledger import spent
from shared.billing.metering import increments
from shared.billing.tiers import Metric
from shared.gcp.clients import firestore
from shared.notices.budget_alert import after_run
from shared.notices.delivery import delivery_id
from shared.notices.outbox import send_waiting

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ZONE = "America/New_York"
NEXT_MONTH = NOW + timedelta(days=30)


@dataclass
class Org:
    """An org of the test's own: the Mailjet stand-in remembers what it sent in other tests."""

    stack: Stack
    id: str = field(default_factory=lambda: f"org_{uuid.uuid4().hex[:8]}")

    def spend(self, usd: str, now: datetime = NOW) -> None:
        """What the engine does at the end of a run."""
        path, fields = increments(self.id, ZONE, now, uuid.uuid4().hex, Decimal(usd), {})
        firestore().document(path).set(fields, merge=True)
        after_run(self.id, ZONE, Decimal(10), now)

    def prefer(self, **channels: bool) -> None:
        firestore().document(f"notification_preferences/{self.id}").set({"billing_alert": channels})

    def inbox(self) -> dict[str, dict[str, Any]]:
        mine = FieldFilter("orgId", "==", self.id)
        found = firestore().collection("inbox_notifications").where(filter=mine).stream()
        return {one.id: one.to_dict() or {} for one in found}

    def outbox(self, channel: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.stack.console_url}/api/outbox", params={"channel": channel})
        found: list[dict[str, Any]] = answer.json()
        return found

    def fail(self, **fault: Any) -> None:
        httpx.post(f"{self.stack.console_url}/api/faults", json=fault).raise_for_status()


@pytest.fixture
def org(on_emulators: Stack) -> Iterator[Org]:
    org = Org(on_emulators)
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    firestore().document(f"tenants/{org.id}").set(
        {
            "name": "Thrive",
            "timezone": ZONE,
            "tierId": "growth",
            "ownerEmail": "owner@thrive.example",
            "monthlyBudgetUsd": 10,
            "staffPhones": ["+13155550123", "+13155550124"],
        }
    )
    yield org
    httpx.delete(f"{on_emulators.console_url}/api/faults")


def test_costs_add_up_in_the_months_document(org: Org) -> None:
    for usd in ("0.1", "0.2", "0.00000012"):
        org.spend(usd)
    assert spent(org.id, ZONE, NOW) == Decimal("0.30000012")
    assert spent(org.id, ZONE, NEXT_MONTH) == spent("org_2", ZONE, NOW) == 0


def test_model_steps_stop_at_the_whole_budget_and_go_on_next_month(org: Org) -> None:
    org.spend("9.99")
    assert model_steps_allowed(org.id, ZONE, NOW)
    org.spend("0.01")
    assert not model_steps_allowed(org.id, ZONE, NOW)
    assert model_steps_allowed(org.id, ZONE, NEXT_MONTH)


def test_an_org_without_a_budget_may_spend_on(org: Org) -> None:
    firestore().document(f"tenants/{org.id}").update({"monthlyBudgetUsd": None})
    org.spend("1000")
    assert model_steps_allowed(org.id, ZONE, NOW)


def test_eighty_and_a_hundred_percent_are_reported_once_each(org: Org) -> None:
    for usd in ("7.9", "0.1", "0.5", "1.5", "3"):
        org.spend(usd)
    told = org.inbox()
    assert set(told) == {f"budget-80-{org.id}-2026-11", f"budget-100-{org.id}-2026-11"}
    assert {one["type"] for one in told.values()} == {"billing_alert"}
    assert told[f"budget-80-{org.id}-2026-11"]["title"] == "You've used 80% of your $10 budget for November"
    mails = org.outbox("email")
    assert [mail["to"] for mail in mails] == ["owner@thrive.example"] * 2
    assert "used up" in mails[1]["subject"]
    assert org.outbox("sms") == []


def test_below_eighty_percent_nothing_is_said(org: Org) -> None:
    org.spend("7.99")
    assert org.inbox() == {}
    assert org.outbox("email") == []


def test_who_passes_both_at_once_hears_of_the_end_only(org: Org) -> None:
    org.spend("12")
    org.spend("1")
    assert set(org.inbox()) == {f"budget-100-{org.id}-2026-11"}
    assert len(org.outbox("email")) == 1


def test_the_channels_are_those_that_the_org_chose(org: Org) -> None:
    org.prefer(dashboard=False, email=False, sms=True)
    org.spend("8")
    org.spend("0.5")
    assert org.inbox() == {}
    assert org.outbox("email") == []
    texts = org.outbox("sms")
    assert sorted(text["to"] for text in texts) == ["13155550123", "13155550124"]
    assert texts[0]["text"].startswith("Thrive: billing: You've used 80% of your $10 budget")


def test_an_email_that_could_not_be_sent_is_sent_later(org: Org) -> None:
    org.fail(provider="mailjet", status=503, times=1)
    org.spend("8")
    assert org.outbox("email") == []
    org.spend("0.1")
    delivery = delivery_id(org.id, f"budget-80-{org.id}-2026-11")
    for _ in range(2):
        send_waiting(delivery, NOW + timedelta(minutes=1))
    assert len(org.outbox("email")) == 1
    assert len(org.inbox()) == 1


def test_the_alert_itself_is_counted_too(org: Org) -> None:
    org.prefer(dashboard=False, email=True, sms=True)
    org.spend("8")
    counted = ledger.read(org.id, "2026-11")
    assert (counted.used(Metric.EMAILS), counted.used(Metric.SMS_INTERNAL)) == (1, 2)


def test_the_end_of_the_budget_is_reported_in_the_same_hour_as_its_nearing(org: Org) -> None:
    org.spend("8")
    org.spend("2")
    assert [mail["subject"] for mail in org.outbox("email")] == [
        "You've used 80% of your $10 budget for November",
        "Your $10 budget for November is used up",
    ]


def test_another_org_has_its_own_month(org: Org) -> None:
    other = Org(org.stack)
    org.spend("9")
    other.spend("1")
    assert len(org.inbox()) == 1
    assert other.inbox() == {}
