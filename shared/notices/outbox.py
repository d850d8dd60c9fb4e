"""Sends alerts to an org's people: inbox, email and texts, each once, by the rules of `policy`.

The inbox has an alert at once. What a provider or the tier refuses of its email and its texts is noted there.

`notify` is for callers that are called again if they die halfway. A caller that decides something only once puts
the alert (`AlertDelivery.of`, at its `path`) into the same commit and calls `deliver` after it; the sweep delivers
it if the process died in between.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from shared.errors import TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.task_queue import create_named_task
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.messages.alert_types import WEBHOOK
from shared.notices import delivery as deliveries
from shared.notices import inbox, planning, policy, preferences, sending
from shared.notices.alert import DASHBOARD, Alert
from shared.notices.delivery import LATE_AFTER, AlertDelivery
from shared.notices.policy import Window
from shared.notices.preferences import Channel, Preferences
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.quarantine.stored import parsed
from shared.tenants.tenant import Tenant, find_reachable, load_reachable
from shared.webhooks import messages
from shared.webhooks.payloads import AlertData, EventType

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

log = logging.get_logger(__name__)

QUEUE = "deliverLater"
TRY_AGAIN_AFTER = timedelta(seconds=30)
PATIENCE = timedelta(days=1)
"""How long a provider may delay an alert; after that, the queue's retries remain."""
SWEPT_AGAIN_AFTER = timedelta(hours=1)
SWEPT_FOR = timedelta(days=3)
SWEPT_AT_ONCE = 200

Fate = Literal["sent", "waiting", "counted", "dashboard only"]
"""An alert's outcome. `waiting`: a task sends it."""


def notify(org_id: str, alert: Alert, now: datetime, webhook_events: Collection[str] | None = None) -> Fate:
    """Notify an org's people. The same alert id again, even concurrently, notifies nobody twice.

    What cannot be sent just now is sent by a task: no caller has to call again for that. One that may have died in
    here calls again. Of an org that is gone only the inbox is written.

    `webhook_events`: what the org's other systems are told of, where the caller knows it; else it is looked up.

    Raises:
        TransientError: it could not even be stored.
    """
    new = AlertDelivery.of(org_id, alert, now)
    return _deliver(new, now, is_stored=False, webhook_events=webhook_events)


def deliver(stored: AlertDelivery, now: datetime) -> Fate | None:
    """Send what was put into the outbox together with another write. None if that fails: the sweep sends it."""
    try:
        return _deliver(stored, now, is_stored=True)
    except Exception:
        log.exception("an alert stays in the outbox for now", extra={"alertId": stored.alert.id})
        return None


def sweep(now: datetime) -> int:
    """Send what is overdue in the outbox: its sender died, or its task was lost. Returns how many.

    Raises:
        TransientError: some couldn't be sent just now; the others were, and these are retried in an hour.
    """
    found = deliveries.late(now, SWEPT_AT_ONCE)
    with Isolation("outbox", remembers=False) as isolation:
        isolation.each(found, Item.of, lambda one: _take_up(one, now))
    isolation.require_no_waiting()
    return isolation.counts.done


def _take_up(found: DocumentSnapshot[Any], now: datetime) -> None:
    # First of all: what fails each time must not be in the way of the others.
    found.reference.update({"dueAt": now + SWEPT_AGAIN_AFTER})
    delivery = deliveries.read(found.id)
    if delivery is None or now - delivery.created_at > SWEPT_FOR:
        log.error("an alert is given up", extra={"path": found.reference.path})
        found.reference.update({"dueAt": None})
        return
    if delivery.decision == "gathering":
        call_at(f"{delivery.id}-daily-{int(now.timestamp())}", {"kind": "daily", "id": delivery.id}, now)
        return
    fate = _deliver(delivery, now, is_stored=True)
    if delivery.decision == "counted":
        send_digest(delivery.window_id, delivery.window_started or 0, now)
    if fate in ("sent", "counted"):
        found.reference.update({"dueAt": None})


