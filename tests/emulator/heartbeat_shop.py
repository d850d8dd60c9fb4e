"""An org for the tests of the heartbeat, and what it is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from google.api_core import exceptions
from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.running import Stack
from shared.gcp.clients import firestore
from shared.heartbeat.round import Round, check_org
from shared.retail.shelf import changes

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Shop:
    """An org with a shelf, and what it is told."""

    stack: Stack
    id: str = field(default_factory=lambda: f"org_{uuid.uuid4().hex[:8]}")
    now: datetime = NOON

    def put(self, path: str, **fields: Any) -> None:
        firestore().document(f"tenants/{self.id}/{path}").set(fields)

    def item(self, item_id: str, quantity: float, **fields: Any) -> None:
        """Write it, and leave the marker that the write's event does."""
        self.put(f"inventory/{item_id}", name=item_id.title(), quantity=quantity, reorderPoint=10, **fields)
        changes.mark(self.id, item_id, uuid.uuid4().hex, self.now)

    def round(self, later: timedelta = timedelta(0)) -> Round | None:
        self.now += later
        return check_org(self.id, self.now)

    def inbox(self) -> list[dict[str, Any]]:
        mine = FieldFilter("orgId", "==", self.id)
        found = [
            one.to_dict() or {} for one in firestore().collection("inbox_notifications").where(filter=mine).stream()
        ]
        return sorted(found, key=lambda one: one["createdAt"])

    def titles(self) -> list[str]:
        return [one["title"] for one in self.inbox()]

    def state(self) -> dict[str, Any]:
        return firestore().document(f"heartbeat_state/{self.id}").get().to_dict() or {}

    def outbox(self, channel: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(
            f"{self.stack.console_url}/api/outbox", params={"channel": channel}
        ).json()
        return found

    def prefer(self, alert_type: str, **channels: bool) -> None:
        firestore().document(f"notification_preferences/{self.id}").set({alert_type: channels}, merge=True)

    def threat(self, action_id: str = "a1") -> None:
        self.action(action_id, "price_adjustment", "critical")

    def action(self, action_id: str, kind: str, priority: str, status: str = "pending") -> None:
        self.put(
            f"competitive_actions/{action_id}",
            type=kind,
            rule="undercut",
            priority=priority,
            agent="money_mike",
            competitorName="Green",
            competitorId="green",
            trigger="their median is 25% below ours",
            recommendation="Match the top ten",
            figure=25.0,
            status=status,
            createdAt=datetime.now(UTC),
            updatedAt=datetime.now(UTC),
        )


def open_shop(stack: Stack, **fields: Any) -> Shop:
    shop = Shop(stack)
    given = {
        "name": "Thrive",
        "tierId": "growth",
        "timezone": "America/New_York",
        "status": "active",
        "ownerEmail": "owner@thrive.example",
    }
    firestore().document(f"tenants/{shop.id}").set({**given, "staffPhones": ["+13155550123"], **fields})
    return shop


def with_find(check: Any, find: Callable[..., Any]) -> Any:
    return replace(check, find=find)


def unavailable() -> Exception:
    return exceptions.ServiceUnavailable("later")  # type: ignore[no-untyped-call]


def raising(error: Exception) -> Callable[..., Any]:
    def read(*args: Any) -> Any:
        raise error

    return read
