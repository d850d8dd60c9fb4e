"""An org's document was written: bring its catalog playbooks in line with its tier and status as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudevents.http import CloudEvent

from shared.doors.cloud_events import document_ids
from shared.doors.event_door import event_door
from shared.gcp.clock import Clock
from shared.tenants.assigning import assign


@event_door
def on_tenant_written(event: CloudEvent) -> None:
    """Assign; created, updated and deleted all do the same, so their order does not matter."""
    assign(document_ids(event, "tenants/{org_id}")["org_id"], Clock(), start=start_onboarding)


def start_onboarding(org_id: str, event_id: str, data: Mapping[str, Any]) -> None:
    """Start the run that the listener of `org.created` would start, under the same id."""
    # Few writes of an org are its first, so the engine is loaded when one is.
    from shared.execution.onboarding import start

    start(org_id, event_id, data, Clock())
