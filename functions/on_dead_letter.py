"""A message reached the dead-letter topic: make the failed run known."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.doors.cloud_events import pubsub_message
from shared.doors.event_door import event_door
from shared.execution.dead_letters import parse_message, receive
from shared.gcp import logging
from shared.gcp.clock import Clock


@event_door
def on_dead_letter(event: CloudEvent) -> None:
    """Write the dead letter, notify the inbox, text the staff where that is asked for; once, however often told."""
    message = parse_message(pubsub_message(event))
    with logging.bind(executionId=message.execution_id, playbookId=message.playbook_id, orgId=message.org_id):
        receive(message, Clock())
