"""What an org's own systems are told of: `webhook_messages/{id}`, written in the commit that makes it true.

A message is a step on the way: what is told of its creation makes a delivery for each subscription, and deletes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from shared.gcp import tracing
from shared.quarantine.stored import Stored
from shared.values.digests import hex_digest

COLLECTION = "webhook_messages"
KEPT_FOR = timedelta(days=7)
LATE_AFTER = timedelta(minutes=1)
"""Whoever was told of it has made its deliveries by then; later the sweep does."""


class EventType(StrEnum):
    """What an org can subscribe an address to."""

    RUN_COMPLETED = "run.completed"
    RUN_FAILED = "run.failed"
    ALERT_CREATED = "alert.created"
    DECISION_NEEDED = "decision.needed"


class Message(Stored):
    """One thing that happened. `data`: what is told of it, as JSON values."""

    org_id: str
    type: EventType
    occurred_at: AwareDatetime
    data: dict[str, Any]
    due_at: AwareDatetime | None = None
    """When the sweep looks after it."""
    traceparent: str | None = None

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        fields = self.model_dump(by_alias=True, exclude_none=True)
        return {**fields, "type": self.type.value, "expireAt": self.occurred_at + KEPT_FOR}


def known_events(names: Iterable[Any]) -> tuple[EventType, ...]:
    """Those of the names that are events."""
    return tuple(event for event in EventType if event in set(map(str, names)))


def wants(events: Collection[str], event: EventType) -> bool:
    """Whether one of an org's subscriptions asks for the event; `events`: as its document lists them."""
    return event in events


def written(
    org_id: str, event: EventType, subject: Iterable[str], data: Mapping[str, Any], now: datetime
) -> tuple[str, dict[str, Any]]:
    """The path and the fields of the message, to be written together with what it tells.

    `subject`: what it is about; the same event of the same subject is the same message.
    """
    digest = hex_digest(org_id, event, *subject)
    span = tracing.current()
    message = Message(
        org_id=org_id,
        type=event,
        occurred_at=now,
        data={name: value for name, value in data.items() if value is not None},
        due_at=now + LATE_AFTER,
        traceparent=str(span) if span is not None else None,
    )
    return f"{COLLECTION}/{digest}", message.document()
