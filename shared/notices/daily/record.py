"""What a digest is made of, as it is stored.

`daily_digests/{id}` is one mail of an org on one day. `digest_entries/{id}` is one report of it, under the id of
the effect that made it: a step that runs again finds it there.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.messages.template.models import Message
from shared.quarantine.stored import Stored

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

DIGESTS = "daily_digests"
ENTRIES = "digest_entries"
KEPT_FOR = timedelta(days=30)

Status = Literal["open", "closed"]
"""`closed`: the outbox has it, and it takes no more reports."""


class Digest(Stored):
    """One mail. `due_at`: when it is closed, for as long as it has not been."""

    id: str
    org_id: str
    send_at: AwareDatetime
    due_at: AwareDatetime | None = None
    status: Status = "open"

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        return {**self.model_dump(by_alias=True, exclude_none=True), "expireAt": self.send_at + KEPT_FOR}


class Entry(Stored):
    """One report or alert. `link`: the page of the dashboard that its button opens, where it has none itself."""

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
        """As Firestore stores it."""
        fields = self.model_dump(by_alias=True)
        message = self.message.model_dump(mode="json")
        return {**fields, "message": message, "expireAt": self.created_at + KEPT_FOR}


def digest_id(org_id: str, day: date) -> str:
    """Of the org's digest on that day of its own calendar."""
    return hashlib.sha256(f"digest\x1f{org_id}\x1f{day.isoformat()}".encode()).hexdigest()[:40]


def day_of(instant: datetime, timezone: str) -> date:
    """The org's day."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def digest_reference(of_digest: str) -> DocumentReference:
    """The digest's document."""
    return firestore().collection(DIGESTS).document(of_digest)


def entry_reference(of_entry: str) -> DocumentReference:
    """The report's document."""
    return firestore().collection(ENTRIES).document(of_entry)
