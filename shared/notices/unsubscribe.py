"""What the link to unsubscribe at the end of a mail does.

A mail to an org's people is about one alert type: unsubscribing turns its emails off in the org's preferences. Any
other mail is about the address that it went to: unsubscribing keeps all the org's mails from it, and a customer of
that address is marked `emailOptOut`. Tokens do not expire: a link in an old mail must work.
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
    """No more of these mails; a second time changes nothing."""
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=False)
    elif subscription.address:
        suppressions.opt_out(subscription.org_id, subscription.address, now)
        _mark_customers(subscription.org_id, subscription.address, opted_out=True)


def resume(subscription: Subscription) -> None:
    """These mails again."""
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
