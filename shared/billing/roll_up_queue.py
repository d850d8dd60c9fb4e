"""Schedules roll-ups of an org's month: a few seconds after it was added to, once for everything added until then.

The task is named after a number: one more than the roll-up that has begun last, as `usage_roll_ups` says. Whoever
adds while it has not begun finds its name taken, and is in its sums, since it stores its number before it reads the
shards. Whoever adds later reads the new number and asks for the next. No clock has a part in that. The minute in
the name is for a task that was lost permanently: it blocks no other for longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.gcp.task_queue import create_named_task
from shared.values.digests import hex_digest

QUEUE = "rollUpUsage"
COLLECTION = "usage_roll_ups"
DELAY = timedelta(seconds=3)
DEADLINE_SECONDS = 120
_NUMBER = "number"


def request(org_id: str, month: str, now: datetime) -> bool:
    """Have the org's month `YYYY-MM` rolled up; False where that was asked for already. One read, one task."""
    number = begun(org_id, month) + 1
    payload = {"orgId": org_id, "period": month, "number": number}
    name = task_name(org_id, month, number, now)
    return create_named_task(QUEUE, name, payload, deadline_seconds=DEADLINE_SECONDS, at=now + DELAY)


def requested_by(shard: Mapping[str, Any], now: datetime) -> bool:
    """`request` for the month that a shard's fields name.

    Raises:
        PermanentError: they name none.
    """
    org_id, month = shard.get("orgId"), shard.get("period")
    if not (isinstance(org_id, str) and org_id and isinstance(month, str) and month):
        raise PermanentError(f"a shard has orgId {org_id!r} and period {month!r}; expected both, as texts")
    return request(org_id, month, now)


def begun(org_id: str, month: str) -> int:
    """The number of the roll-up that has begun last; 0 where none has."""
    found = firestore().document(f"{COLLECTION}/{org_id}-{month}").get().to_dict() or {}
    return int(found.get(_NUMBER, 0))


def begin(org_id: str, month: str, number: int) -> None:
    """Store that the roll-up begins; a late twin of an earlier one changes nothing."""
    from google.cloud.firestore_v1.transforms import Maximum

    fields = {"orgId": org_id, "period": month, _NUMBER: Maximum(number)}
    firestore().document(f"{COLLECTION}/{org_id}-{month}").set(fields, merge=True)


def task_name(org_id: str, month: str, number: int, now: datetime) -> str:
    """The task name; the hash prefix avoids hotspots."""
    digest = hex_digest(org_id)
    return f"{digest}-usage-{month}-{number}-{now.astimezone(UTC):%Y%m%dT%H%M}"
