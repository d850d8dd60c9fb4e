"""A usage shard was written: schedules a roll-up of the org's month."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_change
from shared.api.event_door import event_door
from shared.billing import roll_up_queue
from shared.gcp.clock import Clock


@event_door
def on_usage_shard(event: CloudEvent) -> None:
    """Ask for the roll-up; a shard that was deleted asks for none."""
    shard = document_change(event).after
    if shard is not None:
        roll_up_queue.requested_by(shard, Clock().now())
