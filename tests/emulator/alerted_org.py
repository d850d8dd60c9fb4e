"""An org that alerts go to, and what its people got of them."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.running import Stack
from shared.gcp.clients import firestore, tasks
from shared.notices import delivery as deliveries
from shared.notices import outbox
from shared.notices.alert import Alert, worded
from shared.notices.outbox import Fate, notify

ZONE = "America/New_York"


def on_the_clock(hour: int, days: int = 0) -> datetime:
    """That hour in New York, tomorrow or so many days after it: tasks keep no times that are past or far off."""
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=1 + days)
    return datetime.combine(day, time(hour), ZoneInfo(ZONE)).astimezone(UTC)


NOW = on_the_clock(14)
PHONES = ["+13155550123", "+13155550124"]
EVERYWHERE = {"email": True, "dashboard": True, "sms": True}


@dataclass
class AlertedOrg:
    """An org of the test's own: stand-ins remember what other tests sent."""

    stack: Stack
    id: str = field(default_factory=lambda: f"org_{uuid.uuid4().hex[:8]}")

    def open(self, **fields: Any) -> AlertedOrg:
        document = {
            "name": self.id,
            "tierId": "growth",
            "timezone": ZONE,
            "ownerEmail": f"{self.id}@thrive.example",
            "staffPhones": PHONES,
            **fields,
        }
        firestore().document(f"tenants/{self.id}").set(document)
        return self

    def prefer(self, **channels: bool) -> AlertedOrg:
        """How failures and billing reach the org's people."""
        self._preferences().set({"competitor_alert": channels, "billing_alert": channels}, merge=True)
        return self

    def sleep(self) -> AlertedOrg:
        """Quiet hours from 21:00 to 08:00."""
        self._preferences().set({"quietHours": {"start": "21:00", "end": "08:00"}}, merge=True)
        return self

    def _preferences(self) -> Any:
        return firestore().document(f"notification_preferences/{self.id}")

    def alert(self, number: int = 0, key: str = "p1", **fields: Any) -> Alert:
        said = worded(str(fields.pop("title", f"It failed {number}")), str(fields.pop("body", "B")))
        given = {"type": "competitor_alert", "message": said, "severity": "warning"}
        return Alert.model_validate({"id": f"{self.id}-{key}-{number}", "key": key, **given, **fields})

    def deliver(self, number: int = 0, now: datetime = NOW, **fields: Any) -> Fate:
        return notify(self.id, self.alert(number, **fields), now)

    def delivery_id(self, number: int = 0, key: str = "p1") -> str:
        return deliveries.delivery_id(self.id, self.alert(number, key).id)

    def record(self, number: int = 0, key: str = "p1") -> deliveries.AlertDelivery:
        found = deliveries.read(self.delivery_id(number, key))
        assert found is not None
        return found

    def inbox(self) -> list[dict[str, Any]]:
        mine = FieldFilter("orgId", "==", self.id)
        found = firestore().collection("inbox_notifications").where(filter=mine).stream()
        return sorted((one.to_dict() or {} for one in found), key=lambda one: str(one["title"]))

    def emails(self) -> list[str]:
        """The subjects of what its owner got."""
        return [one["subject"] for one in self._outbox("email") if one["to"] == f"{self.id}@thrive.example"]

    def texts(self) -> Counter[str]:
        """How many texts each phone got. They begin with the org's name, which is its id here."""
        return Counter(one["to"] for one in self._outbox("sms") if one["text"].startswith(self.id))

    def words(self) -> list[str]:
        """What the first phone was texted, without the org's name."""
        found = [one for one in self._outbox("sms") if one["text"].startswith(self.id)]
        return [one["text"].removeprefix(f"{self.id}: ") for one in found if one["to"] == PHONES[0][1:]]

    def used(self) -> Counter[str]:
        """What the org's months have counted."""
        mine = FieldFilter("orgId", "==", self.id)
        found: Counter[str] = Counter()
        for shard in firestore().collection("usage_shards").where(filter=mine).stream():
            fields = shard.to_dict() or {}
            found.update({name: fields[name] for name in ("emailsUsed", "smsInternalUsed") if name in fields})
        return found

    def fail(self, provider: str, status: int, times: int, **more: Any) -> None:
        body = {"provider": provider, "status": status, "times": times, **more}
        httpx.post(f"{self.stack.console_url}/api/faults", json=body).raise_for_status()

    def _outbox(self, channel: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.stack.console_url}/api/outbox", params={"channel": channel})
        found: list[dict[str, Any]] = answer.json()
        return found


def queue() -> str:
    return tasks().queue_path("demo-playbooks", "us-central1", outbox.QUEUE)


def waiting_tasks() -> dict[str, datetime]:
    """The tasks that wait, and when they are due."""
    found = tasks().list_tasks(request={"parent": queue()})
    return {one.name.rpartition("/")[2]: one.schedule_time for one in found}
