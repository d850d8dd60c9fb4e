"""Runs that wait for an event: `playbook_event_waits/{id}`, one document a waiting step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from google.api_core.exceptions import AlreadyExists, FailedPrecondition
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import AwareDatetime, Field, ValidationError

from shared.gcp import clients, logging
from shared.playbooks.expressions import ExpressionError
from shared.playbooks.templates import holds
from shared.quarantine.failures import describe
from shared.values.camel_model import CamelModel
from shared.waiting import past_events

log = logging.get_logger(__name__)

COLLECTION = "playbook_event_waits"
KEPT_FOR = timedelta(days=7)
"""After its end, for somebody who looks into a run."""


class EventWait(CamelModel, frozen=True):
    """A step waits for an event; `event` is the data of the one that came, from when the status is `met` on."""

    id: str = Field(exclude=True)
    org_id: str
    playbook_id: str
    execution_id: str
    step_id: str
    event_name: str
    filter: str | None = None
    match: dict[str, Any] = Field(default_factory=dict)
    status: Literal["waiting", "met"] = "waiting"
    since: AwareDatetime
    until: AwareDatetime
    event: dict[str, Any] | None = None
    event_id: str | None = None
    met_at: AwareDatetime | None = None
    version: Any = Field(default=None, exclude=True)
    """Of the document that it was read from."""

    def document(self) -> dict[str, Any]:
        """The wait as Firestore stores it."""
        return {**self.model_dump(by_alias=True, exclude_none=True), "expireAt": self.until + KEPT_FOR}


def begin(wait: EventWait, back_to: datetime, used: Collection[str], now: datetime) -> EventWait:
    """Start to listen, or find the wait that the same step has begun before; the wait as it is.

    Listening begins first and then it looks back, to `back_to`, so that an event is seen by one of the two whenever
    it comes. `used`: ids of events that mean something else to the run.
    """
    reference = clients.firestore().collection(COLLECTION).document(wait.id)
    try:
        version = reference.create(wait.document()).update_time
        begun = wait.model_copy(update={"version": version})
    except AlreadyExists:
        begun = _read(wait)
    if begun.status == "met" or begun.until <= now:
        return begun
    return _look_back(begun, back_to, used, now)


def _read(wait: EventWait) -> EventWait:
    snapshot = clients.firestore().collection(COLLECTION).document(wait.id).get()
    return _parse(wait.id, snapshot.to_dict() or {}, snapshot.update_time) or wait


def _look_back(wait: EventWait, back_to: datetime, used: Collection[str], now: datetime) -> EventWait:
    events = past_events.since(wait.org_id, wait.event_name, back_to)
    if not events:
        return wait
    gone = {*used, *met_in(wait.execution_id)}
    found = next((event for event in events if event.id not in gone and wants(wait, event.data)), None)
    if found is None:
        return wait
    client = clients.firestore()
    fields = met_fields(found.id, found.data, now)
    try:
        client.collection(COLLECTION).document(wait.id).update(
            fields, option=client.write_option(last_update_time=wait.version)
        )
    except FailedPrecondition:
        # Another event has met it at this moment.
        return _read(wait)
    log.info("an event had come before", extra={"executionId": wait.execution_id, "eventName": wait.event_name})
    return wait.model_copy(update={"status": "met", "event": found.data, "event_id": found.id, "met_at": now})


def met_in(execution_id: str) -> set[str]:
    """The ids of the events that other waits of the run have met."""
    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("executionId", "==", execution_id))
    met = ((found.to_dict() or {}).get("eventId") for found in query.select(["eventId"]).stream())
    return {event_id for event_id in met if isinstance(event_id, str)}


def wants(wait: EventWait, data: Mapping[str, Any]) -> bool:
    """Whether the event with those data, of the wait's name, is one that it waits for."""
    if any(data.get(name) != value for name, value in wait.match.items()):
        return False
    if wait.filter is None:
        return True
    try:
        return holds(wait.filter, {"event": data, "org": {"id": wait.org_id}})
    except ExpressionError as error:
        log.warning(
            "the filter of a waiting step cannot be computed",
            extra={"executionId": wait.execution_id, "stepId": wait.step_id, "reason": str(error)},
        )
        return False


def waiting_for(org_id: str, event_name: str, now: datetime) -> list[EventWait]:
    """The org's waits for an event of that name that have not ended."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("eventName", "==", event_name))
        .where(filter=FieldFilter("status", "==", "waiting"))
    )
    parsed = (_parse(found.id, found.to_dict() or {}, found.update_time) for found in query.stream())
    return [wait for wait in parsed if wait is not None and wait.until > now]


def met_fields(event_id: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is written when the event has come."""
    return {"status": "met", "event": dict(data), "eventId": event_id, "metAt": now}


def _parse(wait_id: str, data: Mapping[str, Any], version: Any) -> EventWait | None:
    try:
        return EventWait.model_validate({**data, "id": wait_id, "version": version})
    except ValidationError as error:
        log.error("malformed event wait", extra={"path": f"{COLLECTION}/{wait_id}", "reason": describe(error)})
        return None
