"""The dashboard's inbox: `inbox_notifications/{id}`, which nobody outside this room writes: see `outbox.notify`."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.messages.alert_types import MAX_BODY_CHARS, MAX_TITLE_CHARS, MAX_TYPE_CHARS, AlertType, Severity
from shared.messages.links import MAX_PATH_CHARS, PREFERENCES
from shared.values.digests import hex_digest
from shared.values.text import fitted

log = logging.get_logger(__name__)

COLLECTION = "inbox_notifications"
KEPT_FOR = timedelta(days=30)
MAX_NOTE_CHARS = 1_000


class InboxNotification(BaseModel):
    """One notification in an org's inbox; deleted 30 days after `created_at`."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, defer_build=True
    )

    org_id: str = Field(min_length=1)
    type: str = Field(min_length=1, max_length=MAX_TYPE_CHARS)
    title: str = Field(min_length=1, max_length=MAX_TITLE_CHARS)
    body: str = Field(max_length=MAX_BODY_CHARS)
    severity: Severity = "info"
    playbook_id: str | None = None
    execution_id: str | None = None
    link: str | None = Field(default=None, max_length=MAX_PATH_CHARS)
    """The path of the dashboard's page that it leads to, where that is neither the run's nor the playbook's."""
    read: bool = False
    note: str | None = Field(default=None, max_length=MAX_NOTE_CHARS)
    """What happened on the other channels, if worth knowing: not texted, and why."""
    created_at: AwareDatetime

    @classmethod
    def from_document(cls, fields: Mapping[str, Any]) -> Self:
        """Of a document's fields; those that this model does not know are let be.

        Raises:
            ValidationError: a field is missing or of another shape.
        """
        names = (to_camel(name) for name in cls.model_fields)
        return cls.model_validate({name: fields[name] for name in names if fields.get(name) is not None})

    @property
    def expire_at(self) -> datetime:
        """When Firestore's TTL policy may delete it."""
        return self.created_at + KEPT_FOR


def document(notification_id: str, notification: InboxNotification) -> tuple[str, dict[str, Any]]:
    """The path and the fields to write, for those who write them together with something else."""
    fields = notification.model_dump(by_alias=True, exclude_none=True)
    return f"{COLLECTION}/{notification_id}", {**fields, "expireAt": notification.expire_at}


def write(
    notification_id: str, notification: InboxNotification, message: tuple[str, dict[str, Any]] | None = None
) -> str:
    """Create the notification unless it exists, and return its id: a retry leaves a read one as read.

    `message`: the path and the fields of what other systems are told of it, written together with it.
    """
    from google.api_core.exceptions import AlreadyExists

    from shared.gcp.plain_firestore import Commit

    commit = Commit()
    commit.create(*document(notification_id, notification))
    if message is not None:
        commit.set(*message)
    with contextlib.suppress(AlreadyExists):
        commit.send()
    return notification_id


def annotate(notification_id: str, notification: InboxNotification, note: str) -> None:
    """Put the note on the notification that is there, read or not; else create it with the note."""
    from google.api_core.exceptions import AlreadyExists

    short = note if len(note) <= MAX_NOTE_CHARS else f"{note[: MAX_NOTE_CHARS - 1]}…"
    path, fields = document(notification_id, notification.model_copy(update={"note": short}))
    try:
        firestore().document(path).create(fields)
    except AlreadyExists:
        firestore().document(path).update({"note": short})


def notify_of_setting(org_id: str, name: str, title: str, reason: str, instead: str) -> None:
    """Say that notification settings cannot be used: once for the same reason, however often they are met.

    Whoever reads them has something to send, which must not wait for this: where it fails, the log has it.
    """
    log.error(title, extra={"orgId": org_id, "reason": reason})
    which = hex_digest(org_id, reason)
    notification = InboxNotification(
        org_id=org_id,
        type=AlertType.PLAYBOOK_FAILURE,
        title=title,
        body=fitted(f"{reason}. {instead}", MAX_BODY_CHARS),
        severity="warning",
        link=PREFERENCES,
        created_at=datetime.now(UTC),
    )
    try:
        write(f"{name}-{which}", notification)
    except Exception:
        log.exception("an org couldn't be notified about its settings", extra={"orgId": org_id})
