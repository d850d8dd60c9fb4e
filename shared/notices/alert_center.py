"""What an org's people see of their inbox, newest first, and mark as read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.api.cursors import continued, cursor_of
from shared.api.errors import not_found
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.task_queue import create_named_task
from shared.notices.inbox import COLLECTION, KEPT_FOR, InboxNotification
from shared.playbooks.problems import problem_lines
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

log = logging.get_logger(__name__)

MAX_LIMIT = 100
DEFAULT_LIMIT = 50
PAGE = 400
"""Notifications marked in one commit; Firestore takes 500 writes."""
TRIES = 3
MARK_QUEUE = "markAlertsRead"
MARK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class AlertList:
    """Alerts as the API shows them; `next_after` asks for those after them, None if there are none."""

    alerts: list[dict[str, Any]]
    next_after: str | None
    unreadable: int
    """How many were passed over because their documents are malformed."""


@dataclass(frozen=True, slots=True)
class Marked:
    """How many became read; `rest_after` is where to go on, None when all are."""

    updated: int
    rest_after: str | None


def list_alerts(org_id: str, now: datetime, *, limit: int = DEFAULT_LIMIT, after: str | None = None) -> AlertList:
    """The org's alerts of the last 30 days that have not expired, newest first, after the one that `after` names.

    Raises:
        InvalidFieldsError: `after` did not come from an earlier answer.
    """
    query = continued(_recent(org_id, now), firestore().collection(COLLECTION), after)
    found: list[DocumentSnapshot[Any]] = []
    while len(found) <= limit:
        wanted = limit + 1 - len(found)
        page = list(query.limit(wanted).stream())
        found += [one for one in page if not _has_expired(one, now)]
        if len(page) < wanted:
            break
        query = query.start_after(page[-1])
    shown = found[:limit]
    readable = [alert for alert in map(_shown, shown) if alert is not None]
    next_after = cursor_of(shown[-1]) if len(found) > limit else None
    return AlertList(readable, next_after, len(shown) - len(readable))


def count_unread(org_id: str, now: datetime) -> int:
    """How many of the org's alerts of the last 30 days nobody has read, in one aggregation."""
    query: Any = _unread(org_id, now)
    return int(query.count().get()[0][0].value)


def mark_read(org_id: str, alert_id: str, by: str, now: datetime) -> int:
    """Mark one alert as read; 1, or 0 where it was read before.

    Raises:
        NotFoundError: there is no such alert, it is another org's, or it has expired.
    """
    from google.api_core.exceptions import NotFound

    resource = f"alert {alert_id}"
    reference = firestore().collection(COLLECTION).document(alert_id)
    stored = reference.get()
    fields = stored.to_dict() or {}
    if fields.get("orgId") != org_id or _has_expired(stored, now):
        raise not_found(resource)
    if fields.get("read") is True:
        return 0
    try:
        reference.update(_read_by(by, now))
    except NotFound:  # it expired in this very moment
        raise not_found(resource) from None
    return 1


def mark_all_read(org_id: str, by: str, now: datetime, *, seconds: float, after: str | None = None) -> Marked:
    """Mark the org's unread alerts as read, page by page from the newest on, for so many seconds at most.

    Those that arrive meanwhile stay unread: nobody has seen them.

    Raises:
        InvalidFieldsError: `after` is none that this function gave.
        TransientError: a page could not be written just now; those before it are.
    """
    deadline = time.monotonic() + seconds
    unread = _unread(org_id, now).select(["createdAt", "expireAt"])
    query = continued(unread, firestore().collection(COLLECTION), after)
    updated = 0
    while True:
        page, marked = _mark_page(query, by, now)
        updated += marked
        if len(page) < PAGE:
            return Marked(updated, None)
        if time.monotonic() >= deadline:
            return Marked(updated, cursor_of(page[-1]))
        query = unread.start_after(page[-1])


def mark_rest(org_id: str, by: str, after: str) -> None:
    """Have the org's unread alerts after that place in the list marked as read, by a task."""
    name = hex_digest(org_id, after, digits=40)
    payload = {"orgId": org_id, "by": by, "after": after}
    create_named_task(MARK_QUEUE, f"{name}-read", payload, deadline_seconds=MARK_SECONDS)


def _mark_page(query: Query, by: str, now: datetime) -> tuple[list[DocumentSnapshot[Any]], int]:
    from google.api_core.exceptions import InvalidArgument, NotFound

    for _ in range(TRIES):
        page = list(query.limit(PAGE).stream())
        due = [one for one in page if not _has_expired(one, now)]
        batch = firestore().batch()
        for one in due:
            batch.update(one.reference, _read_by(by, now))
        try:
            batch.commit()
        except NotFound:
            # Firestore deletes what expired while we write; the next look does not see it any more.
            continue
        except InvalidArgument:
            return page, _mark_one_by_one(due, by, now)
        return page, len(due)
    raise TransientError("the alerts change too fast to be marked just now", code=ErrorCode.BUSY)


def _mark_one_by_one(due: list[DocumentSnapshot[Any]], by: str, now: datetime) -> int:
    """How many could be marked. One that is so large that it takes no more fields keeps the others from nothing."""
    from shared.quarantine.entries import Item
    from shared.quarantine.isolation import Isolation

    with Isolation("marking-as-read", remembers=False) as isolation:
        isolation.each(due, Item.of, lambda one: one.reference.update(_read_by(by, now)))
    return isolation.counts.done


def of_run(org_id: str, execution_id: str) -> str | None:
    """What the org's people find in the inbox of a run: title and body; None where there is nothing."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("executionId", "==", execution_id))
        .limit(1)
    )
    found = next((one.to_dict() for one in query.stream()), None)
    return f"{found['title']}\n{found['body']}" if found and found.get("body") else None


def _recent(org_id: str, now: datetime) -> Query:
    from google.cloud.firestore_v1.base_query import FieldFilter

    return (
        firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("createdAt", ">", now - KEPT_FOR))
        .order_by("createdAt", direction="DESCENDING")
    )


def _unread(org_id: str, now: datetime) -> Query:
    from google.cloud.firestore_v1.base_query import FieldFilter

    return (
        firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("read", "==", False))
        .where(filter=FieldFilter("createdAt", ">", now - KEPT_FOR))
        .order_by("createdAt", direction="DESCENDING")
    )


def _has_expired(stored: DocumentSnapshot[Any], now: datetime) -> bool:
    """TTL deletion lags by up to a day, so the clock decides what is still shown."""
    fields = stored.to_dict() or {}
    created, expires = fields.get("createdAt"), fields.get("expireAt")
    if isinstance(expires, datetime) and expires <= now:
        return True
    return isinstance(created, datetime) and created <= now - KEPT_FOR


def _shown(stored: DocumentSnapshot[Any]) -> dict[str, Any] | None:
    """The alert as the API shows it; None where its document is malformed."""
    fields = stored.to_dict() or {}
    try:
        alert = InboxNotification.from_document(fields)
    except ValidationError as error:
        reason = "; ".join(problem_lines(error))
        log.error("a notification cannot be shown", extra={"notificationId": stored.id, "reason": reason})
        return None
    return {"id": stored.id, **alert.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"org_id"})}


def _read_by(by: str, now: datetime) -> dict[str, Any]:
    return {"read": True, "readAt": now, "readBy": by}
