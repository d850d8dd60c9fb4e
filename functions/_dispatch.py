"""What the two event sources share: listeners looked up by the scheduling room, runs started by the engine's."""

from __future__ import annotations

from shared.execution.event_start import event_starter
from shared.gcp.clock import Clock
from shared.scheduling.dispatch import DomainEvent, dispatch


def dispatch_all(events: list[DomainEvent]) -> None:
    """Start the playbooks that listen to each of the events."""
    for event in events:
        dispatch(event, event_starter(Clock()))
