"""Retries or cancels many runs: requested over the API, done page by page by tasks.

A page's runs are noted in the job before they are dealt with, and counted after. So whoever goes on after a death,
or runs beside a twin, deals with the same runs, and sending one back or stopping it twice is harmless: each counts
once.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.cursors import continued, cursor_of
from shared.api.errors import RateLimitedError
from shared.documents.executions import COLLECTION as EXECUTIONS
from shared.error_codes import ErrorCode
from shared.errors import ConflictError, NotFoundError, TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.task_queue import create_named_task
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.runs import bulk_record, control
from shared.runs.bulk_record import (
    COLLECTION,
    KEPT_FOR,
    MAX_PROBLEMS,
    BulkAction,
    BulkFilter,
    BulkJob,
    BulkProblem,
    StoredJob,
)
from shared.runs.start import KeyReusedError
from shared.runs.store import FenceError
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

QUEUE = "runBulkJob"
DEADLINE_SECONDS = 300
WORK_SECONDS = 120.0
PAGE = 25
AT_ONCE = 8
TRIES = 3
MOST_AT_ONCE = 5
"""Jobs of one org that have not ended."""
OVERDUE_AFTER = timedelta(minutes=10)

Outcome = Literal["done", "skipped"]


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """What somebody asks for. `by`: their uid."""

    org_id: str
    action: BulkAction
    filter: BulkFilter
    by: str
    fingerprint: str


def ask(asked: BulkRequest, key: str | None, clock: Clock) -> BulkJob:
    """Make the job and have it begin; the same again for the same Idempotency-Key.

    Raises:
        KeyReusedError: the key stands for another request.
        RateLimitedError: too many of the org's jobs are under way.
    """
    job_id = hex_digest("bulk", asked.org_id, key) if key else uuid.uuid4().hex
    known = bulk_record.read(job_id) if key else None
    if known is not None:
        return _existing(known.job, asked)
    _require_room(asked.org_id)
    now = clock.now()
    job = BulkJob(
        id=job_id,
        org_id=asked.org_id,
        action=asked.action,
        filter=asked.filter,
        matched=bulk_record.count_matching(asked.org_id, asked.filter),
        requested_by=asked.by,
        fingerprint=asked.fingerprint,
        created_at=now,
        expire_at=now + KEPT_FOR,
        due_at=now,
    )
    if not bulk_record.create(job):
        stored = bulk_record.read(job_id)
        if stored is None:
            raise TransientError("the job was deleted while it was asked for; try again", code=ErrorCode.BUSY)
        return _existing(stored.job, asked)
    _enqueue(job)
    log.info("bulk job asked for", extra={"jobId": job.id, "action": job.action, "matched": job.matched})
    return job


def _existing(job: BulkJob, asked: BulkRequest) -> BulkJob:
    if job.fingerprint != asked.fingerprint:
        raise KeyReusedError
    if job.status == "queued":
        # Its creator may have died before enqueueing; the task's name makes a second one harmless.
        _enqueue(job)
    return job


def _require_room(org_id: str) -> None:
    under_way: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "in", ["queued", "running"]))
    )
    if int(under_way.count().get()[0][0].value) >= MOST_AT_ONCE:
        raise RateLimitedError(
            f"{MOST_AT_ONCE} of {MOST_AT_ONCE} bulk jobs are under way; try again when one of them has ended",
            retry_after_seconds=30,
        )


def _enqueue(job: BulkJob, suffix: str = "") -> None:
    name = f"{job.id}-page-{job.page}{suffix}"
    create_named_task(QUEUE, name, {"jobId": job.id}, deadline_seconds=DEADLINE_SECONDS)


def work(job_id: str, clock: Clock, *, is_last_try: bool, seconds: float = WORK_SECONDS) -> str:
    """Go on with the job for so many seconds, then have it go on; the job's status, or `gone`.

    `is_last_try`: whether what cannot be dealt with now is given up, so that the others get their turn.

    Raises:
        TransientError: some runs of a page could not be dealt with just now; the job is to come again.
    """
    deadline = time.monotonic() + seconds
    while True:
        stored = bulk_record.read(job_id)
        if stored is None:
            return "gone"
        if stored.job.status == "completed":
            return stored.job.status
        if time.monotonic() >= deadline:
            _enqueue(stored.job)
            return stored.job.status
        with logging.bind(orgId=stored.job.org_id, jobId=job_id):
            try:
                _next_page(stored, clock, is_last_try=is_last_try)
            except FenceError:
                log.info("another delivery goes on with the job at the same time")


def _next_page(stored: StoredJob, clock: Clock, *, is_last_try: bool) -> None:
    job = stored.job
    if not job.current:
        _note_page(job)
        job.status, job.due_at = "running", clock.now()
        if not job.current:
            job.status, job.completed_at, job.due_at = "completed", clock.now(), None
            log.info("bulk job completed", extra={"done": job.done, "failed": job.failed, "skipped": job.skipped})
        bulk_record.write(stored)
    if job.current:
        _deal_with_page(job, clock, is_last_try=is_last_try)
        job.current, job.page, job.due_at = [], job.page + 1, clock.now()
        bulk_record.write(stored)


def _note_page(job: BulkJob) -> None:
    collection = clients.firestore().collection(EXECUTIONS)
    query = continued(job.filter.wanted(job.org_id).query(EXECUTIONS), collection, job.after)
    found = list(query.select(["createdAt"]).limit(PAGE).stream())
    job.current = [one.id for one in found]
    job.after = cursor_of(found[-1]) if found else job.after


def _deal_with_page(job: BulkJob, clock: Clock, *, is_last_try: bool) -> None:
    with Isolation("bulk-runs", remembers=False) as isolation:
        outcomes = isolation.each(
            job.current,
            lambda execution_id: Item(f"{EXECUTIONS}/{execution_id}", org_id=job.org_id),
            lambda execution_id: _deal_with(job, execution_id, clock),
            at_once=AT_ONCE,
        )
    if not is_last_try:
        isolation.require_no_waiting()
    counted = Counter(outcomes)
    job.done += counted["done"]
    job.skipped += counted["skipped"]
    job.failed += counted[None]
    for path in [*isolation.failed_paths, *isolation.waiting_paths]:
        reason = "it cannot be read" if path in isolation.failed_paths else "it could not be reached"
        job.problems.append(BulkProblem(execution_id=path.rpartition("/")[2], reason=reason))
    job.problems = job.problems[:MAX_PROBLEMS]


def _deal_with(job: BulkJob, execution_id: str, clock: Clock) -> Outcome:
    for tries_left in reversed(range(TRIES)):
        try:
            stored = control.find_execution(execution_id)
            control.require_org(stored, job.org_id)
            if job.action is BulkAction.RETRY:
                control.replay(stored, clock, by=job.requested_by, job=job.id)
            else:
                control.cancel(execution_id, clock)
        except (ConflictError, NotFoundError) as error:
            log.info("nothing to do for this run", extra={"executionId": execution_id, "reason": str(error)})
            return "skipped"
        except TransientError:
            if tries_left == 0:
                raise
        else:
            return "done"
    raise AssertionError("unreachable")


def sweep_jobs(clock: Clock) -> int:
    """Have the jobs go on that nothing has happened to for a while; how many."""
    overdue = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("dueAt", "<=", clock.now() - OVERDUE_AFTER))
        .order_by("dueAt")
        .limit(100)
    )
    with Isolation("bulk-jobs") as isolation:
        found = isolation.each(overdue.stream(), Item.of, lambda one: _set_going(one.id, clock))
    isolation.require_no_waiting()
    return sum(one is True for one in found)


def _set_going(job_id: str, clock: Clock) -> bool:
    stored = bulk_record.read(job_id)
    if stored is None or stored.job.status == "completed":
        return False
    log.warning("bulk job is overdue", extra={"jobId": job_id})
    _enqueue(stored.job, f"-sweep-{int(clock.now().timestamp()) // 60}")
    return True
