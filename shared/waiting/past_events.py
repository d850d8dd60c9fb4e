"""An org's recent events: a run that begins to wait for an event checks whether it already happened.

Events that are documents themselves (`tenants/{orgId}/events`) are stamped with `firedAt` before anybody is
notified of them. Those of the inventory are none, and are kept for this in `tenants/{orgId}/past_events`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.events import KEPT_FOR
from shared.documents.events import reference as event_reference
from shared.documents.org import EVENTS, org_path
from shared.gcp import clients, logging
from shared.playbooks.origins import people_behind
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

COLLECTION = "past_events"
LOOKED_AT = 500
"""Of each kind, the oldest ones: a run that finds none among these waits for the next."""


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event, and when it was told."""

    id: str
    data: dict[str, Any]
    fired_at: datetime


class Event(Protocol):
    """Something that happened in an org."""

    @property
    def org_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def fired_by(self) -> str | None: ...
    @property
    def caused_by(self) -> tuple[str, ...]: ...


def keep(events: Sequence[Event], now: datetime) -> None:
    """Keep events that are no documents. Twice is once."""
    client = clients.firestore()
    batch = client.batch()
    for event in events:
        reference = client.document(org_path(event.org_id, COLLECTION, _document_id(event.id)))
        fields = {"name": event.name, "eventId": event.id, "data": dict(event.data)}
        people = {"createdBy": event.fired_by, "source": {"causedBy": list(event.caused_by)}}
        batch.set(reference, {**fields, **people, "firedAt": now, "expireAt": now + KEPT_FOR})
    batch.commit()


def people_behind_events(org_id: str, event_ids: Iterable[str]) -> set[str]:
    """Who wrote those events or changed those items, and who stands behind the runs that did."""
    client = clients.firestore()
    references = [
        reference
        for event_id in event_ids
        for reference in (
            # The id of an event of the inventory may hold what a document's may not, and it has no document here.
            *([event_reference(org_id, event_id)] if "/" not in event_id else []),
            client.document(org_path(org_id, COLLECTION, _document_id(event_id))),
        )
    ]
    people: set[str] = set()
    for found in client.get_all(references) if references else ():
        fields = found.to_dict() or {}
        writer = fields.get("createdBy")
        people |= {*people_behind(fields.get("source")), *([writer] if isinstance(writer, str) else [])}
    return people


def since(org_id: str, name: str, instant: datetime) -> list[PastEvent]:
    """The org's events of that name that were told at the instant or later, the oldest first."""
    client = clients.firestore()
    documents = (
        client.collection(org_path(org_id, EVENTS))
        .where(filter=FieldFilter("name", "==", name))
        .where(filter=FieldFilter("firedAt", ">=", instant))
        .order_by("firedAt")
        .limit(LOOKED_AT)
        .stream()
    )
    kept = (
        client.collection(org_path(org_id, COLLECTION))
        .where(filter=FieldFilter("name", "==", name))
        .where(filter=FieldFilter("firedAt", ">=", instant))
        .order_by("firedAt")
        .limit(LOOKED_AT)
        .stream()
    )
    return sorted([*_parsed(documents), *_parsed(kept)], key=lambda event: event.fired_at)


def _parsed(found: Iterable[Any]) -> Iterator[PastEvent]:
    for snapshot in found:
        fields = snapshot.to_dict() or {}
        data, event_id = fields.get("data", {}), fields.get("eventId", snapshot.id)
        if isinstance(data, dict) and isinstance(event_id, str):
            yield PastEvent(event_id, data, fields["firedAt"])
        else:
            log.warning("a past event cannot be read", extra={"path": snapshot.reference.path})


def _document_id(event_id: str) -> str:
    """An event's id may hold what a document's may not."""
    return hex_digest(event_id)