def _deliver(
    new: AlertDelivery, now: datetime, *, is_stored: bool, webhook_events: Collection[str] | None = None
) -> Fate:
    alert = new.alert
    fate: Fate = "dashboard only"
    chosen = _chosen(new)
    # A run's line for the inbox alone costs no look-up of its org.
    org = find_reachable(new.org_id) if alert.at_most - DASHBOARD or webhook_events is None else None
    events = webhook_events if webhook_events is not None else org.webhook_events if org is not None else ()
    wanted = policy.wanted(alert, chosen)
    failed = _put_into_inbox(new, events) if Channel.DASHBOARD in wanted else None
    # What may have gone out before the org turned its channels off is still to be counted.
    if org is not None and alert.at_most - DASHBOARD and (policy.reachable(org, wanted) or new.is_in_doubt):
        owing = new.model_copy(update={"owes_inbox": failed is not None})
        fate = _send(org, owing, chosen, wanted, now)
    elif is_stored and failed is None:
        deliveries.reference(new.id).update({"doneAt": now, "dueAt": None})
    if failed is not None:
        raise failed
    return fate


def _chosen(new: AlertDelivery) -> Preferences:
    # For the inbox alone nobody needs to look at what the org chose.
    if new.alert.also == new.alert.at_most == DASHBOARD:
        return preferences.NOTHING_CHOSEN
    return preferences.load(new.org_id)


def _put_into_inbox(new: AlertDelivery, webhook_events: Collection[str]) -> Exception | None:
    """What failed: to be raised when the other channels have had the alert."""
    try:
        inbox.write(new.alert.id, new.notification(), _for_other_systems(new, webhook_events))
    except Exception as error:  # noqa: BLE001 - raised again by the caller
        return error
    return None


def _for_other_systems(new: AlertDelivery, webhook_events: Collection[str]) -> tuple[str, dict[str, Any]] | None:
    """The path and the fields of their message, where they want it; none about their own webhooks."""
    alert = new.alert
    if EventType.ALERT_CREATED not in webhook_events or alert.type == WEBHOOK:
        return None
    data = AlertData(
        org_id=new.org_id,
        url=links.url(links.alert(alert.id)),
        alert_id=alert.id,
        type=alert.type,
        severity=alert.severity,
        playbook_id=alert.playbook_id,
        execution_id=alert.execution_id,
    )
    return messages.written(new.org_id, EventType.ALERT_CREATED, (alert.id,), data, new.created_at)


def _send(org: Tenant, new: AlertDelivery, chosen: Preferences, wanted: frozenset[Channel], now: datetime) -> Fate:
    """Over email and texts, or later."""
    delivery = planning.plan(org, planning.meant_for(org, new, wanted, chosen, now), chosen, now)
    _send_digests(org, delivery, chosen, now)
    return "counted" if delivery.decision == "counted" else _send_or_wait(org, delivery.id, chosen, now)


def is_repeat(org: Tenant, alert: Alert, channels: Collection[Channel], now: datetime) -> bool:
    """Whether the alert repeats another of the last hour; the digest at the end of the hour then includes it.

    For callers that send the first one themselves, in words and with receipts of their own. The same alert id again
    has the same answer.

    Raises:
        TransientError: it could not be stored.
    """
    new = AlertDelivery.of(org.id, alert, now)
    reached = tuple(sorted(policy.reachable(org, channels)))
    meant = new.model_copy(update={"channels": reached, "decision": "send", "done_at": now, "due_at": None})
    chosen = preferences.load(org.id)
    delivery = planning.plan(org, meant, chosen, now)
    _send_digests(org, delivery, chosen, now)
    return delivery.decision == "counted"


def send_waiting(delivery_id: str, now: datetime) -> bool:
    """Send what waited; False where it has gone, or goes when a provider wants to hear of us again.

    Raises:
        TransientError: it is not time yet, or a part could not be sent just now.
        NotFoundError: the org is gone.
    """
    delivery = deliveries.read(delivery_id)
    if delivery is None or delivery.done_at is not None:
        return False
    if delivery.send_at > now:
        raise TransientError(f"the message waits until {delivery.send_at.isoformat()}")
    org, chosen = load_reachable(delivery.org_id), preferences.load(delivery.org_id)
    if _put_off(org, delivery, chosen, now):
        return False
    try:
        sending.send(org, delivery, chosen, now)
    except TransientError as error:
        if not error.retry_after_seconds or now - delivery.send_at > PATIENCE:
            raise
        # Of the queue's own retries one would come too early, and holds up other orgs' alerts.
        _try_again(delivery, error, now)
        return False
    return True


