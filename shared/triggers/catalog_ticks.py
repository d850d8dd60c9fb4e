"""The two schedules shared by all orgs' catalog playbooks: jobs, slots, and the walk over all orgs.

A job per org and playbook would exceed the region's limit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api import paths
from shared.api.errors import InvalidFieldsError
from shared.documents.org import PLAYBOOK_ASSIGNMENTS, TENANTS
from shared.gcp import clients
from shared.gcp.task_queue import create_named_task
from shared.playbooks.cron import latest_slot
from shared.triggers import jobs
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from shared.gcp.settings import Settings

QUEUE = "startCatalogRuns"
DEADLINE_SECONDS = 300
TIMEZONE = "America/New_York"
ATTEMPT_DEADLINE_SECONDS = 60


class Frequency(StrEnum):
    """How often; also the trigger id of the runs."""

    DAILY = "daily"
    WEEKLY = "weekly"


CRON = {Frequency.DAILY: "0 9 * * *", Frequency.WEEKLY: "0 8 * * 1"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a walk over all orgs, in order of their ids."""

    frequency: Frequency
    slot: datetime
    walk: str
    """The walk's id: the tick's time, so that a repeated tick is walked once."""
    after: str | None = None
    """The previous page's last org, if any."""

    def task_name(self) -> str:
        """The page's task name; the hash prefix avoids hotspots."""
        parts = (self.frequency, _utc(self.slot), self.walk, self.after or "")
        digest = hex_digest(*parts)
        return f"{digest}-{self.frequency}-{self.slot.astimezone(UTC):%Y%m%dT%H%M}"


def slot_of(frequency: Frequency, instant: datetime) -> datetime:
    """The slot (UTC) for a tick at `instant`: the schedule's latest one, however late the tick is."""
    return latest_slot(CRON[frequency], TIMEZONE, instant)


def require_slot(frequency: Frequency, slot: datetime, now: datetime) -> datetime:
    """Validates `slot` and returns it in UTC.

    Raises:
        InvalidFieldsError: it is in the future, or not a slot of the schedule.
    """
    last = slot_of(frequency, min(slot, now))
    if slot == last:
        return last
    expected = f"a past slot of {CRON[frequency]!r} in {TIMEZONE}, like {_utc(last)}"
    found = slot.isoformat()
    problem = {"field": "slot", "found": found, "expected": expected}
    raise InvalidFieldsError(f"slot: found {found}, expected {expected}", [problem])


def has_own_schedule(data: Mapping[str, Any]) -> bool:
    """Whether somebody rescheduled the catalog playbook; the shared tick then skips it."""
    triggers = data.get("triggers")
    found = triggers if isinstance(triggers, list) else []
    return any(isinstance(one, Mapping) and one.get("type") == "schedule" for one in found)


def enqueue(page: Page) -> bool:
    """Enqueues the page; False if it was enqueued before."""
    payload = {**asdict(page), "slot": _utc(page.slot)}
    return create_named_task(QUEUE, page.task_name(), payload, deadline_seconds=DEADLINE_SECONDS)


def count_active_orgs() -> int:
    """The number of active orgs (no status counts as active), without reading them."""
    tenants = clients.firestore().collection(TENANTS)
    inactive = clients.firestore().collection(TENANTS).where(filter=FieldFilter("status", "!=", "active"))
    return _count(tenants) - _count(inactive)


def count_active_assignments(frequency: Frequency) -> int:
    """The number of active assignments of the frequency, without reading them."""
    query = (
        clients.firestore()
        .collection(PLAYBOOK_ASSIGNMENTS)
        .where(filter=FieldFilter("frequency", "==", frequency.value))
        .where(filter=FieldFilter("status", "==", "active"))
    )
    return _count(query)


def build_job(frequency: Frequency, secret: str, config: Settings) -> dict[str, Any]:
    """The Cloud Scheduler job for the tick: a POST with the cron secret."""
    parent = f"projects/{config.project}/locations/{config.region}"
    return {
        "name": f"{parent}/jobs/playbooks-{frequency}",
        "description": f"Starts every org's {frequency} catalog playbooks",
        "schedule": CRON[frequency],
        "time_zone": TIMEZONE,
        "attempt_deadline": {"seconds": ATTEMPT_DEADLINE_SECONDS},
        "retry_config": jobs.retry_config(),
        "http_target": {
            "uri": config.public_base_url + paths.path_of(paths.CATALOG_TICK, frequency=frequency),
            "http_method": "POST",
            "headers": {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
            "body": json.dumps({}).encode(),
        },
    }


def _count(query: Any) -> int:
    return int(query.count().get()[0][0].value)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")
