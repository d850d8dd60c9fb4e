"""What the two event sources share: listeners looked up by the scheduling room, runs started by the engine's."""

from __future__ import annotations

from shared.errors import TransientError
from shared.gcp.clock import Clock
from shared.scheduling.dispatch import DomainEvent, dispatch
from shared.scheduling.listeners import Listener
from shared.waiting.event_waits import waiting_for


def dispatch_all(events: list[DomainEvent]) -> None:
    """Start the playbooks that listen to each of the events, and wake the runs that wait for it.

    Raises:
        TransientError: some could not be started now; the others were, and telling it all again starts no more.
    """
    failures: list[TransientError] = []
    for event in events:
        try:
            dispatch(event, _start)
            _wake(event)
        except TransientError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _wake(event: DomainEvent) -> None:
    clock = Clock()
    waits = waiting_for(event.org_id, event.name, clock.now())
    if waits:
        from shared.execution.wake import event_came

        event_came(event, waits, clock)


def _start(listener: Listener, event: DomainEvent, skip_reason: str | None) -> str:
    # Most changes start nothing, so the engine is loaded when one does.
    from shared.execution.event_start import event_starter

    return event_starter(Clock())(listener, event, skip_reason)
