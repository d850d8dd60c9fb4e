"""Private endpoints: refuse callers other than the expected service, and read when the call was due.

The lock is IAM: in production only the functions' own service account may call a private function. The check
here refuses the call that strayed.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Literal

import flask

from shared.api.errors import ForbiddenError
from shared.gcp.logging import get_logger

Caller = Literal["tasks", "scheduler"]

logger = get_logger(__name__)


def is_secret(presented: str, secret: str | None) -> bool:
    """Whether somebody presents the secret that there is; takes the same time for any."""
    given, expected = (hashlib.sha256(text.encode()).digest() for text in (presented, secret or ""))
    return hmac.compare_digest(given, expected) and bool(secret)


def require_caller(request: flask.Request, kind: Caller) -> None:
    """Pass when Cloud Tasks, or Cloud Scheduler, made the request.

    Raises:
        ForbiddenError: the headers that the service sets are missing.
    """
    headers = request.headers
    if kind == "tasks":
        called = bool(headers.get("X-CloudTasks-QueueName") and headers.get("X-CloudTasks-TaskName"))
    else:
        called = headers.get("X-CloudScheduler", "").lower() == "true"
    if not called:
        raise ForbiddenError(f"this function is called by Cloud {kind.capitalize()} only")


def delivery_time(request: flask.Request) -> datetime | None:
    """The instant at which Cloud Tasks or Cloud Scheduler was due to call (UTC); None when it says nothing usable.

    Anybody can write these headers: ask only after `require_caller`, or after a cron credential.
    """
    eta = request.headers.get("X-CloudTasks-TaskETA")
    scheduled = request.headers.get("X-CloudScheduler-ScheduleTime")
    try:
        if eta is not None:
            return datetime.fromtimestamp(float(eta), UTC)
        if scheduled is not None:
            return _utc(datetime.fromisoformat(scheduled))
    except (ValueError, OverflowError, OSError):
        logger.warning("the delivery time cannot be read: %r", (eta or scheduled or "")[:80])
    return None


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("no UTC offset")
    return moment.astimezone(UTC)
