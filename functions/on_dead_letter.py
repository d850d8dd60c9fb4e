"""A message reached the dead-letter topic: records the failed run and notifies its org."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.cloud_events import pubsub_message
from shared.api.event_door import event_door
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.quarantine.failures import may_pass
from shared.runs.dead_letters import DeadLetterMessage, keep_poison, parse_message, receive


@event_door
def on_dead_letter(event: CloudEvent) -> None:
    """Write the dead letter, notify the inbox, text the staff where that is asked for; once, however often told.

    A message that cannot be dealt with is put into quarantine and acknowledged: it would come again for a week.
    """
    data = b""
    try:
        data = pubsub_message(event)
        _receive(parse_message(data))
    except Exception as error:
        if may_pass(error):
            raise
        keep_poison(str(event.get("id")), data, error, Clock().now())


def _receive(message: DeadLetterMessage) -> None:
    with logging.bind(executionId=message.execution_id, playbookId=message.playbook_id, orgId=message.org_id):
        receive(message, Clock())
