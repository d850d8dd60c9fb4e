"""An order was written: updates the pack of its day."""

from __future__ import annotations

from datetime import datetime

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_change, document_ids
from shared.api.event_door import event_door
from shared.gcp.clock import Clock
from shared.retail.packs import order_days


@event_door
def on_order_written(event: CloudEvent) -> None:
    """Created, updated and deleted all do the same; what the event says only names the days to look at."""
    ids = document_ids(event, "tenants/{org_id}/orders/{order_id}")
    change = document_change(event)
    placed = [(state or {}).get("placedAt") for state in (change.after, change.before)]
    days = [order_days.day_name(instant) for instant in placed if isinstance(instant, datetime)]
    if days:
        order_days.keep_up(ids["org_id"], ids["order_id"], days, Clock().now())
