"""Domain events: `tenants/{orgId}/events/{eventId}`. Creating one fires it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import Field, JsonValue

from shared.documents.org import EVENTS, org_path
from shared.documents.stored import create_unless_there
from shared.gcp import clients
from shared.playbooks.models import EventName
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

KEPT_FOR = timedelta(days=90)
"""As long as the runs it starts."""


class EventDocument(CamelModel):
    """`{name, data}`; `createdBy` if written by a person, `hops` and `source` if published by a playbook."""

    name: EventName
    data: dict[str, Any] = Field(default_factory=dict)
    hops: int = Field(default=0, ge=0)
    created_by: Any = None
    source: Any = None


class HookDetails(CamelModel):
    """Of an event that came by a hook, what the headers of the call said, and what a person did with it."""

    hook_id: str
    playbook_id: str
    form: str | None = None
    id: str | None = None
    topic: str | None = None
    replay_of: str | None = None


class ReceivedEvent(EventDocument):
    """An event that came by a hook."""

    data: dict[str, JsonValue] = Field(default_factory=dict)
    hook: HookDetails
    received_at: datetime


def reference(org_id: str, event_id: str) -> DocumentReference:
    """The event's document."""
    return clients.firestore().document(org_path(org_id, EVENTS, event_id))


def create(org_id: str, event_id: str, fields: Mapping[str, Any]) -> bool:
    """Fire the event; False where it was there already, and is left as it is."""
    return create_unless_there(org_path(org_id, EVENTS, event_id), fields)


def stamp(org_id: str, event_id: str, document: Mapping[str, Any], now: datetime) -> None:
    """Records in the event's document when it fired, for later lookups, and sets its expiry.

    Writers of events thus don't have to set either.
    """
    from google.api_core.exceptions import NotFound

    says_itself = isinstance(document.get("expireAt"), datetime)
    fields = {"firedAt": now} if says_itself else {"firedAt": now, "expireAt": now + KEPT_FOR}
    try:
        reference(org_id, event_id).update(fields)
    except NotFound:
        # Deleted meanwhile; the event still fires.
        return
