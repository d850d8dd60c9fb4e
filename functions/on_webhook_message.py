"""A message for an org's webhooks was written: makes a delivery for each subscription."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_ids
from shared.api.event_door import event_door
from shared.gcp.clock import Clock
from shared.subscriptions.fan_out import fan_out


@event_door
def on_webhook_message(event: CloudEvent) -> None:
    """Make them and have them sent; again, nothing."""
    fan_out(document_ids(event, "webhook_messages/{message_id}")["message_id"], Clock().now())
