"""`webhook_deliveries/{id}`: one message to one address, with the outcome of each attempt."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import AwareDatetime, Field

from shared.api.errors import not_found
from shared.documents.stored import Stored, parsed
from shared.gcp import clients
from shared.gcp.task_queue import create_named_task, is_waiting
from shared.values.digests import hex_digest
from shared.webhooks.payloads import EventType

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

COLLECTION = "webhook_deliveries"
QUEUE = "sendWebhook"
KEPT_FOR = timedelta(days=30)
MOST_TRIES_KEPT = 12
MOST_LISTED = 50
_DEADLINE_SECONDS = 60

DeliveryStatus = Literal["pending", "delivered", "dead", "canceled"]
"""`dead`: given up after the last try. `canceled`: its webhook was disabled or deleted before it arrived."""


class Try(Stored):
    """One try. `status_code`: of the answer, where there was one; `error` names no more than where it was sent."""

    at: AwareDatetime
    duration_ms: int
    status_code: int | None = None
    error_code: str | None = None
    error: str | None = None


class WebhookDelivery(Stored):
    """A message for one subscription. `attempt`: how many tries it has had since it was sent, or sent again."""

    id: str = Field(exclude=True)
    org_id: str
    subscription_id: str
    message_id: str
    """The `webhook-id` of every try: by it a receiver knows the message again."""
    type: EventType
    payload: str
    """The body, byte by byte the same in every try."""
    is_test: bool = False
    status: DeliveryStatus = "pending"
    attempt: int = 0
    replay: int = 0
    """How many times people have sent it again."""
    tries: tuple[Try, ...] = ()
    due_at: AwareDatetime | None = None
    """When the next try is due; None where there is none."""
    held_at: AwareDatetime | None = None
    """Since when it has been waiting in line for its first try; it has no task then."""
    created_at: AwareDatetime
    delivered_at: AwareDatetime | None = None
    traceparent: str | None = None

    @classmethod
    def of(
        cls,
        org_id: str,
        subscription_id: str,
        message_id: str,
        event: EventType,
        data: dict[str, Any],
        at: datetime,
    ) -> Self:
        """Of something that happened `at` that time, due at once."""
        timestamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return cls(
            id=hex_digest(message_id, subscription_id),
            org_id=org_id,
            subscription_id=subscription_id,
            message_id=message_id,
            type=event,
            payload=json.dumps({"type": event.value, "timestamp": timestamp, "data": data}, ensure_ascii=False),
            created_at=at,
            due_at=at,
        )

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        fields = self.model_dump(by_alias=True, exclude_none=True)
        return {**fields, "type": self.type.value, "tries": list(fields["tries"]), "expireAt": self.expire_at}

    @property
    def expire_at(self) -> datetime:
        """When Firestore's TTL policy may delete it."""
        return self.created_at + KEPT_FOR

    def awaits(self, replay: int, attempt: int) -> bool:
        """Whether that try is the next one."""
        return self.status == "pending" and (self.replay, self.attempt + 1) == (replay, attempt)


def reference(delivery_id: str) -> DocumentReference:
    return clients.firestore().collection(COLLECTION).document(delivery_id)


def read(delivery_id: str, transaction: Transaction | None = None) -> WebhookDelivery | None:
    """The delivery; None where there is none, or it is malformed."""
    return parsed(WebhookDelivery, reference(delivery_id).get(transaction=transaction), id=delivery_id)


def of_subscription(subscription_id: str) -> list[WebhookDelivery]:
    """The newest 50, the newest first."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("subscriptionId", "==", subscription_id))
        .order_by("createdAt", direction="DESCENDING")
        .limit(MOST_LISTED)
    )
    found = (parsed(WebhookDelivery, one, id=one.id) for one in query.stream())
    return [one for one in found if one is not None]


def late(before: datetime, limit: int) -> list[DocumentSnapshot[Any]]:
    """Whose next try was due by then, the longest overdue first."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", before))
        .order_by("dueAt")
        .limit(limit)
    )
    return list(query.stream())


def missing(delivery_id: str) -> Exception:
    """The error for a delivery that the webhook does not have."""
    return not_found(f"delivery {delivery_id}")


def enqueue(delivery: WebhookDelivery, suffix: str = "") -> bool:
    """Have the next try made when it is due; False where it is asked for already."""
    payload = {"deliveryId": delivery.id, "replay": delivery.replay, "attempt": delivery.attempt + 1}
    name = f"{_task(delivery)}{suffix}"
    return create_named_task(QUEUE, name, payload, deadline_seconds=_DEADLINE_SECONDS, at=delivery.due_at)


def is_on_its_way(delivery: WebhookDelivery) -> bool:
    """Whether the task of the next try waits in its queue."""
    return is_waiting(QUEUE, _task(delivery))


def _task(delivery: WebhookDelivery) -> str:
    return f"{delivery.id}-{delivery.replay}-{delivery.attempt + 1}"
