"""What the two event sources share: listeners looked up by the scheduling room, runs started by the engine's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.documents.org import EVENTS, org_path
from shared.errors import PermanentError
from shared.gcp.clock import Clock
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.triggers.dispatch import DomainEvent, dispatch
from shared.triggers.listeners import Listener
from shared.waiting.event_waits import waiting_for


def dispatch_all(events: list[DomainEvent]) -> None:
    """Start the playbooks that listen to each of the events, and wake the runs that wait for it.

    Raises:
        TransientError: some could not be started now; the others were, and telling it all again starts no more.
    """
    with Isolation("events", remembers=False) as isolation:
        for event in events:
            item = Item(org_path(event.org_id, EVENTS, event.id), org_id=event.org_id)
            isolation.run(item, lambda event=event: dispatch(event, _start))  # type: ignore[misc]
            isolation.run(item, lambda event=event: _wake(event))  # type: ignore[misc]
    isolation.require_no_waiting()


@contextmanager
def told_of_refusals(org_id: str, path: str) -> Iterator[None]:
    """Put a notice into the org's inbox where what lies at `path` (below the org) cannot be used as it is.

    One notice per document, even if it is written again and again and stays wrong.

    Raises:
        PermanentError: the refusal, once the org has been told.
    """
    try:
        yield
    except PermanentError as error:
        from shared.notices.limit_notice import notify_of_unusable

        notify_of_unusable(org_id, path, error, Clock().now())
        raise


def _wake(event: DomainEvent) -> None:
    clock = Clock()
    waits = waiting_for(event.org_id, event.name, clock.now())
    if waits:
        from shared.runs.wake import event_came

        event_came(event, waits, clock)


def _start(listener: Listener, event: DomainEvent, skip_reason: str | None) -> str:
    # Most changes start nothing, so the engine is loaded when one does.
    from shared.runs.event_start import event_starter

    return event_starter(Clock())(listener, event, skip_reason)
