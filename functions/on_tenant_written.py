"""An org's document was written: bring its playbooks in line with its tier and status as they are now."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from functions._onboarding import start_onboarding
from shared.doors.cloud_events import document_ids
from shared.doors.event_door import event_door
from shared.gcp.clock import Clock
from shared.scheduling.bring_back import bring_back_refused
from shared.tenants.assigning import assign


@event_door
def on_tenant_written(event: CloudEvent) -> None:
    """Assign, and bring back what a lower tier refused; created, updated and deleted all do the same."""
    org_id = document_ids(event, "tenants/{org_id}")["org_id"]
    assign(org_id, Clock(), start=start_onboarding)
    bring_back_refused(org_id, Clock())
