"""One attempt to deliver a message: signs it, sends it, and records the outcome. At least once, in any order.

What does not arrive is tried again after 5 s, 30 s and 5 min, then it is dead. Five dead messages in a row disable
the subscription, an answer of 410 at once, and the org's owner is told.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from shared.error_codes import ErrorCode
from shared.errors import PlaybookError, error_for_status, retry_after_seconds
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.secret_manager import MissingSecretError
from shared.gcp.settings import settings
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.messages.alert_types import WEBHOOK
from shared.notices import outbox
from shared.notices.alert import EMAIL, Alert, worded
from shared.notices.delivery import AlertDelivery
from shared.subscriptions import deliveries, line, subscriptions
from shared.subscriptions.deliveries import MOST_TRIES_KEPT, Try, WebhookDelivery
from shared.subscriptions.subscriptions import Subscription
from shared.values.words import counted
from shared.web.address import parse_address
from shared.web.fetch import fetch
from shared.web.lookups import looked_up_for
from shared.webhooks import hook_secrets
from shared.webhooks.signatures import standard_signature

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

DEAD_BEFORE_DISABLED = 5
"""Messages in a row, none of which arrived."""
TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 1_000
MAX_ERROR_CHARS = 300
_ASKS_TO_WAIT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

log = logging.get_logger(__name__)

Sent = Literal["delivered", "retrying", "dead", "canceled", "passed over"]


def disabled_alert(subscription: Subscription, last_error: str, now: datetime) -> Alert:
    """Of a subscription that was disabled now. Every member reads it: the address is shown as far as its host."""
    address = parse_address(subscription.url)
    if subscription.disabled_because == "gone":
        why = "It answered 410 Gone, which means that it takes no messages any more."
    else:
        why = (
            f"The last {counted(subscription.dead_in_a_row, 'message')} couldn't be delivered. "
            f"The most recent error: {last_error.rstrip('.')}."
        )
    return Alert(
        id=f"webhook-disabled-{subscription.id}-{int(now.timestamp())}",
        type=WEBHOOK,
        key=f"webhook-{subscription.id}",
        message=worded(
            f"We've stopped sending webhooks to {address.host}",
            f"We turned off the webhook {address.shown}. {why}\n\nFix the address, then enable it under Settings, "
            "Webhooks. You can send failed messages again from there.",
        ),
        severity="warning",
        link=links.WEBHOOKS,
        also=EMAIL,
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """What became of a try. `wait_seconds`: how long the receiver asks us to wait."""

    record: Try
    wait_seconds: float = 0

    @property
    def arrived(self) -> bool:
        return self.record.error_code is None

    @property
    def is_gone(self) -> bool:
        return self.record.status_code == HTTPStatus.GONE


@dataclass(frozen=True, slots=True)
class _Noted:
    """What was written after a try; `notice` tells the owner that the subscription was disabled."""

    delivery: WebhookDelivery
    notice: AlertDelivery | None = None


def send(delivery_id: str, replay: int, attempt: int, clock: Clock) -> Sent:
    """Make the try of that number, unless it was made before.

    Raises:
        TransientError: nothing could be noted of it just now: it is to be made again.
    """
    delivery = deliveries.read(delivery_id)
    if delivery is None or not delivery.awaits(replay, attempt):
        # Whoever made it may have died before it asked for the next.
        if delivery is not None and delivery.status == "pending":
            deliveries.enqueue(delivery)
        return "passed over"
    subscription = subscriptions.read(delivery.org_id, delivery.subscription_id)
    tried = None
    if subscription is not None and subscription.status == "active":
        tried = _try(subscription, delivery, clock)
    noted = _note(delivery, subscription, tried, clock.now())
    if noted is None:
        return "passed over"
    if noted.notice is not None:
        outbox.deliver(noted.notice, clock.now())
    if noted.delivery.status == "pending":
        deliveries.enqueue(noted.delivery)
    if subscription is None or subscription.held_since is not None:
        line.release_next(delivery.org_id, delivery.subscription_id, clock.now())
    return "retrying" if noted.delivery.status == "pending" else noted.delivery.status


def _try(subscription: Subscription, delivery: WebhookDelivery, clock: Clock) -> _Tried:
    now, began = clock.now(), time.monotonic()
    status: int | None = None
    error: PlaybookError | None = None
    answered: Mapping[str, str] = {}
    try:
        headers = _signed(subscription, delivery, now)
        with looked_up_for(delivery.org_id):
            answer = fetch(
                subscription.url,
                method="POST",
                headers=headers,
                body=delivery.payload.encode(),
                timeout=TIMEOUT_SECONDS,
                max_bytes=MAX_ANSWER_BYTES,
                cut=True,
                any_status=True,
                follows=False,
            )
        status, answered = answer.status, answer.headers
        error = _refusal(answer.shown_url, status)
    except PlaybookError as failure:
        error = failure
    record = Try(
        at=now,
        duration_ms=round((time.monotonic() - began) * 1_000),
        status_code=status,
        error_code=error.code if error is not None else None,
        error=str(error)[:MAX_ERROR_CHARS] if error is not None else None,
    )
    wait = retry_after_seconds(answered.get("retry-after"), now) if status in _ASKS_TO_WAIT else 0
    log.info(
        "a webhook was called",
        extra={
            "orgId": delivery.org_id,
            "deliveryId": delivery.id,
            "status": status,
            "errorCode": record.error_code,
        },
    )
    return _Tried(record, wait)


def _signed(subscription: Subscription, delivery: WebhookDelivery, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks; with a signature for each secret that counts, while there are two."""
    timestamp, body = int(now.timestamp()), delivery.payload.encode()
    accepted = hook_secrets.accepted(subscription.secrets, now)
    if not accepted:
        raise MissingSecretError("the webhook has no secret; expected an owner to make a new one")
    signatures = [standard_signature(one, delivery.message_id, timestamp, body) for one in accepted]
    return {
        "content-type": "application/json",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _refusal(shown_url: str, status: int) -> PlaybookError | None:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status < HTTPStatus.BAD_REQUEST:
        return PlaybookError(
            f"{shown_url} answered {status}; redirects are not followed", code=ErrorCode.PROVIDER_REFUSED
        )
    return error_for_status(status, f"{shown_url} answered {status}")


def _note(
    delivery: WebhookDelivery, known: Subscription | None, tried: _Tried | None, now: datetime
) -> _Noted | None:
    """Write what became of the try; None where somebody else has made it meanwhile."""

    def put(transaction: Transaction) -> _Noted | None:
        current = deliveries.read(delivery.id, transaction)
        if current is None or not current.awaits(delivery.replay, delivery.attempt + 1):
            return None
        after = _after(current, tried, now)
        noted = _Noted(after)
        # Messages that arrive one after the other must not all write to the subscription.
        if tried is not None and (not tried.arrived or (known is not None and known.dead_in_a_row)):
            noted = _count(after, tried, now, transaction)
        transaction.set(deliveries.reference(delivery.id), after.document())
        return noted

    return in_transaction(put, f"{deliveries.COLLECTION}/{delivery.id}")


def _after(delivery: WebhookDelivery, tried: _Tried | None, now: datetime) -> WebhookDelivery:
    """The delivery after the try; without one, its webhook takes no messages any more."""
    if tried is None:
        return delivery.model_copy(update={"status": "canceled", "due_at": None})
    attempt, delays = delivery.attempt + 1, settings().retry_delays_seconds
    known = {"attempt": attempt, "tries": (*delivery.tries, tried.record)[-MOST_TRIES_KEPT:]}
    if tried.arrived:
        return delivery.model_copy(update={**known, "status": "delivered", "due_at": None, "delivered_at": now})
    # Somebody looks at a test and can send another.
    if attempt > len(delays) or tried.is_gone or delivery.is_test:
        return delivery.model_copy(update={**known, "status": "dead", "due_at": None})
    due_at = now + timedelta(seconds=max(delays[attempt - 1], tried.wait_seconds))
    return delivery.model_copy(update={**known, "due_at": due_at})


def _count(delivery: WebhookDelivery, tried: _Tried, now: datetime, transaction: Transaction) -> _Noted:
    """What the try means for the subscription, written in the same transaction, which has written nothing yet."""
    others = {one.id: one for one in subscriptions.of_org(delivery.org_id, transaction)}
    own = others.pop(delivery.subscription_id, None)
    if own is None or delivery.status == "pending" or own.status != "active":
        return _Noted(delivery)
    after = own
    if tried.arrived:
        after = own.model_copy(update={"dead_in_a_row": 0})
    elif not delivery.is_test:
        after = own.model_copy(update={"dead_in_a_row": own.dead_in_a_row + 1})
    notice = None
    if tried.is_gone or after.dead_in_a_row >= DEAD_BEFORE_DISABLED:
        after = after.disabled("gone" if tried.is_gone else "failing", now)
        notice = AlertDelivery.of(own.org_id, disabled_alert(after, tried.record.error or "", now), now)
        transaction.set(clients.firestore().document(notice.path), notice.document())
        subscriptions.note_events(own.org_id, [*others.values(), after], transaction)
    if after != own:
        transaction.set(subscriptions.reference(own.org_id, own.id), after.document())
    return _Noted(delivery, notice)
