"""Limits how many messages are sent to one address at once, so that a slow or busy address delays no other.

Messages over the limit are stored without a task (`heldAt`) and sent in order as tries end. While any are held, the
subscription has `heldSince`; without it nobody looks for held messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1 import DELETE_FIELD
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.stored import parsed
from shared.gcp import clients, logging
from shared.gcp.transactions import in_transaction
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.subscriptions import deliveries, subscriptions
from shared.subscriptions.deliveries import WebhookDelivery
from shared.subscriptions.subscriptions import Subscription

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query, Transaction

AT_ONCE = 5
"""Messages to one address with a due task. An org has up to ten addresses; the queue has room for 100."""
SOON = timedelta(seconds=10)
"""Tries due within this time count too; those due later don't."""
LOOKED_AT_AFTER = timedelta(seconds=60)
SWEPT_AT_ONCE = 300
CANCELED_AT_ONCE = 400
_MOST_CANCELED = 4_000
"""Per call; the sweep does the rest."""

log = logging.get_logger(__name__)


def put_in_line(subscription: Subscription, delivery: WebhookDelivery, now: datetime) -> None:
    """Stores the delivery and sends it now or when it is its turn.

    Raises:
        AlreadyExists: it has been written before (google.api_core).
    """
    is_held = subscription.held_since is not None or _under_way(subscription.id, now) >= AT_ONCE
    if not is_held:
        deliveries.reference(delivery.id).create(delivery.document())
        deliveries.enqueue(delivery)
        return
    held = delivery.model_copy(update={"due_at": None, "held_at": now})
    deliveries.reference(held.id).create(held.document())
    if subscription.held_since is None:
        # Those in progress may all have ended by now without noticing the held one.
        release_next(subscription.org_id, subscription.id, now, is_marked=_mark(subscription, now))


def take_up(subscription: Subscription, delivery_id: str, now: datetime) -> None:
    """Finishes what the process that stored the delivery may not have done."""
    known = deliveries.read(delivery_id)
    if known is None or known.status != "pending":
        return
    if known.held_at is None:
        deliveries.enqueue(known)
    elif subscription.held_since is None:
        release_next(subscription.org_id, subscription.id, now, is_marked=_mark(subscription, now))


def release_next(org_id: str, subscription_id: str, now: datetime, *, is_marked: bool = True) -> int:
    """Sends as many held messages as there is room for, oldest first; returns how many.

    If the subscription is inactive or deleted, they are canceled.
    """
    subscription = subscriptions.read(org_id, subscription_id) if is_marked else None
    if subscription is None or subscription.status != "active":
        _cancel(subscription_id)
        if subscription is not None:
            _unmark(org_id, subscription_id)
        return 0
    room = AT_ONCE - _under_way(subscription_id, now)
    if room <= 0:
        return 0
    found = list(_held(subscription_id).limit(room + 1).stream())
    gone = sum(_send(one, now) for one in found[:room])
    if len(found) <= room:
        _unmark(org_id, subscription_id)
    return gone


def sweep(now: datetime) -> int:
    """Checks lines that have existed for a while, in case a release was lost; returns how many messages were sent.

    Raises:
        TransientError: some lines couldn't be checked now; the others were.
    """
    query = (
        clients.firestore()
        .collection_group(subscriptions.COLLECTION)
        .where(filter=FieldFilter("heldSince", "<=", now - LOOKED_AT_AFTER))
        .order_by("heldSince")
        .limit(SWEPT_AT_ONCE)
    )
    with Isolation("webhook-lines") as looked_at:
        gone = looked_at.each(list(query.stream()), Item.of, lambda one: release_next(_org_of(one), one.id, now))
    looked_at.require_no_waiting()
    return sum(one or 0 for one in gone)


def _org_of(found: DocumentSnapshot[Any]) -> str:
    return str(found.reference.path.split("/")[1])


def _under_way(subscription_id: str, now: datetime) -> int:
    query: Any = (
        clients.firestore()
        .collection(deliveries.COLLECTION)
        .where(filter=FieldFilter("subscriptionId", "==", subscription_id))
        .where(filter=FieldFilter("dueAt", "<=", now + SOON))
        .order_by("dueAt")
        .limit(AT_ONCE)
    )
    return int(query.count().get()[0][0].value)


def _held(subscription_id: str) -> Query:
    return (
        clients.firestore()
        .collection(deliveries.COLLECTION)
        .where(filter=FieldFilter("subscriptionId", "==", subscription_id))
        .order_by("heldAt")
    )


def _send(found: DocumentSnapshot[Any], now: datetime) -> bool:
    """Whether it was sent; False if somebody else just did."""
    from google.api_core.exceptions import FailedPrecondition, NotFound

    delivery = parsed(WebhookDelivery, found, id=found.id)
    if delivery is None:
        # It would block the line.
        found.reference.update({"heldAt": DELETE_FIELD})
        return False
    option = clients.firestore().write_option(last_update_time=found.update_time)
    try:
        found.reference.update({"heldAt": DELETE_FIELD, "dueAt": now}, option=option)
    except (FailedPrecondition, NotFound):
        return False
    # If the task is lost, the sweep finds the due delivery.
    deliveries.enqueue(delivery.model_copy(update={"held_at": None, "due_at": now}))
    return True


def _mark(subscription: Subscription, now: datetime) -> bool:
    """Marks the subscription as having held messages; returns whether it exists."""

    def put(transaction: Transaction) -> bool:
        known = subscriptions.read(subscription.org_id, subscription.id, transaction)
        if known is None:
            return False
        if known.held_since is None:
            transaction.update(subscriptions.reference(known.org_id, known.id), {"heldSince": now})
        return True

    log.info("messages wait in line", extra={"orgId": subscription.org_id, "webhookId": subscription.id})
    return in_transaction(put, f"the webhook {subscription.id}")


def _unmark(org_id: str, subscription_id: str) -> None:
    """Removes the mark if no messages are held; a message stored at the same moment sets it again."""

    def put(transaction: Transaction) -> None:
        known = subscriptions.read(org_id, subscription_id, transaction)
        left = list(_held(subscription_id).limit(1).stream(transaction=transaction))
        if known is not None and known.held_since is not None and not left:
            transaction.update(subscriptions.reference(org_id, subscription_id), {"heldSince": DELETE_FIELD})

    in_transaction(put, f"the webhook {subscription_id}")


def _cancel(subscription_id: str) -> None:
    canceled = 0
    while canceled < _MOST_CANCELED:
        found: Sequence[DocumentSnapshot[Any]] = list(_held(subscription_id).limit(CANCELED_AT_ONCE).stream())
        batch = clients.firestore().batch()
        for one in found:
            batch.update(one.reference, {"heldAt": DELETE_FIELD, "status": "canceled"})
        if found:
            batch.commit()
        canceled += len(found)
        if len(found) < CANCELED_AT_ONCE:
            return
