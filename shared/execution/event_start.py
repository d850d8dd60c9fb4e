"""Starting a listener's playbook for an event."""

from __future__ import annotations

from shared.execution import ids
from shared.execution.pinning import StartRequest
from shared.execution.record import TriggerRef
from shared.execution.start import start_execution
from shared.gcp.clock import Clock
from shared.scheduling.dispatch import DomainEvent, StartForEvent
from shared.scheduling.listeners import Listener


def event_starter(clock: Clock) -> StartForEvent:
    """How `dispatch` starts a run: one per listener and event, however often it is told of the event."""

    def start(listener: Listener, event: DomainEvent, skip_reason: str | None) -> str:
        request = StartRequest(
            org_id=event.org_id,
            playbook_id=listener.playbook_id,
            execution_id=ids.event_execution_id(event.org_id, listener.playbook_id, listener.trigger_id, event.id),
            trigger=TriggerRef(type="event", id=listener.trigger_id, event_id=event.id),
            event_data=event.data,
            skip_reason=skip_reason,
            depth=event.hops,
            fired_by=event.fired_by,
            caused_by=event.caused_by,
            root_cause=event.root_cause or event.id,
        )
        return start_execution(request, clock).execution_id

    return start
