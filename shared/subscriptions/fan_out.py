"""Makes a delivery of a message for each subscription to it, and resumes lost deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.stored import parsed
from shared.errors import PermanentError
from shared.gcp import clients, logging, tracing
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.subscriptions import deliveries, line, subscriptions
from shared.subscriptions.deliveries import WebhookDelivery
from shared.subscriptions.subscriptions import Subscription
from shared.webhooks import messages
from shared.webhooks.messages import Message

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

OVERDUE_AFTER = timedelta(seconds=60)
SWEPT_AT_ONCE = 300

log = logging.get_logger(__name__)


def fan_out(message_id: str, now: datetime) -> int:
    """Make the message's deliveries and have them sent; to how many addresses. Nothing where that was done before.

    Raises:
        PermanentError: the message is malformed.
    """
    reference = clients.firestore().collection(messages.COLLECTION).document(message_id)
    found = reference.get()
    if not found.exists:
        return 0
    message = parsed(Message, found, id=message_id)
    if message is None:
        raise PermanentError(f"{messages.COLLECTION}/{message_id} is malformed")
    with tracing.part("webhook_message", kind="consumer", parent=tracing.parse(message.traceparent)):
        wanted = [one for one in subscriptions.of_org(message.org_id) if one.wants(message.type)]
        for one in wanted:
            _deliver(message, one, now)
        # Last: whoever is called again after a death finds it and does the rest.
        reference.delete()
    log.info(
        "a message goes out", extra={"messageId": message_id, "orgId": message.org_id, "addresses": len(wanted)}
    )
    return len(wanted)


def _deliver(message: Message, subscription: Subscription, now: datetime) -> None:
    delivery = WebhookDelivery.of(
        message.org_id, subscription.id, f"msg_{message.id}", message.type, message.data, message.occurred_at
    ).model_copy(update={"traceparent": message.traceparent})
    try:
        line.put_in_line(subscription, delivery, now)
    except AlreadyExists:
        # The process that stored it may have died before enqueueing or holding it.
        line.take_up(subscription, delivery.id, now)


def sweep(now: datetime) -> int:
    """Take up messages whose deliveries nobody made, and tries whose tasks were lost; how many.

    Raises:
        TransientError: some could not be taken up just now; the others were.
    """
    query = (
        clients.firestore()
        .collection(messages.COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", now))
        .order_by("dueAt")
        .limit(SWEPT_AT_ONCE)
    )
    with Isolation("webhook-messages") as fanned_out:
        fanned_out.each(list(query.stream()), Item.of, lambda one: fan_out(one.id, now))
    late = deliveries.late(now - OVERDUE_AFTER, SWEPT_AT_ONCE)
    with Isolation("webhook-deliveries") as sent:
        taken_up = sent.each(late, Item.of, lambda one: _take_up(one, now))
    released = line.sweep(now)
    fanned_out.require_no_waiting()
    sent.require_no_waiting()
    return fanned_out.counts.done + sum(one is True for one in taken_up) + released


def _take_up(found: DocumentSnapshot[Any], now: datetime) -> bool:
    delivery = parsed(WebhookDelivery, found, id=found.id)
    if delivery is None:
        raise PermanentError(f"{found.reference.path} is malformed")
    if delivery.status != "pending" or deliveries.is_on_its_way(delivery):
        return False
    log.warning("a delivery is overdue", extra={"deliveryId": delivery.id, "dueAt": delivery.due_at})
    return deliveries.enqueue(delivery, f"-sweep-{int(now.timestamp()) // 60}")
