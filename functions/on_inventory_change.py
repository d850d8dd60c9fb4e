"""An inventory item was written: marks it for the shelf and starts playbooks that listen to the change."""

from __future__ import annotations

from dataclasses import replace

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_change, document_ids
from shared.api.event_door import event_door
from shared.gcp.clock import Clock
from shared.notices.refusals import reporting_refusals
from shared.retail.shelf import changes
from shared.runs.dispatch import dispatch_all
from shared.triggers.inventory import events_of_change
from shared.waiting import past_events


@event_door
def on_inventory_change(event: CloudEvent) -> None:
    """Fire the events of the crossing that this write was, if it was one."""
    ids = document_ids(event, "tenants/{org_id}/inventory/{item_id}")
    change = document_change(event)
    if changes.is_seen(change.before, change.after):
        # Before anything is started, so that what is started sees it.
        changes.mark(ids["org_id"], ids["item_id"], change.version, Clock().now())
    with reporting_refusals(ids["org_id"], f"inventory/{ids['item_id']}"):
        events = events_of_change(ids["org_id"], ids["item_id"], change.before, change.after, change.version)
    if events:
        past_events.keep(events, Clock().now())
    dispatch_all([replace(one, at=change.at) for one in events])
