"""Decides whether an alert is sent or counted as a repeat, in one commit with its window."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.documents.stored import parsed
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.notices import delivery as deliveries
from shared.notices import policy
from shared.notices.delivery import LATE_AFTER, AlertDelivery
from shared.notices.policy import Window
from shared.notices.preferences import Channel, Preferences
from shared.tenants.tenant import Tenant

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def plan(org: Tenant, meant: AlertDelivery, chosen: Preferences, now: datetime) -> AlertDelivery:
    """Decides whether it is sent or counted; earlier decisions stand."""
    window_id = meant.window_id
    window_reference = firestore().collection(policy.WINDOWS).document(window_id)
    if meant.done_at is not None and _is_first(org, meant, window_reference, now):
        return meant

    def decide(transaction: Transaction) -> AlertDelivery:
        window = parsed(Window, window_reference.get(transaction=transaction))
        if window is not None and window.opened_by == meant.id:
            return meant
        known = deliveries.read(meant.id, transaction)
        if known is not None and known.decision != "open":
            return known
        step = policy.step(window, org.id, meant.alert, meant.channels, now, meant.send_at)
        delivery = meant
        if not step.goes_out:
            counted = {"decision": "counted", "window_started": step.window.started, "done_at": None}
            ends = {"send_at": step.window.ends_at, "due_at": step.window.ends_at + LATE_AFTER}
            delivery = delivery.model_copy(update=counted | ends)
        if step.ended is not None:
            ended = digest(org, step.ended, chosen, now)
            transaction.set(deliveries.reference(ended.id), ended.document())
            delivery = delivery.model_copy(update={"digest_id": ended.id})
        if step.is_new and step.ended is None and meant.done_at is not None:
            transaction.set(window_reference, _opened_by(step.window, meant))
            return delivery
        transaction.set(window_reference, step.window.document())
        transaction.set(deliveries.reference(delivery.id), delivery.document())
        return delivery

    return in_transaction(decide, f"{policy.WINDOWS}/{window_id}")


def _is_first(org: Tenant, meant: AlertDelivery, window_reference: Any, now: datetime) -> bool:
    """Opens a new window without reading; returns False if there was one already, which is rare."""
    from google.api_core.exceptions import AlreadyExists

    window = policy.step(None, org.id, meant.alert, meant.channels, now, meant.send_at).window
    try:
        window_reference.create(_opened_by(window, meant))
    except AlreadyExists:
        return False
    return True


def _opened_by(window: Window, meant: AlertDelivery) -> dict[str, Any]:
    """The caller sends it, so nothing is left to do; the window remembers the decision."""
    return window.model_copy(update={"opened_by": meant.id}).document()


def digest(org: Tenant, window: Window, chosen: Preferences, now: datetime) -> AlertDelivery:
    """The digest of a window's repeats."""
    new = AlertDelivery.of(org.id, policy.digest_alert(window, org.timezone), now)
    return meant_for(org, new, window.channels, chosen, now)


def meant_for(
    org: Tenant, new: AlertDelivery, channels: Collection[Channel], chosen: Preferences, now: datetime
) -> AlertDelivery:
    """The delivery to send unless it repeats another."""
    at = policy.send_at(new.alert, chosen, org.timezone, now)
    reached = tuple(sorted(policy.reachable(org, channels)))
    return new.model_copy(
        update={"channels": reached, "decision": "send", "send_at": at, "due_at": at + LATE_AFTER}
    )
