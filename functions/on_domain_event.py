"""An event document was created: start the playbooks that listen to its name."""

from __future__ import annotations

from dataclasses import replace

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_change, document_ids
from shared.api.event_door import event_door
from shared.documents.events import stamp
from shared.gcp.clock import Clock
from shared.notices.refusals import reporting_refusals
from shared.runs.dispatch import dispatch_all
from shared.triggers.events import parse_domain_event


@event_door
def on_domain_event(event: CloudEvent) -> None:
    """Fire the event that the document says."""
    ids = document_ids(event, "tenants/{org_id}/events/{event_id}")
    change = document_change(event)
    stamp(ids["org_id"], ids["event_id"], change.after or {}, Clock().now())
    with reporting_refusals(ids["org_id"], f"events/{ids['event_id']}"):
        parsed = parse_domain_event(ids["org_id"], ids["event_id"], change.after or {})
    dispatch_all([replace(parsed, at=change.at)])
