"""Reading an org's inbox, newest first, and marking alerts as read."""

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
"""Notifications per commit; Firestore's limit is 500 writes."""
TRIES = 3
MARK_QUEUE = "markAlertsRead"
MARK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class AlertList:
    """Alerts for the API; `next_after` is the next page's cursor, if any."""

    alerts: list[dict[str, Any]]
    next_after: str | None
    unreadable: int
    """Malformed documents that were skipped."""


@dataclass(frozen=True, slots=True)
class Marked:
    """How many were marked as read; `rest_after` is the cursor of the rest, if any."""

    updated: int
    rest_after: str | None


def list_alerts(org_id: str, now: datetime, *, limit: int = DEFAULT_LIMIT, after: str | None = None) -> AlertList:
    """The org's unexpired alerts of the last 30 days, newest first, after the cursor `after`.

    Raises:
        InvalidFieldsError: `after` is not a valid cursor.
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
    """The number of unread alerts of the last 30 days, in one aggregation."""
    query: Any = _unread(org_id, now)
    return int(query.count().get()[0][0].value)


def mark_read(org_id: str, alert_id: str, by: str, now: datetime) -> int:
    """Marks one alert as read; returns 1, or 0 if it already was.

    Raises:
        NotFoundError: it doesn't exist, belongs to another org, or has expired.
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
    """Marks unread alerts as read, newest first, for at most `seconds`.

    Alerts that arrive meanwhile stay unread.

    Raises:
        InvalidFieldsError: `after` is not a valid cursor.
        TransientError: a page could not be written now; earlier pages were.
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
    """Enqueues a task that marks the rest after the cursor as read."""
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
            # Firestore deleted an expired one while we were writing; the next read won't include it.
            continue
        except InvalidArgument:
            return page, _mark_one_by_one(due, by, now)
        return page, len(due)
    raise TransientError("the alerts are changing too fast to be marked as read", code=ErrorCode.BUSY)


def _mark_one_by_one(due: list[DocumentSnapshot[Any]], by: str, now: datetime) -> int:
    """Marks them separately, because one is too large for more fields; returns how many succeeded."""
    from shared.quarantine.entries import Item
    from shared.quarantine.isolation import Isolation

    with Isolation("marking-as-read", remembers=False) as isolation:
        isolation.each(due, Item.of, lambda one: one.reference.update(_read_by(by, now)))
    return isolation.counts.done


def of_run(org_id: str, execution_id: str) -> str | None:
    """Title and body of a run's inbox notification, or None."""
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
    """Checks expiry by the clock, because TTL deletion lags by up to a day."""
    fields = stored.to_dict() or {}
    created, expires = fields.get("createdAt"), fields.get("expireAt")
    if isinstance(expires, datetime) and expires <= now:
        return True
    return isinstance(created, datetime) and created <= now - KEPT_FOR


def _shown(stored: DocumentSnapshot[Any]) -> dict[str, Any] | None:
    """The alert for the API; None if its document is malformed."""
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
