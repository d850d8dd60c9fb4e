"""Sends alerts to an org's people: inbox, email and texts, each once, by the rules of `policy`.

The inbox gets an alert at once. Emails and texts refused by a provider or the tier are noted there.

`notify` is for callers that are called again if they die halfway. A caller that decides something only once puts
the alert (`AlertDelivery.of`, at its `path`) into the same commit and calls `deliver` after it; the sweep delivers
it if the process died in between.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from shared.documents.stored import parsed
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
from shared.tenants.tenant import Tenant, find_reachable, load_reachable
from shared.webhooks import messages
from shared.webhooks.payloads import AlertData, EventType

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

log = logging.get_logger(__name__)

QUEUE = "deliverLater"
TRY_AGAIN_AFTER = timedelta(seconds=30)
PATIENCE = timedelta(days=1)
"""How long a provider may delay an alert; after that, only the queue's retries remain."""
SWEPT_AGAIN_AFTER = timedelta(hours=1)
SWEPT_FOR = timedelta(days=3)
SWEPT_AT_ONCE = 200

Fate = Literal["sent", "waiting", "counted", "dashboard only"]
"""An alert's outcome. `waiting`: a task sends it."""


def notify(org_id: str, alert: Alert, now: datetime, webhook_events: Collection[str] | None = None) -> Fate:
    """Notify an org's people. The same alert id again, even concurrently, notifies nobody twice.

    What can't be sent now is sent by a task; the caller only has to call again if it may have died in here. For a
    deleted org only the inbox is written.

    `webhook_events`: the events the org's other systems subscribe to, if known; otherwise they are looked up.

    Raises:
        TransientError: it could not even be stored.
    """
    new = AlertDelivery.of(org_id, alert, now)
    return _deliver(new, now, is_stored=False, webhook_events=webhook_events)


def deliver(stored: AlertDelivery, now: datetime) -> Fate | None:
    """Sends an alert that was stored with another write. None on failure: the sweep will send it."""
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
    # First, so that repeated failures don't block others.
    found.reference.update({"dueAt": now + SWEPT_AGAIN_AFTER})
    delivery = deliveries.read(found.id)
    if delivery is None or now - delivery.created_at > SWEPT_FOR:
        log.error("giving up on an alert", extra={"path": found.reference.path})
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
    # Inbox-only notifications of runs don't need the org.
    org = find_reachable(new.org_id) if alert.at_most - DASHBOARD or webhook_events is None else None
    events = webhook_events if webhook_events is not None else org.webhook_events if org is not None else ()
    wanted = policy.wanted(alert, chosen)
    failed = _put_into_inbox(new, events) if Channel.DASHBOARD in wanted else None
    # Parts sent before the org turned its channels off still have to be counted.
    if org is not None and alert.at_most - DASHBOARD and (policy.reachable(org, wanted) or new.is_in_doubt):
        owing = new.model_copy(update={"owes_inbox": failed is not None})
        fate = _send(org, owing, chosen, wanted, now)
    elif is_stored and failed is None:
        deliveries.reference(new.id).update({"doneAt": now, "dueAt": None})
    if failed is not None:
        raise failed
    return fate


def _chosen(new: AlertDelivery) -> Preferences:
    # Inbox-only alerts don't depend on preferences.
    if new.alert.also == new.alert.at_most == DASHBOARD:
        return preferences.NOTHING_CHOSEN
    return preferences.load(new.org_id)


def _put_into_inbox(new: AlertDelivery, webhook_events: Collection[str]) -> Exception | None:
    """Returns the error, to raise after the other channels were served."""
    try:
        inbox.write(new.alert.id, new.notification(), _for_other_systems(new, webhook_events))
    except Exception as error:  # noqa: BLE001 - raised again by the caller
        return error
    return None


def _for_other_systems(new: AlertDelivery, webhook_events: Collection[str]) -> tuple[str, dict[str, Any]] | None:
    """The message to other systems, if they want it; never about their own webhooks."""
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
    """Sends email and texts, now or later."""
    delivery = planning.plan(org, planning.meant_for(org, new, wanted, chosen, now), chosen, now)
    _send_digests(org, delivery, chosen, now)
    return "counted" if delivery.decision == "counted" else _send_or_wait(org, delivery.id, chosen, now)


def is_repeat(org: Tenant, alert: Alert, channels: Collection[Channel], now: datetime) -> bool:
    """Whether the alert repeats another of the last hour; the digest at the end of the hour then includes it.

    For callers that send the first alert themselves with their own content. Repeatable with the same alert id.

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
    """Sends a waiting alert; False if it was sent already or a provider asked us to wait longer.

    Raises:
        TransientError: it isn't due yet, or a part could not be sent now.
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
        # The queue's own retries could come too early and hold up other orgs' alerts.
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
        digest = planning.digest(org, current, chosen, now)
        transaction.set(deliveries.reference(digest.id), digest.document())
        transaction.set(reference, current.model_copy(update={"told": True}).document())

    in_transaction(close, f"{policy.WINDOWS}/{window_id}")
    ended_id = deliveries.delivery_id(org.id, policy.digest_id(window_id, started))
    if deliveries.read(ended_id) is None:
        return False
    _send_or_wait(org, ended_id, chosen, now)
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
    """Postpones it if it is now quiet hours, after a delay or a changed setting; returns whether it did."""
    at = policy.send_at(delivery.alert, chosen, org.timezone, now)
    if at <= now:
        return False
    deliveries.reference(delivery.id).update({"sendAt": at, "dueAt": at + LATE_AFTER})
    call_at(f"{delivery.id}-deliver-{int(at.timestamp())}", {"kind": "message", "id": delivery.id}, at)
    return True


def _try_again(delivery: AlertDelivery, error: TransientError, now: datetime) -> None:
    """Retries by a task, at the time the provider asked for or soon."""
    log.warning("alert postponed", extra={"alertId": delivery.alert.id, "reason": str(error)})
    at = now + max(TRY_AGAIN_AFTER, timedelta(seconds=error.retry_after_seconds))
    # Task names can't be reused, and the current task may have this name.
    suffix = f"-again-{int(at.timestamp())}" if error.retry_after_seconds else "-again"
    call_at(f"{delivery.id}-deliver{suffix}", {"kind": "message", "id": delivery.id}, at)


def call_at(name: str, payload: dict[str, Any], at: datetime) -> None:
    """Schedules a call of `functions.deliver_later`, once per name."""
    create_named_task(QUEUE, name, payload, deadline_seconds=120, at=at)
