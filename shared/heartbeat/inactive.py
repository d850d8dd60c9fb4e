"""The event `customer.inactive_30d`: a customer's last order has become thirty days old."""

from __future__ import annotations

from google.api_core.exceptions import AlreadyExists

from shared.gcp import clients, logging
from shared.heartbeat.facts import Facts
from shared.retail.customers import Profile, profiles

log = logging.get_logger(__name__)

EVENT = "customer.inactive_30d"
DAYS = 30
LOOKED_BACK_DAYS = 7
"""How much longer ago it may be, for rounds that were missed; who has been away for longer is no news."""


def newly_inactive(facts: Facts) -> list[Profile]:
    """Those whose last order has become thirty days old within the last week."""
    people = profiles(facts.customers, facts.orders, facts.now)
    return [
        one for one in people if one.days_since is not None and DAYS <= one.days_since < DAYS + LOOKED_BACK_DAYS
    ]


def raise_events(org_id: str, facts: Facts) -> int:
    """Publish the event for each of them, once for an order however many rounds see it; how many were news."""
    return sum(_raise(org_id, one, facts) for one in newly_inactive(facts))


def _raise(org_id: str, one: Profile, facts: Facts) -> bool:
    if one.last_order_at is None:
        return False
    event_id = f"inactive-30d-{one.customer.id}-{one.last_order_at:%Y%m%dT%H%M%S}"
    data = {
        "customerId": one.customer.id,
        "name": one.name,
        "lastOrderAt": one.last_order_at,
        "days": one.days_since,
        "orders": one.orders,
        "spent": float(one.spent),
    }
    document = clients.firestore().document(f"tenants/{org_id}/events/{event_id}")
    try:
        document.create({"name": EVENT, "data": data, "createdAt": facts.now})
    except AlreadyExists:
        return False
    log.info("a customer has become inactive", extra={"customerId": one.customer.id})
    return True
