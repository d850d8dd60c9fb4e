"""The dashboard's inbox: `inbox_notifications/{id}`. Only this room writes it: see `outbox.notify`."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from pydantic import AwareDatetime, Field
from pydantic.alias_generators import to_camel

from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.messages.alert_types import MAX_BODY_CHARS, MAX_TITLE_CHARS, MAX_TYPE_CHARS, AlertType, Severity
from shared.messages.links import MAX_PATH_CHARS, PREFERENCES
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest
from shared.values.text import fitted

log = logging.get_logger(__name__)

COLLECTION = "inbox_notifications"
KEPT_FOR = timedelta(days=30)
MAX_NOTE_CHARS = 1_000


class InboxNotification(CamelModel, extra="forbid", frozen=True):
    """One notification in an org's inbox; deleted 30 days after `created_at`."""

    org_id: str = Field(min_length=1)
    type: str = Field(min_length=1, max_length=MAX_TYPE_CHARS)
    title: str = Field(min_length=1, max_length=MAX_TITLE_CHARS)
    body: str = Field(max_length=MAX_BODY_CHARS)
    severity: Severity = "info"
    playbook_id: str | None = None
    execution_id: str | None = None
    link: str | None = Field(default=None, max_length=MAX_PATH_CHARS)
    """The dashboard path to open, if it isn't the run's or the playbook's."""
    read: bool = False
    note: str | None = Field(default=None, max_length=MAX_NOTE_CHARS)
    """What happened on other channels, for example why nobody was texted."""
    created_at: AwareDatetime

    @classmethod
    def from_document(cls, fields: Mapping[str, Any]) -> Self:
        """Parses a document; unknown fields are ignored.

        Raises:
            ValidationError: a field is missing or malformed.
        """
        names = (to_camel(name) for name in cls.model_fields)
        return cls.model_validate({name: fields[name] for name in names if fields.get(name) is not None})

    @property
    def expire_at(self) -> datetime:
        return self.created_at + KEPT_FOR


def document(notification_id: str, notification: InboxNotification) -> tuple[str, dict[str, Any]]:
    """The path and fields, for callers that include them in a larger commit."""
    fields = notification.model_dump(by_alias=True, exclude_none=True)
    return f"{COLLECTION}/{notification_id}", {**fields, "expireAt": notification.expire_at}


def write(
    notification_id: str, notification: InboxNotification, message: tuple[str, dict[str, Any]] | None = None
) -> str:
    """Creates the notification unless it exists, so that a retry doesn't mark it unread; returns its id.

    `message`: path and fields of the message to other systems, written in the same commit.
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
    """Adds the note to the notification, creating it if needed."""
    from google.api_core.exceptions import AlreadyExists

    short = note if len(note) <= MAX_NOTE_CHARS else f"{note[: MAX_NOTE_CHARS - 1]}…"
    path, fields = document(notification_id, notification.model_copy(update={"note": short}))
    try:
        firestore().document(path).create(fields)
    except AlreadyExists:
        firestore().document(path).update({"note": short})


def notify_of_setting(org_id: str, name: str, title: str, reason: str, instead: str) -> None:
    """Reports unusable notification settings, once per reason.

    Failures are only logged, because the caller has something to send that must not wait.
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
