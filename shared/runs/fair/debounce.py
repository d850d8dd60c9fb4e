"""Debounces a trigger's events: the last one starts a run once none has come for the given time.

What waits lies in `debounced_events/{id}`, one document for each trigger and key. The order of events is that in
which they were written, not that in which they are told: an older one that comes late, or again, changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import Field

from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.gcp import clients, logging, plain_firestore
from shared.gcp.clock import Clock
from shared.gcp.plain_firestore import Commit, Version
from shared.gcp.task_queue import create_named_task
from shared.playbooks.pace import Debounce
from shared.playbooks.templates import parse_condition
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.runs.parts import Part
from shared.triggers.events import DomainEvent
from shared.triggers.listeners import Listener
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "debounced_events"
QUEUE = "startDebounced"
DEADLINE_SECONDS = 60
KEPT_FOR = timedelta(days=7)
"""Longer than an event is told again."""
ROUNDS = 20
OVERDUE_AFTER = timedelta(seconds=60)
MOST_AT_ONCE = 300


class DebouncedEvent(Part):
    """An event as it was told."""

    id: str
    at: datetime
    name: str
    data: dict[str, Any] = Field(default_factory=dict)
    hops: int = 0
    ancestors: list[str] = Field(default_factory=list)
    fired_by: str | None = None
    caused_by: list[str] = Field(default_factory=list)
    root_cause: str | None = None
    traceparent: str | None = None

    @classmethod
    def of(cls, event: DomainEvent, now: datetime) -> DebouncedEvent:
        """The event; one that does not say when it happened, happened now."""
        return cls(
            id=event.id,
            at=event.at or now,
            name=event.name,
            data=dict(event.data),
            hops=event.hops,
            ancestors=list(event.ancestors),
            fired_by=event.fired_by,
            caused_by=list(event.caused_by),
            root_cause=event.root_cause,
            traceparent=event.traceparent,
        )

    def event(self, org_id: str) -> DomainEvent:
        return DomainEvent(
            org_id,
            self.name,
            self.id,
            self.data,
            self.hops,
            ancestors=tuple(self.ancestors),
            fired_by=self.fired_by,
            caused_by=tuple(self.caused_by),
            root_cause=self.root_cause,
            traceparent=self.traceparent,
            at=self.at,
        )


class Window(Part):
    """What waits of a trigger and key: `event` until `due_at`, the first one since `first_at`."""

    org_id: str
    playbook_id: str
    trigger_id: str
    event_name: str
    event: DebouncedEvent | None = None
    first_at: datetime | None = None
    due_at: datetime | None = None
    started_at: datetime | None = None
    """When the event that started a run last had happened, and its id."""
    started_id: str | None = None
    expire_at: datetime

    def is_news(self, event: DebouncedEvent) -> bool:
        """Whether the event is later than all that is known."""
        known = self.event
        if known is not None and (event.at, event.id) <= (known.at, known.id):
            return False
        return self.started_at is None or (event.at, event.id) > (self.started_at, self.started_id or "")

    def with_event(self, event: DebouncedEvent, debounce: Debounce, now: datetime) -> Window:
        """As it is once the event has come."""
        first_at = self.first_at or now
        due_at = min(now + debounce.pause, first_at + debounce.longest)
        update = {"event": event, "first_at": first_at, "due_at": due_at, "expire_at": now + KEPT_FOR}
        return self.model_copy(update=update)

    def started(self) -> Window:
        """As it is once its event has started a run."""
        assert self.event is not None, "asked of one with an event"
        update = {"started_at": self.event.at, "started_id": self.event.id}
        return self.model_copy(update={**update, "event": None, "first_at": None, "due_at": None})


@dataclass(frozen=True, slots=True)
class _Stored:
    window: Window
    version: Version


def window_id(listener: Listener, event: Mapping[str, Any], debounce: Debounce) -> str:
    """Of the trigger and the event's key.

    Raises:
        ExpressionError: the key cannot be computed.
    """
    key = parse_condition(debounce.by).evaluate({"event": event}) if debounce.by else None
    text = json.dumps(key, sort_keys=True, default=str)
    return hex_digest("debounce", listener.org_id, listener.playbook_id, listener.trigger_id, text)


def put(listener: Listener, event: DomainEvent, debounce: Debounce, clock: Clock) -> None:
    """Have the event start a run later, unless another one comes. Telling it again changes nothing.

    Raises:
        ExpressionError: the key cannot be computed.
        TransientError: others kept writing; it must be told again.
    """
    which = window_id(listener, event.data, debounce)
    for _ in range(ROUNDS):
        now = clock.now()
        incoming, stored = DebouncedEvent.of(event, now), _read(which)
        window = stored.window if stored is not None else _new(listener, now)
        is_news = window.is_news(incoming)
        if is_news:
            window = window.with_event(incoming, debounce, now)
            try:
                _write(which, window, stored)
            except (AlreadyExists, FailedPrecondition, NotFound):
                continue
        if window.event is not None and window.first_at is not None and window.due_at is not None:
            _enqueue(which, f"{int(window.first_at.timestamp() * 1000)}", window.due_at)
        log.info("event debounced", extra={"eventId": event.id, "isNews": is_news, "dueAt": str(window.due_at)})
        return
    raise TransientError(
        f"the events of trigger {listener.trigger_id} kept coming while one was kept", code=ErrorCode.BUSY
    )


def start_due(which: str, clock: Clock, start: Callable[[Listener, DomainEvent], str]) -> str | None:
    """Start the run of the event that has waited long enough; its id, None where nothing is due.

    Raises:
        TransientError, GoogleAPICallError: it could not be started now; the task must come again.
    """
    execution_id = None
    for _ in range(ROUNDS):
        stored = _read(which)
        if stored is None or stored.window.event is None or stored.window.due_at is None:
            return execution_id
        due_at = stored.window.due_at
        if due_at > clock.now():
            _enqueue(which, f"{int(due_at.timestamp() * 1000)}-due", due_at)
            return execution_id
        execution_id = _start(stored.window, stored.window.event, start)
        try:
            _write(which, stored.window.started(), stored)
        except (FailedPrecondition, NotFound):
            # A later event has come at this moment, and has its own time.
            continue
        return execution_id
    raise TransientError(f"the events of {which} kept coming while one was started", code=ErrorCode.BUSY)


def _start(window: Window, event: DebouncedEvent, start: Callable[[Listener, DomainEvent], str]) -> str | None:
    listener = Listener(
        playbook_id=window.playbook_id,
        org_id=window.org_id,
        trigger_id=window.trigger_id,
        event_name=window.event_name,
    )
    try:
        return start(listener, event.event(window.org_id))
    except PermanentError as error:
        log.info("a debounced event starts nothing", extra={"eventId": event.id, "reason": str(error)})
        return None


def sweep_debounced(clock: Clock) -> int:
    """Have events looked at whose task never came; how many.

    Raises:
        TransientError: some could not be asked for now; the others were.
    """
    now = clock.now()
    overdue = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", now - OVERDUE_AFTER))
        .order_by("dueAt")
        .limit(MOST_AT_ONCE)
    )
    with Isolation("debounced-events") as isolation:
        found = isolation.each(overdue.stream(), Item.of, lambda one: _ask_again(one, now))
    isolation.require_no_waiting()
    return sum(one is True for one in found)


def _ask_again(found: DocumentSnapshot[Any], now: datetime) -> bool:
    Window.model_validate(found.to_dict())
    return _enqueue(found.id, f"sweep-{int(now.timestamp()) // 60}", None)


def _new(listener: Listener, now: datetime) -> Window:
    return Window(
        org_id=listener.org_id,
        playbook_id=listener.playbook_id,
        trigger_id=listener.trigger_id,
        event_name=listener.event_name,
        expire_at=now + KEPT_FOR,
    )


def _read(which: str) -> _Stored | None:
    found = plain_firestore.read(f"{COLLECTION}/{which}")
    return _Stored(Window.model_validate(found.fields), found.version) if found is not None else None


def _write(which: str, window: Window, stored: _Stored | None) -> None:
    commit, fields, path = Commit(), window.document(), f"{COLLECTION}/{which}"
    if stored is None:
        commit.create(path, fields)
    else:
        gone = stored.window.document().keys() - fields.keys()
        commit.update(path, {**fields, **dict.fromkeys(gone, DELETE_FIELD)}, stored.version)
    commit.send()


def _enqueue(which: str, why: str, at: datetime | None) -> bool:
    return create_named_task(
        QUEUE, f"{which}-{why}", {"debounceId": which}, deadline_seconds=DEADLINE_SECONDS, at=at
    )
