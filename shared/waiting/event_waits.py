"""Runs that wait for an event: `playbook_event_waits/{id}`, one document a waiting step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.gcp import clients, logging
from shared.quarantine.failures import describe

log = logging.get_logger(__name__)

COLLECTION = "playbook_event_waits"
KEPT_FOR = timedelta(days=7)
"""After its end, for somebody who looks into a run."""


class EventWait(BaseModel):
    """A step waits for an event; `event` is the data of the one that came, from when the status is `met` on."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

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

    def document(self) -> dict[str, Any]:
        """The wait as Firestore stores it."""
        return {**self.model_dump(by_alias=True, exclude_none=True), "expireAt": self.until + KEPT_FOR}


def begin(wait: EventWait) -> EventWait:
    """Start to listen, or find the wait that the same step has begun before; the wait as it is."""
    reference = clients.firestore().collection(COLLECTION).document(wait.id)
    try:
        reference.create(wait.document())
    except AlreadyExists:
        return _parse(wait.id, reference.get().to_dict() or {}) or wait
    return wait


def waiting_for(org_id: str, event_name: str, now: datetime) -> list[EventWait]:
    """The org's waits for an event of that name that have not ended."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("eventName", "==", event_name))
        .where(filter=FieldFilter("status", "==", "waiting"))
    )
    parsed = (_parse(found.id, found.to_dict() or {}) for found in query.stream())
    return [wait for wait in parsed if wait is not None and wait.until > now]


def met_fields(event_id: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is written when the event has come."""
    return {"status": "met", "event": dict(data), "eventId": event_id, "metAt": now}


def _parse(wait_id: str, data: Mapping[str, Any]) -> EventWait | None:
    try:
        return EventWait.model_validate({**data, "id": wait_id})
    except ValidationError as error:
        log.error("malformed event wait", extra={"path": f"{COLLECTION}/{wait_id}", "reason": describe(error)})
        return None
