"""Counts the runs that events start, on their playbook's assignment: `triggerCount`, `lastTriggeredAt`.

One document takes about one write a second for long. An import that starts thousands of runs would write one
assignment as often, so what comes faster than that is counted in shards (`trigger_counts`), which a walk adds to
the assignment once a day.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import Increment
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "trigger_counts"
SHARDS = 16
BURST = 20
"""So many within the window are counted where people read it, in each process."""
WINDOW_SECONDS = 10.0
MOST_PROCESSES_KNOW = 1_000


@dataclass
class Recent:
    """When this process counted lately, by assignment."""

    counted: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_burst(self, assignment_id: str, now: float) -> bool:
        """Whether one more comes too fast to be written to the assignment itself."""
        with self.lock:
            if len(self.counted) > MOST_PROCESSES_KNOW:
                self.counted.clear()
            times = self.counted[assignment_id]
            while times and now - times[0] >= WINDOW_SECONDS:
                times.popleft()
            if len(times) >= BURST:
                return True
            times.append(now)
            return False


_recent = Recent()


def one_more(org_id: str, playbook_id: str, at: datetime) -> tuple[str, dict[str, Any]]:
    """Path and fields to merge into it, for one run that an event starts."""
    assignment_id = f"{org_id}_{playbook_id}"
    if not _recent.is_burst(assignment_id, time.monotonic()):
        return f"{PLAYBOOK_ASSIGNMENTS}/{assignment_id}", {"lastTriggeredAt": at, "triggerCount": Increment(1)}
    shard = random.randrange(SHARDS)  # noqa: S311 - any of them will do
    known = {"orgId": org_id, "assignmentId": assignment_id, "lastTriggeredAt": at, "count": Increment(1)}
    return f"{COLLECTION}/{assignment_id}-{shard:02}", known


def add_up(org_id: str) -> int:
    """Add what the org's shards have counted to its assignments; how much that was. One read if there are none.

    Raises:
        TransientError: runs are being counted at this moment; to be done again.
    """
    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("orgId", "==", org_id)).select([])
    by_assignment: defaultdict[str, list[Any]] = defaultdict(list)
    for found in query.stream():
        by_assignment[found.id.rpartition("-")[0]].append(found.reference)
    return sum(_add_up(assignment_id, shards) for assignment_id, shards in by_assignment.items())


def _add_up(assignment_id: str, shards: Iterable[Any]) -> int:
    client = clients.firestore()
    target = client.collection(PLAYBOOK_ASSIGNMENTS).document(assignment_id)

    def move(transaction: Transaction) -> int:
        read = {
            one.reference: one for one in client.get_all([target, *shards], transaction=transaction) if one.exists
        }
        assignment = read.pop(target, None)
        counted = sum(_count(one.to_dict() or {}) for one in read.values())
        if assignment is not None and counted:
            instants = [(one.to_dict() or {}).get("lastTriggeredAt") for one in (assignment, *read.values())]
            latest = max((one for one in instants if isinstance(one, datetime)), default=None)
            transaction.update(target, {"triggerCount": Increment(counted), "lastTriggeredAt": latest})
        for reference in read:
            transaction.delete(reference)
        return counted

    return in_transaction(move, f"what is counted of {assignment_id}")


def _count(shard: Mapping[str, Any]) -> int:
    count = shard.get("count")
    return count if isinstance(count, int) and count > 0 else 0
