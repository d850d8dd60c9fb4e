"""The two schedules that all orgs' catalog playbooks share: their jobs, their slots, and the walk over all orgs.

Each org with a job of its own for each playbook would be more jobs than a region has.
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
from shared.documents.org import TENANTS
from shared.documents.top_level import PLAYBOOK_ASSIGNMENTS
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
    """How often; also the id of the trigger that such a run has."""

    DAILY = "daily"
    WEEKLY = "weekly"


CRON = {Frequency.DAILY: "0 9 * * *", Frequency.WEEKLY: "0 8 * * 1"}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of one walk over all orgs, in the order of their ids."""

    frequency: Frequency
    slot: datetime
    walk: str
    """What a walk is known by: the tick's instant, so that a tick told twice is walked once."""
    after: str | None = None
    """The last org of the page before; None for the first page."""

    def task_name(self) -> str:
        """Of the task that deals with the page; led by a digest, as well spread names are."""
        parts = (self.frequency, _utc(self.slot), self.walk, self.after or "")
        digest = hex_digest(*parts)
        return f"{digest}-{self.frequency}-{self.slot.astimezone(UTC):%Y%m%dT%H%M}"


def slot_of(frequency: Frequency, instant: datetime) -> datetime:
    """The slot (UTC) that a tick at `instant` stands for: the schedule's last one, however late the tick is."""
    return latest_slot(CRON[frequency], TIMEZONE, instant)


def require_slot(frequency: Frequency, slot: datetime, now: datetime) -> datetime:
    """`slot` itself, in UTC.

    Raises:
        InvalidFieldsError: it is still to come, or the schedule has no such slot.
    """
    last = slot_of(frequency, min(slot, now))
    if slot == last:
        return last
    expected = f"a slot of {CRON[frequency]!r} in {TIMEZONE} that has come, like {_utc(last)}"
    found = slot.isoformat()
    problem = {"field": "slot", "found": found, "expected": expected}
    raise InvalidFieldsError(f"slot: found {found}, expected {expected}", [problem])


def has_own_schedule(data: Mapping[str, Any]) -> bool:
    """Whether somebody has given a playbook of the catalog another time: then the shared tick does not start it."""
    triggers = data.get("triggers")
    found = triggers if isinstance(triggers, list) else []
    return any(isinstance(one, Mapping) and one.get("type") == "schedule" for one in found)


def enqueue(page: Page) -> bool:
    """Have the page dealt with; False where that was asked for before."""
    payload = {**asdict(page), "slot": _utc(page.slot)}
    return create_named_task(QUEUE, page.task_name(), payload, deadline_seconds=DEADLINE_SECONDS)


def count_active_orgs() -> int:
    """How many orgs are active, without reading them; one without a status is."""
    tenants = clients.firestore().collection(TENANTS)
    inactive = clients.firestore().collection(TENANTS).where(filter=FieldFilter("status", "!=", "active"))
    return _count(tenants) - _count(inactive)


def count_active_assignments(frequency: Frequency) -> int:
    """How many assignments of that frequency are active, without reading them."""
    query = (
        clients.firestore()
        .collection(PLAYBOOK_ASSIGNMENTS)
        .where(filter=FieldFilter("frequency", "==", frequency.value))
        .where(filter=FieldFilter("status", "==", "active"))
    )
    return _count(query)


def build_job(frequency: Frequency, secret: str, config: Settings) -> dict[str, Any]:
    """The Cloud Scheduler job that ticks: POST to the public door with the cron secret."""
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
