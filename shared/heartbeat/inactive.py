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
from shared.values.marks import mark_of, marks_in

log = logging.get_logger(__name__)

EVENT = "customer.inactive_30d"
DAYS = AWAY_DAYS
LOOKED_BACK_DAYS = 7
"""Grace period for missed rounds; older cases are ignored."""
_MARK_BYTES = 8
"""Of a week's ids from a shop of 250,000 customers, two are alike once in some ten billion weeks."""
_MOST_MARKS = 50_000
"""Keeps the document that holds them below half of what Firestore stores; events beyond are tried again daily."""


def newly_inactive(facts: CheckInputs) -> list[Away]:
    """Those whose last order has become thirty days old within the last week."""
    return [one for one in facts.people.away if DAYS <= one.days < DAYS + LOOKED_BACK_DAYS]


def raise_events(org_id: str, loaded: LoadedInputs, raised: bytes) -> bytes:
    """Publish the event for each of them that isn't among `raised`, once per last order however many rounds see it.

    Returns what the next round passes as `raised`: eight bytes for each whose event is there. A round that dies
    before this is stored publishes the same again, under the same ids.

    Publishes nothing if orders or customers could not be read: any of them may have ordered yesterday.

    Raises:
        TransientError: some could not be published now; the others were.
    """
    facts = loaded.facts
    unread = {Section.ORDERS, Section.CUSTOMERS} & loaded.failures.keys()
    if unread:
        log.warning("inactive customers are not looked for in this round", extra={"unread": sorted(unread)})
        return raised
    everybody = newly_inactive(facts)
    if not everybody:
        # Most rounds don't read the customers.
        return raised

    def item(one: Away) -> Item:
        return Item(org_path(org_id, CUSTOMERS, one.id), one.last_order_at, org_id)

    known = set(marks_in(raised, _MARK_BYTES))
    marks = {one.id: mark_of(_event_id(one), _MARK_BYTES) for one in everybody}
    news = [one for one in everybody if marks[one.id] not in known]
    with Isolation("inactive-customers") as isolation:
        made = isolation.each(news, item, lambda one: _raise(org_id, one, facts))
    isolation.require_no_waiting()
    known.update(marks[one.id] for one, is_new in zip(news, made, strict=True) if is_new is not None)
    return b"".join([mark for mark in marks.values() if mark in known][:_MOST_MARKS])


def _raise(org_id: str, one: Away, facts: CheckInputs) -> bool:
    data = {
        "customerId": one.id,
        "name": one.name,
        "lastOrderAt": one.last_order_at,
        "days": one.days,
        "orders": one.orders,
        "spent": float(one.spent),
    }
    is_new = events.create(org_id, _event_id(one), {"name": EVENT, "data": data, "createdAt": facts.now})
    if is_new:
        log.info("a customer has become inactive", extra={"customerId": one.id})
    return is_new


def _event_id(one: Away) -> str:
    return f"inactive-30d-{one.id}-{one.last_order_at:%Y%m%dT%H%M%S}"