def send_digest(window_id: str, started: int, now: datetime) -> bool:
    """Send the digest of the repeats that the window counted, once; False if there were none.

    Raises:
        TransientError: the window is still open, or the message could not be sent just now.
        NotFoundError: the org is gone.
    """
    reference = firestore().collection(policy.WINDOWS).document(window_id)
    window = parsed(Window, reference.get())
    if window is None:
        return False
    org = load_reachable(window.org_id)
    chosen = preferences.load(org.id)

    def close(transaction: Transaction) -> None:
        current = parsed(Window, reference.get(transaction=transaction))
        if current is None or current.started != started or not current.has_untold:
            return
        if now < current.ends_at:
            raise TransientError(f"the window is open until {current.ends_at.isoformat()}")
        told = planning.digest(org, current, chosen, now)
        transaction.set(deliveries.reference(told.id), told.document())
        transaction.set(reference, current.model_copy(update={"told": True}).document())

    in_transaction(close, f"{policy.WINDOWS}/{window_id}")
    told_id = deliveries.delivery_id(org.id, policy.digest_id(window_id, started))
    if deliveries.read(told_id) is None:
        return False
    _send_or_wait(org, told_id, chosen, now)
    return True


def _send_digests(org: Tenant, delivery: AlertDelivery, chosen: Preferences, now: datetime) -> None:
    """The digest that the alert completed, and the one that will include the alert."""
    if delivery.digest_id is not None:
        _send_or_wait(org, delivery.digest_id, chosen, now)
    if delivery.decision == "counted":
        payload = {"kind": "digest", "id": delivery.window_id, "started": delivery.window_started}
        call_at(f"{delivery.window_id}-digest-{delivery.window_started}", payload, delivery.send_at)


def _send_or_wait(org: Tenant, delivery_id: str, chosen: Preferences, now: datetime) -> Fate:
    delivery = deliveries.read(delivery_id)
    if delivery is None or delivery.done_at is not None:
        return "sent"
    if delivery.send_at > now:
        call_at(f"{delivery_id}-deliver", {"kind": "message", "id": delivery_id}, delivery.send_at)
        return "waiting"
    if _put_off(org, delivery, chosen, now):
        return "waiting"
    try:
        sending.send(org, delivery, chosen, now)
    except TransientError as error:
        _try_again(delivery, error, now)
        return "waiting"
    return "sent"


def _put_off(org: Tenant, delivery: AlertDelivery, chosen: Preferences, now: datetime) -> bool:
    """Whether it has come into the quiet hours meanwhile: held up by a provider, or by hours that are new."""
    at = policy.send_at(delivery.alert, chosen, org.timezone, now)
    if at <= now:
        return False
    deliveries.reference(delivery.id).update({"sendAt": at, "dueAt": at + LATE_AFTER})
    call_at(f"{delivery.id}-deliver-{int(at.timestamp())}", {"kind": "message", "id": delivery.id}, at)
    return True


def _try_again(delivery: AlertDelivery, error: TransientError, now: datetime) -> None:
    """By a task, when the provider asked for it to be, or soon."""
    log.warning("an alert waits", extra={"alertId": delivery.alert.id, "reason": str(error)})
    at = now + max(TRY_AGAIN_AFTER, timedelta(seconds=error.retry_after_seconds))
    # A name is spent with its task, which may be what asks here.
    suffix = f"-again-{int(at.timestamp())}" if error.retry_after_seconds else "-again"
    call_at(f"{delivery.id}-deliver{suffix}", {"kind": "message", "id": delivery.id}, at)


def call_at(name: str, payload: dict[str, Any], at: datetime) -> None:
    """Have `functions.deliver_later` called with the payload then, once for the name."""
    create_named_task(QUEUE, name, payload, deadline_seconds=120, at=at)
