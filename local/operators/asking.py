"""Queries on the runs of one or all orgs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Any

from shared.api.idempotency import fingerprint
from shared.documents.org import TENANTS
from shared.errors import PlaybookError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import bulk, summaries
from shared.runs.bulk import BulkRequest
from shared.runs.bulk_record import BulkAction, BulkFilter, count_matching
from shared.runs.reading import RunFilter
from shared.runs.record import ExecutionStatus


@dataclass(frozen=True, slots=True)
class Filter:
    """Selects runs by org, playbook and status, created from `since` until before `until`."""

    org_id: str | None
    playbook_id: str | None
    statuses: Sequence[str]
    since: datetime | None
    until: datetime | None


def org_ids() -> list[str]:
    return [one.id for one in clients.firestore().collection(TENANTS).select([]).stream()]


def newest_runs(asked: Filter, limit: int) -> list[dict[str, Any]]:
    """Short run summaries, newest first. Queries each org separately, because the indexes start with the org."""
    statuses = [ExecutionStatus(one) for one in asked.statuses]
    found: list[dict[str, Any]] = []
    for org_id in [asked.org_id] if asked.org_id else org_ids():
        wanted = RunFilter(org_id, statuses, asked.playbook_id, None, asked.since, asked.until)
        query = wanted.query(summaries.COLLECTION).limit(limit)
        found += (_short(one.id, one.to_dict() or {}) for one in query.stream())
        found = nlargest(limit, found, key=_created)
    return found


def in_bulk(
    action: BulkAction, orgs: Iterable[str], asked: Filter, *, by: str, dry_run: bool
) -> list[dict[str, Any]]:
    """A bulk job per org with matching runs, like `/api/executions/bulk`: `{orgId, matched, jobId}`.

    Refused orgs get `{orgId, problem}` and don't affect others.

    Raises:
        InvalidFieldsError: the action doesn't apply to one of the statuses.
    """
    filter_ = BulkFilter.model_validate(
        {
            "status": list(asked.statuses),
            "playbookId": asked.playbook_id,
            "since": asked.since,
            "until": asked.until,
        }
    )
    filter_.require_fit(action)
    jobs: list[dict[str, Any]] = []
    for org_id in orgs:
        try:
            matched = count_matching(org_id, filter_)
            if matched and dry_run:
                jobs.append({"orgId": org_id, "matched": matched, "jobId": None})
            elif matched:
                job = bulk.ask(BulkRequest(org_id, action, filter_, by, fingerprint(filter_)), None, Clock())
                jobs.append({"orgId": org_id, "matched": job.matched, "jobId": job.id})
        except PlaybookError as error:
            jobs.append({"orgId": org_id, "problem": str(error)})
    return jobs


def _created(row: dict[str, Any]) -> float:
    created = row["createdAt"]
    return created.timestamp() if isinstance(created, datetime) else 0.0


def _short(execution_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    kept = ("orgId", "playbookId", "playbookName", "status", "attempt", "createdAt", "completedAt", "statusReason")
    trigger = fields.get("trigger")
    kind = trigger.get("type") if isinstance(trigger, dict) else None
    return {"executionId": execution_id, **{name: fields.get(name) for name in kept}, "trigger": kind}
