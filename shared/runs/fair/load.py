"""Counts an org's active runs and those started in the last minute.

An org far from its limits costs no look-up: a process counts once for every few runs that it starts, as many as a
tenth of the limit, and for each run only from half of the limit on. So the limit can be passed by a tenth of it
(by three, if that is more) for each further process that starts runs of the org, and by runs that start at the very
same moment. What waits is let go by exact counts.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.runs.fair.limits import OrgLimits
from shared.runs.record import ExecutionStatus

WINDOW = timedelta(minutes=1)
FREE_SHARE, LEAST_FREE = 10, 3
FAR_FROM_FULL = 0.5
LOST_AFTER = timedelta(hours=1)
"""A run that lies untouched for so long past its due time takes no slot any more."""
MOST_ORGS = 1_000


@dataclass(frozen=True, slots=True)
class Load:
    """What is known: `under_way` are queued with a task, or running."""

    under_way: int
    started_lately: int


@dataclass(slots=True)
class _CachedLoad:
    under_way: int = 0
    """When this process counted last."""
    since: int = 0
    """Started by this process since then."""
    starts: deque[datetime] = field(default_factory=deque)
    """Of this process, in the last minute."""


_known: dict[str, _CachedLoad] = {}
_lock = threading.Lock()


def look(org_id: str, limits: OrgLimits, now: datetime) -> Load | None:
    """The org's load; None where it is so small that nobody needs to know."""
    with _lock:
        known = _of(org_id)
        while known.starts and not now - WINDOW < known.starts[0] <= now:
            known.starts.popleft()
        has_few_starts = len(known.starts) < max(limits.a_minute // FREE_SHARE, 1)
        is_free = known.since < max(limits.at_once // FREE_SHARE, LEAST_FREE)
        if has_few_starts and is_free and known.under_way + known.since < limits.at_once * FAR_FROM_FULL:
            return None
        started = len(known.starts)
    load = Load(count_under_way(org_id, now), started if has_few_starts else count_started(org_id, now))
    with _lock:
        known = _of(org_id)
        known.under_way, known.since = load.under_way, 0
    return load


def note_start(org_id: str, now: datetime) -> None:
    """A run of the org is started by this process now."""
    with _lock:
        known = _of(org_id)
        known.starts.append(now)
        known.since += 1


def forget() -> None:
    """Count anew: another Firestore lies behind the clients now."""
    with _lock:
        _known.clear()


def _of(org_id: str) -> _CachedLoad:
    if org_id not in _known and len(_known) >= MOST_ORGS:
        _known.clear()
    return _known.setdefault(org_id, _CachedLoad())


def count_under_way(org_id: str, now: datetime) -> int:
    """Runs of the org that have a task or a process now; what is held, waits or climbs the ladder has none."""
    query: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "in", [ExecutionStatus.QUEUED.value, ExecutionStatus.RUNNING.value]))
        .where(filter=FieldFilter("dueAt", ">", now - LOST_AFTER))
    )
    return int(query.count().get()[0][0].value)


def count_started(org_id: str, now: datetime) -> int:
    """Runs of the org that were created in the last minute."""
    query: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("createdAt", ">", now - WINDOW))
        .order_by("createdAt", direction="DESCENDING")
    )
    return int(query.count().get()[0][0].value)


def count_turns(org_id: str, playbook_id: str) -> int:
    """Runs of a playbook with a limit of its own that were let go and are under way, or will climb on."""
    statuses = [ExecutionStatus.QUEUED.value, ExecutionStatus.RUNNING.value, ExecutionStatus.RETRYING.value]
    query: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "==", playbook_id))
        .where(filter=FieldFilter("status", "in", statuses))
        .where(filter=FieldFilter("turnAt", ">", datetime(2000, 1, 1, tzinfo=UTC)))
    )
    return int(query.count().get()[0][0].value)


def turns_since(org_id: str, playbook_id: str, trigger_id: str, since: datetime) -> tuple[int, datetime | None]:
    """How many of a trigger's runs were let go since then, and when the first of them was."""
    query: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "==", playbook_id))
        .where(filter=FieldFilter("trigger.id", "==", trigger_id))
        .where(filter=FieldFilter("turnAt", ">", since))
        .order_by("turnAt")
    )
    first = next(iter(query.select(["turnAt"]).limit(1).stream()), None)
    if first is None:
        return 0, None
    return int(query.count().get()[0][0].value), (first.to_dict() or {})["turnAt"]
