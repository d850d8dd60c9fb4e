"""Messages to other systems: `webhook_messages/{id}`, written in the commit that makes them true.

A message lives for moments: `onWebhookMessage` makes a delivery for each subscription and deletes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from shared.documents.stored import Stored
from shared.gcp import tracing
from shared.values.digests import hex_digest
from shared.webhooks.payloads import EventType

COLLECTION = "webhook_messages"
KEPT_FOR = timedelta(days=7)
LATE_AFTER = timedelta(minutes=1)
"""`onWebhookMessage` has made its deliveries by then; if not, the sweep does."""


class Message(Stored):
    """One thing that happened. `data`: what is sent about it, as JSON values."""

    id: str = Field(default="", exclude=True)
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


def written(
    org_id: str, event: EventType, subject: Iterable[str], data: BaseModel, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The path and the fields of the message, to be written together with what it tells.

    `subject`: what it is about; the same event of the same subject is the same message.
    """
    span = tracing.current()
    message = Message(
        org_id=org_id,
        type=event,
        occurred_at=now,
        data=data.model_dump(mode="json", by_alias=True, exclude_none=True),
        due_at=now + LATE_AFTER,
        traceparent=str(span) if span is not None else None,
    )
    return f"{COLLECTION}/{hex_digest(org_id, event, *subject)}", message.document()
