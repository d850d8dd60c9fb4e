"""Stored digest entries: `digest_entries/{id}`, one report or alert each.

The id is that of the effect that made it, so rerunning a step finds it. The digest itself waits in the outbox and
accepts entries until it is sent.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from shared.documents.stored import Stored
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.messages.template.models import Message
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

ENTRIES = "digest_entries"
KEPT_FOR = timedelta(days=30)


class Entry(Stored):
    """One report or alert. `link`: the dashboard page for its button, if it has no button of its own."""

    id: str
    org_id: str
    digest_id: str
    kind: Literal["report", "alert"] = "report"
    type: AlertType
    message: Message
    link: str
    playbook_id: str | None = None
    execution_id: str | None = None
    created_at: AwareDatetime

    def document(self) -> dict[str, Any]:
        fields = self.model_dump(by_alias=True)
        message = self.message.model_dump(mode="json")
        return {**fields, "message": message, "expireAt": self.created_at + KEPT_FOR}


def digest_id(org_id: str, day: date) -> str:
    """The alert id of the org's digest on that local day."""
    return "digest-" + hex_digest(org_id, day.isoformat(), digits=40)


def day_of(instant: datetime, timezone: str) -> date:
    return instant.astimezone(ZoneInfo(timezone)).date()


def entry_reference(of_entry: str) -> DocumentReference:
    return firestore().collection(ENTRIES).document(of_entry)
