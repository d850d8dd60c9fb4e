"""An event happened in an org: start the playbooks that listen to it, each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.errors import NotFoundError, PermanentError, TransientError
from shared.gcp import logging
from shared.playbooks.expressions import ExpressionError
from shared.playbooks.templates import holds
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.triggers import listeners
from shared.triggers.listeners import Listener

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that happened. `id` is the same however often the news of it arrives."""

    org_id: str
    name: str
    id: str
    data: Mapping[str, Any] = field(default_factory=dict)
    hops: int = 0
    """How many playbooks have led to it, one by the other."""
    ancestors: tuple[str, ...] = ()
    """The ids of these playbooks, the first one first."""
    fired_by: str | None = None
    """The uid of the person who made it happen; None where nobody did, or nobody knows."""
    caused_by: tuple[str, ...] = ()
    """Who stands behind the run that made it happen, where one did."""
    root_cause: str | None = None
    """The id of the run or event that it goes back to; None where it is a first cause itself."""
    traceparent: str | None = None
    """The span that made it happen, where a playbook's run did."""
    at: datetime | None = None
    """When it was written, where that is known."""


StartForEvent = Callable[[Listener, DomainEvent, str | None], str]
"""Starts the listener's playbook for the event (skipped, if the third argument is a reason); the execution's id."""


def dispatch(event: DomainEvent, start: StartForEvent) -> list[str]:
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


def _start_one(found: DocumentSnapshot[Any], event: DomainEvent, start: StartForEvent) -> str | None:
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
