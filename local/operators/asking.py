"""What is asked of the runs of one org or of all of them."""

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
    """Which runs: of an org or of all, of a playbook, in some states, created from `since` to before `until`."""

    org_id: str | None
    playbook_id: str | None
    statuses: Sequence[str]
    since: datetime | None
    until: datetime | None


def org_ids() -> list[str]:
    """Every org's id."""
    return [one.id for one in clients.firestore().collection(TENANTS).select([]).stream()]


def newest_runs(asked: Filter, limit: int) -> list[dict[str, Any]]:
    """The runs' summaries in short, the newest first. All orgs' are asked for org by org: the indexes begin so."""
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
    """A job for each org that has such runs, as `/api/executions/bulk` makes them: `{orgId, matched, jobId}`.

    Of an org that is refused, `{orgId, problem}`; the others get theirs.

    Raises:
        InvalidFieldsError: the action makes no sense for one of the states.
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
