"""Messages sent on request: a test, and redelivery of an earlier message."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from shared.api import daily_limit
from shared.errors import ConflictError
from shared.gcp import logging
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.subscriptions import deliveries, subscriptions
from shared.subscriptions.deliveries import WebhookDelivery
from shared.subscriptions.subscriptions import Subscription
from shared.webhooks.payloads import EventType, example

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

ASKED_FOR_A_DAY = 200
"""By people and agents of one org."""

_PAGES = {EventType.ALERT_CREATED: links.PREFERENCES, EventType.DECISION_NEEDED: links.DECISIONS}
"""What the link of an example opens; that of a run, the list of playbooks: there is no such run."""

log = logging.get_logger(__name__)


def send_test(org_id: str, subscription_id: str, event: EventType | None, now: datetime) -> WebhookDelivery:
    """Send an example of the event (the subscription's first, where none is named). It is tried once.

    Raises:
        NotFoundError: the org has no such subscription.
        ConflictError: it is disabled.
        RateLimitedError: the org has asked for too many today.
    """
    subscription = _active(org_id, subscription_id)
    daily_limit.count_one(org_id, "webhook_sends", ASKED_FOR_A_DAY, now)
    chosen = event or subscription.events[0]
    data = example(chosen, org_id, links.url(_PAGES.get(chosen, links.PLAYBOOKS)), now)
    delivery = WebhookDelivery.of(
        org_id,
        subscription_id,
        f"msg_{secrets.token_hex(16)}",
        chosen,
        data.model_dump(mode="json", by_alias=True, exclude_none=True),
        now,
    ).model_copy(update={"is_test": True})
    deliveries.reference(delivery.id).create(delivery.document())
    deliveries.enqueue(delivery)
    return delivery


def resend(org_id: str, subscription_id: str, delivery_id: str, now: datetime) -> WebhookDelivery:
    """Send the message once more, under the same id and with a new ladder.

    Raises:
        NotFoundError: the org has no such subscription, or that no such delivery.
        ConflictError: the subscription is disabled, or the message is on its way already.
        RateLimitedError: the org has asked for too many today.
    """
    _active(org_id, subscription_id)
    known = deliveries.read(delivery_id)
    if known is None or (known.org_id, known.subscription_id) != (org_id, subscription_id):
        raise deliveries.missing(delivery_id)
    daily_limit.count_one(org_id, "webhook_sends", ASKED_FOR_A_DAY, now)

    def put(transaction: Transaction) -> WebhookDelivery:
        current = deliveries.read(delivery_id, transaction)
        if current is None:
            raise deliveries.missing(delivery_id)
        if current.status == "pending":
            raise ConflictError("the message is on its way already; expected one that has arrived or was given up")
        again = {"status": "pending", "attempt": 0, "replay": current.replay + 1, "due_at": now}
        wanted = current.model_copy(update=again)
        transaction.set(deliveries.reference(delivery_id), wanted.document())
        return wanted

    sent = in_transaction(put, f"{deliveries.COLLECTION}/{delivery_id}")
    deliveries.enqueue(sent)
    return sent


def _active(org_id: str, subscription_id: str) -> Subscription:
    found = subscriptions.read(org_id, subscription_id)
    if found is None:
        raise subscriptions.missing(subscription_id)
    if found.status != "active":
        raise ConflictError("the webhook is disabled; expected it enabled first")
    return found
