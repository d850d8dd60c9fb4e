"""The event `customer.inactive_30d`: a customer hasn't ordered for thirty days."""

from __future__ import annotations

from shared.documents import events
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp import logging
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.load import LoadedInputs, Section
from shared.heartbeat.shop_figures import AWAY_DAYS, Away
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation

log = logging.get_logger(__name__)

EVENT = "customer.inactive_30d"
DAYS = AWAY_DAYS
LOOKED_BACK_DAYS = 7
"""Grace period for missed rounds; older cases are ignored."""


def newly_inactive(facts: CheckInputs) -> list[Away]:
    """Those whose last order has become thirty days old within the last week."""
    return [one for one in facts.people.away if DAYS <= one.days < DAYS + LOOKED_BACK_DAYS]


def raise_events(org_id: str, loaded: LoadedInputs) -> int:
    """Publish the event for each of them, once per last order however many rounds see it; returns how many were
    new.

    Publishes nothing if orders or customers could not be read: any of them may have ordered yesterday.

    Raises:
        TransientError: some could not be published now; the others were.
    """
    facts = loaded.facts
    unread = {Section.ORDERS, Section.CUSTOMERS} & loaded.failures.keys()
    if unread:
        log.warning("inactive customers are not looked for in this round", extra={"unread": sorted(unread)})
        return 0

    def item(one: Away) -> Item:
        return Item(org_path(org_id, CUSTOMERS, one.id), one.last_order_at, org_id)

    with Isolation("inactive-customers") as isolation:
        raised = isolation.each(newly_inactive(facts), item, lambda one: _raise(org_id, one, facts))
    isolation.require_no_waiting()
    return sum(one is True for one in raised)


def _raise(org_id: str, one: Away, facts: CheckInputs) -> bool:
    event_id = f"inactive-30d-{one.id}-{one.last_order_at:%Y%m%dT%H%M%S}"
    data = {
        "customerId": one.id,
        "name": one.name,
        "lastOrderAt": one.last_order_at,
        "days": one.days,
        "orders": one.orders,
        "spent": float(one.spent),
    }
    is_new = events.create(org_id, event_id, {"name": EVENT, "data": data, "createdAt": facts.now})
    if is_new:
        log.info("a customer has become inactive", extra={"customerId": one.id})
    return is_new
