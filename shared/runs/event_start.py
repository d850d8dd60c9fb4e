"""Starts a listener's playbook for an event, at once or after its debounce time."""

from __future__ import annotations

from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.expressions import ExpressionError
from shared.runs import ids
from shared.runs.fair import debounce
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import start_execution
from shared.triggers.events import DomainEvent
from shared.triggers.listeners import Listener
from shared.webhooks.hooks import is_hook_event

log = logging.get_logger(__name__)


def start_or_debounce(listener: Listener, event: DomainEvent, clock: Clock, skip_reason: str | None) -> str:
    """Start the listener's run for the event, one however often the event arrives; its id.

    Where the trigger debounces its events, the run is only planned, and a later event may take its place.
    """
    if listener.debounce is None or skip_reason is not None:
        return start_for_event(listener, event, clock, skip_reason)
    try:
        debounce.put(listener, event, listener.debounce, clock)
    except ExpressionError as error:
        log.warning("a debounce key cannot be computed", extra={"eventName": event.name, "reason": str(error)})
        return start_for_event(listener, event, clock, f"the trigger's debounce key cannot be computed: {error}")
    return execution_id_of(listener, event)


def execution_id_of(listener: Listener, event: DomainEvent) -> str:
    """Of the run that the event starts through the listener."""
    return ids.event_execution_id(event.org_id, listener.playbook_id, listener.trigger_id, event.id)


def start_for_event(listener: Listener, event: DomainEvent, clock: Clock, skip_reason: str | None = None) -> str:
    """Start the run, or find it; its id."""
    request = StartRequest(
        org_id=event.org_id,
        playbook_id=listener.playbook_id,
        execution_id=execution_id_of(listener, event),
        trigger=TriggerRef(
            type="webhook" if is_hook_event(event.name) else "event", id=listener.trigger_id, event_id=event.id
        ),
        event_data=event.data,
        skip_reason=skip_reason,
        depth=event.hops,
        ancestors=event.ancestors,
        fired_by=event.fired_by,
        caused_by=event.caused_by,
        root_cause=event.root_cause or event.id,
        traceparent=event.traceparent,
    )
    return start_execution(request, clock).execution_id
