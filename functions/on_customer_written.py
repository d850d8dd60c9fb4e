"""A customer was written: keep the phone number beside it in the form that texts are decided by."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.compliance.customer_numbers import keep_up
from shared.doors.cloud_events import document_ids
from shared.doors.event_door import event_door


@event_door
def on_customer_written(event: CloudEvent) -> None:
    """Created, updated and deleted all do the same."""
    ids = document_ids(event, "tenants/{org_id}/customers/{customer_id}")
    keep_up(ids["org_id"], ids["customer_id"])
