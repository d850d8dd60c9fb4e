"""A bulk job over many runs: `bulk_jobs/{jobId}`, which the org's editors watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from pydantic import BeforeValidator, Field

from shared.api.body import Body
from shared.api.errors import InvalidFieldsError
from shared.documents.executions import COLLECTION as EXECUTIONS
from shared.gcp import clients
from shared.playbooks.instants import Instant
from shared.runs.parts import Part, TriggerType
from shared.runs.reading import RunFilter
from shared.runs.record import ACTIVE, ExecutionStatus
from shared.runs.store import FenceError

if TYPE_CHECKING:
    from google.api_core.datetime_helpers import DatetimeWithNanoseconds
    from google.cloud.firestore import DocumentReference

COLLECTION = "bulk_jobs"
KEPT_FOR = timedelta(days=30)
MAX_PROBLEMS = 20


class BulkAction(StrEnum):
    """What is done to each run."""

    RETRY = "retry"
    CANCEL = "cancel"


FITTING = {
    BulkAction.RETRY: frozenset({ExecutionStatus.FAILED}),
    BulkAction.CANCEL: ACTIVE,
}


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class BulkFilter(Body):
    """Which of an org's runs: of a status or one of several, created from `since` to before `until`."""

    status: Annotated[
        list[Annotated[ExecutionStatus, Field(strict=False)]],
        BeforeValidator(_as_list, json_schema_input_type=ExecutionStatus | list[ExecutionStatus]),
        Field(min_length=1, max_length=len(ExecutionStatus)),
    ]
    playbook_id: str | None = Field(default=None, min_length=1, max_length=128)
    trigger: TriggerType | None = None
    since: Instant | None = None
    until: Instant | None = None

    def require_fit(self, action: BulkAction) -> None:
        """Pass when the action makes sense for all of the statuses.

        Raises:
            InvalidFieldsError: naming `filter.status`.
        """
        wrong = [status.value for status in self.status if status not in FITTING[action]]
        if wrong:
            fitting = " or ".join(status.value for status in ExecutionStatus if status in FITTING[action])
            problem = {
                "field": "filter.status",
                "found": ", ".join(wrong),
                "expected": f"{fitting}, to {action.value}",
            }
            detail = f"filter.status: found {problem['found']}, expected {problem['expected']}"
            raise InvalidFieldsError(detail, [problem])

    def wanted(self, org_id: str) -> RunFilter:
        """The same as a question to the list of runs."""
        return RunFilter(org_id, self.status, self.playbook_id, self.trigger, self.since, self.until)


class BulkProblem(Part):
    """A run that could not be dealt with, and why."""

    execution_id: str
    reason: str


class BulkJob(Part):
    """One bulk job. Runs that have changed so that there is nothing to do are `skipped`."""

    id: str = Field(exclude=True)
    org_id: str
    action: BulkAction
    filter: BulkFilter
    status: Literal["queued", "running", "completed"] = "queued"
    matched: int
    """How many runs there were when it was asked for."""
    done: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[BulkProblem] = Field(default_factory=list)
    """Of the first that failed."""
    requested_by: str
    fingerprint: str
    created_at: datetime
    completed_at: datetime | None = None
    expire_at: datetime
    due_at: datetime | None = None
    """When the sweep should check why nothing happened; absent when it has ended."""
    page: int = 0
    """How many pages of runs have been dealt with."""
    current: list[str] = Field(default_factory=list)
    """The runs of the page under way: a delivery that comes after a death counts the same ones."""
    after: str | None = None
    """The place in the list after those."""


class BulkAnswer(Part):
    """What the door answers: how many runs the filter finds now, and the job; none of a dry run."""

    matched: int
    job_id: str | None


@dataclass(slots=True)
class StoredJob:
    """A job with the version of the document it was read from."""

    job: BulkJob
    version: DatetimeWithNanoseconds


def reference(job_id: str) -> DocumentReference:
    return clients.firestore().collection(COLLECTION).document(job_id)


def count_matching(org_id: str, filter_: BulkFilter) -> int:
    """How many runs the filter finds now, in one aggregation."""
    query: Any = filter_.wanted(org_id).query(EXECUTIONS)
    return int(query.count().get()[0][0].value)


def create(job: BulkJob) -> bool:
    """Create the document; False when it is there already."""
    try:
        reference(job.id).create(job.document())
    except AlreadyExists:
        return False
    return True


def read(job_id: str) -> StoredJob | None:
    """The job as it is now, or None."""
    snapshot = reference(job_id).get()
    data = snapshot.to_dict()
    if data is None:
        return None
    return StoredJob(BulkJob.model_validate({**data, "id": job_id}), snapshot.update_time)


def write(stored: StoredJob) -> None:
    """Write the job if nobody has written it since; moves `stored.version` on.

    Raises:
        FenceError: somebody has, or the document is gone.
    """
    client = clients.firestore()
    fields = {**stored.job.document(), "dueAt": stored.job.due_at, "after": stored.job.after}
    try:
        result = reference(stored.job.id).update(fields, client.write_option(last_update_time=stored.version))
    except (FailedPrecondition, NotFound) as error:
        raise FenceError(f"job {stored.job.id} was written by somebody else") from error
    stored.version = result.update_time
