"""A customer was written: updates what is derived from the document.

The phone number stands beside it in the form that texts are decided by, and a copy of it among all customers.
"""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_ids
from shared.api.event_door import event_door
from shared.compliance import customer_numbers
from shared.gcp.clock import Clock
from shared.retail.packs import customer_shards


@event_door
def on_customer_written(event: CloudEvent) -> None:
    """Created, updated and deleted all do the same."""
    ids = document_ids(event, "tenants/{org_id}/customers/{customer_id}")
    customer_numbers.keep_up(ids["org_id"], ids["customer_id"])
    customer_shards.keep_up(ids["org_id"], ids["customer_id"], Clock().now())
