"""Handles unsubscribe links.

Email to an org's people is about one alert type: unsubscribing turns its emails off in the org's preferences. Any
other email is tied to its recipient: unsubscribing stops all of the org's email to that address and marks its
customers `emailOptOut`. Tokens don't expire, because links in old emails must work.
"""

from __future__ import annotations

from datetime import datetime

from shared.compliance import suppressions
from shared.compliance.customer_lookup import customers_by_address
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.messages.unsubscribe_link import Subscription
from shared.notices import preferences
from shared.values.email_address import mailbox_key


def stop(subscription: Subscription, now: datetime) -> None:
    """Unsubscribes; safe to repeat."""
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=False)
    elif subscription.address:
        suppressions.opt_out(subscription.org_id, subscription.address, now)
        _mark_customers(subscription.org_id, subscription.address, opted_out=True)


def resume(subscription: Subscription) -> None:
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=True)
    elif subscription.address:
        suppressions.opt_in(subscription.org_id, subscription.address)
        _mark_customers(subscription.org_id, subscription.address, opted_out=False)


def _set_alert(org_id: str, alert: AlertType, *, wanted: bool) -> None:
    reference = firestore().collection(preferences.COLLECTION).document(org_id)
    reference.set({alert.value: {"email": wanted}}, merge=True)


def _mark_customers(org_id: str, address: str, *, opted_out: bool) -> None:
    customers = firestore().collection(org_path(org_id, CUSTOMERS))
    for found in customers_by_address(org_id, [address]).get(mailbox_key(address), []):
        customers.document(found.id).update({"emailOptOut": opted_out})
