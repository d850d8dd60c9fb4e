"""A playbook document was deleted: reconciles its jobs and listeners."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.event_door import event_door
from shared.runs.playbook_changes import follow_playbook


@event_door
def on_playbook_deleted(event: CloudEvent) -> None:
    """Reconcile; created, updated and deleted all do the same, so their order does not matter."""
    follow_playbook(event)
