"""An org whose use is counted, for the tests of metering."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.running import Stack
from shared.billing import roll_up_queue
from shared.billing.metering import increments
from shared.billing.roll_up import Rolled
from shared.gcp.clients import firestore
from shared.notices.usage_alert import roll_up_and_notify

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ZONE = "America/New_York"
MONTH = "2026-11"


@dataclass
class Metered:
    """One org, with a month of its own."""

    stack: Stack
    tier_id: str = "growth"
    id: str = field(default_factory=lambda: f"org_{uuid.uuid4().hex[:8]}")

    def open(self) -> Metered:
        """Write its document."""
        fields = {"name": "Thrive", "timezone": ZONE, "tierId": self.tier_id, "ownerEmail": "owner@thrive.example"}
        firestore().document(f"tenants/{self.id}").set(fields)
        return self

    def use(self, usd: str = "0", now: datetime = NOW, key: str | None = None, **quantities: int) -> None:
        """What the commit that ends a run does."""
        spread_key = key or uuid.uuid4().hex
        path, fields = increments(self.id, ZONE, now, spread_key, Decimal(usd), quantities)
        firestore().document(path).set(fields, merge=True)

    def roll_up(self, now: datetime = NOW, month: str = MONTH) -> Rolled:
        """What the next task does."""
        number = roll_up_queue.begun(self.id, month) + 1
        return roll_up_and_notify(self.id, month, number, now)

    def month(self, month: str = MONTH) -> dict[str, Any]:
        """The document that people read."""
        return firestore().document(f"usage/{self.id}-{month}").get().to_dict() or {}

    def events(self) -> dict[str, dict[str, Any]]:
        """The org's domain events."""
        return {one.id: one.to_dict() or {} for one in firestore().collection(f"tenants/{self.id}/events").stream()}

    def inbox(self) -> dict[str, dict[str, Any]]:
        """The org's notifications."""
        mine = FieldFilter("orgId", "==", self.id)
        found = firestore().collection("inbox_notifications").where(filter=mine).stream()
        return {one.id: one.to_dict() or {} for one in found}

    def mails(self) -> list[dict[str, Any]]:
        """What reached the mail provider."""
        answer = httpx.get(f"{self.stack.console_url}/api/outbox", params={"channel": "email"})
        found: list[dict[str, Any]] = answer.json()
        return found
