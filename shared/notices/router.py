"""The one road of alerts to an org's people: preferences, quiet hours, repeats, and what may be texted in an hour.

The dashboard has an alert at once. Its email and its texts (over the channels that the org chose for its type) wait
for the end of the org's quiet hours unless it is critical; repeats within an hour are counted and told in one
message; at most 20 texts an hour go out, and what a provider or the tier refuses is noted in the inbox.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from shared.errors import TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.notices import alert_record, alert_sending, alert_tasks, digest, inbox, preferences
from shared.notices.alert import Alert
from shared.notices.alert_record import Delivery
from shared.notices.digest import Window
from shared.notices.preferences import Channel, Preferences
from shared.tenants.tenant import Tenant, load_reachable

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

TRY_AGAIN_AFTER = timedelta(seconds=30)
PATIENCE = timedelta(days=1)
"""How long a provider may put an alert off; then it has what the queue's retries have left."""

Fate = Literal["sent", "waiting", "counted", "dashboard only"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of an alert. `waiting`: a task sends it. `channels`: where it went or will go."""

    fate: Fate
    channels: frozenset[Channel]


def deliver_alert(org: Tenant, alert: Alert, now: datetime) -> Delivered:
    """Tell an org's people. The same alert id again, also at the same moment, tells nothing twice.

    What cannot be sent just now is sent by a task: no caller has to call again for that. One that may have died in
    here calls again.

    Raises:
        TransientError: it could not even be stored.
    """
    chosen = preferences.load(org.id)
    wanted = chosen.channels(alert.type) | alert.also
    not_in_inbox = _put_into_inbox(org, alert, now) if Channel.DASHBOARD in wanted else None
    delivered = _send(org, alert, chosen, wanted, now)
    if not_in_inbox is not None:
        raise not_in_inbox
    return delivered


def _put_into_inbox(org: Tenant, alert: Alert, now: datetime) -> Exception | None:
    """What failed: to be raised when the other channels have had the alert."""
    try:
        inbox.write(alert.id, _delivery(org, alert, (), now, now).notification())
    except Exception as error:  # noqa: BLE001 - raised again by the caller
        return error
    return None


def _send(org: Tenant, alert: Alert, chosen: Preferences, wanted: frozenset[Channel], now: datetime) -> Delivered:
    """Over email and texts, or later."""
    roads = _reachable(org, wanted)
    if not roads:
        return Delivered("dashboard only", wanted & {Channel.DASHBOARD})
    delivery = _plan(org, _delivery(org, alert, roads, now, _send_at(org, alert, chosen, now)), chosen, now)
    _tell_digests(org, delivery, now)
    reached = frozenset(delivery.channels) | (wanted & {Channel.DASHBOARD})
    if delivery.decision == "counted":
        return Delivered("counted", reached)
    return Delivered(_send_or_wait(org, delivery.id, now), reached)


def is_repeat(org: Tenant, alert: Alert, channels: Collection[Channel], now: datetime) -> bool:
    """Whether the alert repeats another of the last hour; the digest at the hour's end then tells of it.

    For callers that send the first one themselves, in words and with receipts of their own. The same alert id again
    has the same answer.

    Raises:
        TransientError: it could not be stored.
    """
    meant = _delivery(org, alert, _reachable(org, channels), now, now).model_copy(update={"done_at": now})
    delivery = _plan(org, meant, preferences.load(org.id), now)
    _tell_digests(org, delivery, now)
    return delivery.decision == "counted"


def send_waiting(delivery_id: str, now: datetime) -> bool:
    """Send what waited; False where it has gone, or goes when a provider wants to hear of us again.

    Raises:
        TransientError: it is not time yet, or a part could not be sent just now.
        NotFoundError: the org is gone.
    """
    delivery = alert_record.read(delivery_id)
    if delivery is None or delivery.done_at is not None:
        return False
    if delivery.send_at > now:
        raise TransientError(f"the message waits until {delivery.send_at.isoformat()}")
    try:
        alert_sending.send(load_reachable(delivery.org_id), delivery_id, now)
    except TransientError as error:
        if not error.retry_after_seconds or now - delivery.send_at > PATIENCE:
            raise
        # Of the queue's own retries one would come too early, and holds up other orgs' alerts.
        _try_again(delivery, error, now)
        return False
    return True


def tell_digest(window_id: str, started: int, now: datetime) -> bool:
    """Tell of the repeats that the window counted, once; False where there were none.

    Raises:
        TransientError: the window is still open, or the message could not be sent just now.
        NotFoundError: the org is gone.
    """
    reference = firestore().collection(digest.COLLECTION).document(window_id)
    window = digest.parse_window(reference.get().to_dict(), window_id)
    if window is None:
        return False
    org = load_reachable(window.org_id)
    chosen = preferences.load(org.id)

    def close(transaction: Transaction) -> None:
        current = digest.parse_window(reference.get(transaction=transaction).to_dict(), window_id)
        if current is None or current.started != started or not current.has_untold:
            return
        if now < current.ends_at:
            raise TransientError(f"the window is open until {current.ends_at.isoformat()}")
        told = _digest_delivery(org, current, chosen, now)
        transaction.set(alert_record.reference(told.id), told.document())
        transaction.set(reference, current.model_copy(update={"told": True}).document())

    in_transaction(close, f"{digest.COLLECTION}/{window_id}")
    told_id = alert_record.delivery_id(org.id, digest.digest_id(window_id, started))
    if alert_record.read(told_id) is None:
        return False
    _send_or_wait(org, told_id, now)
    return True


def _plan(org: Tenant, meant: Delivery, chosen: Preferences, now: datetime) -> Delivery:
    """Decide in one commit with the window whether it goes out; what was decided before stays so."""
    alert = meant.alert
    window_id = digest.window_id(org.id, alert.type, alert.key)
    window_reference = firestore().collection(digest.COLLECTION).document(window_id)

    def plan(transaction: Transaction) -> Delivery:
        known = alert_record.read(meant.id, transaction)
        if known is not None:
            return known
        window = digest.parse_window(window_reference.get(transaction=transaction).to_dict(), window_id)
        step = digest.step(window, org.id, alert, meant.channels, now, meant.send_at)
        delivery = meant
        if not step.goes_out:
            delivery = delivery.model_copy(
                update={
                    "decision": "counted",
                    "window_started": step.window.started,
                    "send_at": step.window.ends_at,
                    "done_at": None,
                }
            )
        if step.ended is not None:
            told = _digest_delivery(org, step.ended, chosen, now)
            transaction.set(alert_record.reference(told.id), told.document())
            delivery = delivery.model_copy(update={"digest_id": told.id})
        transaction.set(window_reference, step.window.document())
        transaction.set(alert_record.reference(delivery.id), delivery.document())
        return delivery

    return in_transaction(plan, f"{digest.COLLECTION}/{window_id}")


def _tell_digests(org: Tenant, delivery: Delivery, now: datetime) -> None:
    """The one that the alert has brought to light, and the one that will tell of the alert."""
    if delivery.digest_id is not None:
        _send_or_wait(org, delivery.digest_id, now)
    if delivery.decision == "counted" and delivery.window_started is not None:
        window_id = digest.window_id(delivery.org_id, delivery.alert.type, delivery.alert.key)
        alert_tasks.tell_digest_at(window_id, delivery.window_started, delivery.send_at)


def _send_or_wait(org: Tenant, delivery_id: str, now: datetime) -> Fate:
    delivery = alert_record.read(delivery_id)
    if delivery is None or delivery.done_at is not None:
        return "sent"
    if delivery.send_at > now:
        alert_tasks.deliver_at(delivery_id, delivery.send_at)
        return "waiting"
    try:
        alert_sending.send(org, delivery_id, now)
    except TransientError as error:
        _try_again(delivery, error, now)
        return "waiting"
    return "sent"


def _try_again(delivery: Delivery, error: TransientError, now: datetime) -> None:
    """By a task, when the provider asked for it to be, or soon."""
    log.warning("an alert waits", extra={"alertId": delivery.alert.id, "reason": str(error)})
    at = now + max(TRY_AGAIN_AFTER, timedelta(seconds=error.retry_after_seconds))
    # A name is spent with its task, which may be what asks here.
    suffix = f"-again-{int(at.timestamp())}" if error.retry_after_seconds else "-again"
    alert_tasks.deliver_at(delivery.id, at, suffix=suffix)


def _digest_delivery(org: Tenant, window: Window, chosen: Preferences, now: datetime) -> Delivery:
    alert = digest.digest_alert(window, org.timezone)
    return _delivery(org, alert, _reachable(org, window.channels), now, _send_at(org, alert, chosen, now))


def _delivery(org: Tenant, alert: Alert, roads: Collection[Channel], now: datetime, send_at: datetime) -> Delivery:
    return Delivery(
        org_id=org.id,
        alert=alert,
        channels=tuple(sorted(roads)),
        decision="send",
        created_at=now,
        send_at=send_at,
    )


def _send_at(org: Tenant, alert: Alert, chosen: Preferences, now: datetime) -> datetime:
    if alert.severity == "critical":
        return now
    return chosen.quiet_until(org.timezone, now) or now


def _reachable(org: Tenant, wanted: Collection[Channel]) -> frozenset[Channel]:
    """Of email and texts, those that are wanted and have somebody to go to."""
    somebody = {Channel.EMAIL: bool(org.owner_email), Channel.SMS: bool(org.staff_phones)}
    return frozenset(channel for channel, there in somebody.items() if there and channel in wanted)
