"""Starts the playbooks that listen to an event, each once, and wakes the runs that wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shared.documents.org import EVENTS, org_path
from shared.errors import NotFoundError, PermanentError, TransientError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.expressions import ExpressionError
from shared.playbooks.templates import holds
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.triggers import listeners
from shared.triggers.events import DomainEvent
from shared.triggers.listeners import Listener
from shared.waiting.event_waits import waiting_for

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)


def dispatch_all(events: Sequence[DomainEvent]) -> None:
    """Start the playbooks that listen to each of the events, and wake the runs that wait for it.

    Raises:
        TransientError: some could not be started now; the others were. Dispatching all again starts none twice.
    """
    with Isolation("events", remembers=False) as isolation:
        for event in events:
            item = Item(org_path(event.org_id, EVENTS, event.id), org_id=event.org_id)
            isolation.run(item, lambda event=event: dispatch(event))  # type: ignore[misc]
            isolation.run(item, lambda event=event: _wake(event))  # type: ignore[misc]
    isolation.require_no_waiting()


def start_listener(listener: Listener, event: DomainEvent, skip_reason: str | None) -> str:
    """Start the listener's playbook for the event, skipped if there is a reason; the execution's id."""
    # Most changes start nothing, so the engine is loaded only when one does.
    from shared.runs.event_start import start_or_debounce

    return start_or_debounce(listener, event, Clock(), skip_reason)


def dispatch(
    event: DomainEvent, start: Callable[[Listener, DomainEvent, str | None], str] = start_listener
) -> list[str]:
    """Start one execution per listener whose filter holds; the ids of all of them. Repeating it starts no more.

    Raises:
        TransientError: one could not be started now; the event must be delivered again.
    """
    with Isolation("event-listeners", looks_up=False) as isolation:
        found = isolation.each(
            listeners.listening_to(event.org_id, event.name), Item.of, lambda one: _start_one(one, event, start)
        )
    started = [execution_id for execution_id in found if execution_id is not None]
    log.info("event dispatched", extra={"orgId": event.org_id, "eventName": event.name, "started": len(started)})
    if isolation.counts.waiting:
        raise TransientError(
            f"{isolation.counts.waiting} of the listeners to {event.name} could not be started: "
            f"{', '.join(isolation.waiting_paths[:5])}"
        )
    return started


def _start_one(
    found: DocumentSnapshot[Any], event: DomainEvent, start: Callable[[Listener, DomainEvent, str | None], str]
) -> str | None:
    """The execution's id; None where the listener does not want the event, or refuses it permanently."""
    listener = listeners.parse_listener(found)
    with logging.bind(playbookId=listener.playbook_id):
        wanted, reason = _filter_holds(listener, event)
        if not wanted:
            return None
        try:
            return start(listener, event, reason)
        except NotFoundError:
            log.info("the listening playbook is gone", extra={"eventName": event.name})
        except PermanentError as error:
            log.error("a listener refused the event", extra={"eventName": event.name, "reason": str(error)})
    return None


def _filter_holds(listener: Listener, event: DomainEvent) -> tuple[bool, str | None]:
    """Whether the listener wants the event; a filter that cannot be computed is the reason of a skipped run."""
    if listener.filter is None:
        return True, None
    scope = {"event": event.data, "org": {"id": event.org_id}, "trigger": {"id": listener.trigger_id}}
    try:
        return holds(listener.filter, scope), None
    except ExpressionError as error:
        log.warning("filter cannot be computed", extra={"eventName": event.name, "reason": str(error)})
        return True, f"the trigger's filter cannot be computed: {error}"


def _wake(event: DomainEvent) -> None:
    clock = Clock()
    waits = waiting_for(event.org_id, event.name, clock.now())
    if waits:
        from shared.runs.wake import event_came

        event_came(event, waits, clock)
