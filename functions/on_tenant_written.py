"""An org's document was written: reconciles its playbooks with its tier and status."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_ids
from shared.api.event_door import event_door
from shared.gcp.clock import Clock
from shared.runs import onboarding
from shared.triggers.bring_back import bring_back_refused


@event_door
def on_tenant_written(event: CloudEvent) -> None:
    """Assign, and bring back what a lower tier refused; created, updated and deleted all do the same."""
    org_id = document_ids(event, "tenants/{org_id}")["org_id"]
    onboarding.assign(org_id, Clock())
    bring_back_refused(org_id, Clock())
