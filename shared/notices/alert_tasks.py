"""What the alert center does later: named tasks, so that asking twice makes one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from shared.gcp.task_queue import create_named_task

DELIVER_QUEUE = "deliverLater"
MARK_QUEUE = "markAlertsRead"
DEADLINE_SECONDS = 120


def deliver_at(delivery_id: str, at: datetime, *, suffix: str = "") -> None:
    """Have the message sent at that instant. `suffix`: for when the plain name may be spent."""
    name = f"{delivery_id}-deliver{suffix}"
    payload = {"kind": "message", "id": delivery_id}
    create_named_task(DELIVER_QUEUE, name, payload, deadline_seconds=DEADLINE_SECONDS, at=at)


def tell_digest_at(window_id: str, started: int, at: datetime) -> None:
    """Have the repeats of the window that started then (microseconds) told at that instant."""
    name = f"{window_id}-digest-{started}"
    payload = {"kind": "digest", "id": window_id, "started": started}
    create_named_task(DELIVER_QUEUE, name, payload, deadline_seconds=DEADLINE_SECONDS, at=at)


def mark_rest(org_id: str, by: str, after: str) -> None:
    """Have the org's unread alerts after that place in the list marked as read."""
    name = hashlib.sha256(f"{org_id}\x1f{after}".encode()).hexdigest()[:40]
    payload = {"orgId": org_id, "by": by, "after": after}
    create_named_task(MARK_QUEUE, f"{name}-read", payload, deadline_seconds=DEADLINE_SECONDS)
