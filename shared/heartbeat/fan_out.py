"""One task per active org and hour, even if called twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.documents.org import TENANTS
from shared.gcp import clients, logging
from shared.gcp.pages import paged
from shared.gcp.task_queue import create_named_task
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

QUEUE = "checkOrg"
DEADLINE_SECONDS = 300
PAGE = 300
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class FannedOut:
    """How many active orgs there are, and for how many this call created the task; `failed`: it couldn't be
    created.
    """

    orgs: int
    enqueued: int
    failed: int = 0


def fan_out(now: datetime) -> FannedOut:
    """Have every active org checked.

    Raises:
        TransientError: some tasks were refused for now; the others are made, and asking again makes none twice.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    with Isolation("heartbeat-fan-out") as isolation:
        made = isolation.each(_active_orgs(), Item.of, lambda org: _enqueue(org.id, hour), at_once=AT_ONCE)
    orgs, enqueued = len(made), sum(one is True for one in made)
    counts = isolation.counts
    log.info("heartbeat", extra={"orgs": orgs, "enqueued": enqueued, **asdict(counts)})
    isolation.require_no_waiting()
    return FannedOut(orgs, enqueued, counts.failed + counts.passed_over)


def _active_orgs() -> Iterator[DocumentSnapshot[Any]]:
    """An org without a status is active, so the query can't filter by it."""
    for found in paged(clients.firestore().collection(TENANTS).select(["status"]), PAGE):
        if (found.to_dict() or {}).get("status", "active") in (None, "active"):
            yield found


def _enqueue(org_id: str, hour: datetime) -> bool:
    return create_named_task(QUEUE, task_name(org_id, hour), {"orgId": org_id}, deadline_seconds=DEADLINE_SECONDS)


def task_name(org_id: str, hour: datetime) -> str:
    """The name of an org's task for that hour; the hash prefix avoids hotspots."""
    digest = hex_digest(org_id)
    return f"{digest}-heartbeat-{hour:%Y%m%dT%H}"
