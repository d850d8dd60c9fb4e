"""Domain events: creating `tenants/{orgId}/events/{eventId}` fires one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from google.api_core.exceptions import NotFound
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.documents.org import EVENTS, org_path
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp import clients
from shared.playbooks.models import EventName
from shared.playbooks.origins import chain_of, people_behind, root_cause_of, trace_of
from shared.playbooks.problems import problem_lines
from shared.playbooks.sizes import require_event_size
from shared.triggers.events import DomainEvent

KEPT_FOR = timedelta(days=90)
"""As long as the runs it starts."""


class EventDocument(BaseModel):
    """`{name, data}`; `createdBy` if written by a person, `hops` and `source` if published by a playbook."""

    model_config = ConfigDict(extra="ignore")

    name: EventName
    data: dict[str, Any] = Field(default_factory=dict)
    hops: int = Field(default=0, ge=0)
    created_by: Any = Field(default=None, alias="createdBy")
    source: Any = None


def parse_domain_event(org_id: str, event_id: str, document: Mapping[str, Any]) -> DomainEvent:
    """Parses an event document.

    Raises:
        PermanentError: names the field, what was found and expected; or the data are too large.
    """
    try:
        parsed = EventDocument.model_validate(dict(document))
    except ValidationError as error:
        raise PermanentError(
            f"events/{event_id}: {'; '.join(problem_lines(error))}", code=ErrorCode.INVALID_DOCUMENT
        ) from None
    require_event_size(f"events/{event_id}: data", parsed.data)
    return DomainEvent(
        org_id=org_id,
        name=parsed.name,
        id=event_id,
        data=parsed.data,
        hops=parsed.hops,
        fired_by=parsed.created_by if isinstance(parsed.created_by, str) and parsed.created_by else None,
        ancestors=chain_of(parsed.source),
        caused_by=people_behind(parsed.source),
        root_cause=root_cause_of(parsed.source),
        traceparent=trace_of(parsed.source) or trace_of(document),
    )


def stamp(org_id: str, event_id: str, document: Mapping[str, Any], now: datetime) -> None:
    """Records in the event's document when it fired, for later lookups, and sets its expiry.

    Writers of events thus don't have to set either.
    """
    says_itself = isinstance(document.get("expireAt"), datetime)
    fields = {"firedAt": now} if says_itself else {"firedAt": now, "expireAt": now + KEPT_FOR}
    try:
        clients.firestore().document(org_path(org_id, EVENTS, event_id)).update(fields)
    except NotFound:
        # Deleted meanwhile; the event still fires.
        return
