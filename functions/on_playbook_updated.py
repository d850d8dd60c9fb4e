"""A playbook document was updated: bring its jobs and listeners in line with it as it is now."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from functions._reconcile import reconcile_playbook_of
from shared.api.event_door import event_door


@event_door
def on_playbook_updated(event: CloudEvent) -> None:
    """Reconcile; created, updated and deleted all do the same, so their order does not matter."""
    reconcile_playbook_of(event)
