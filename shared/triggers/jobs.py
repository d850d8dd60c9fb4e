"""Cloud Scheduler jobs of schedule triggers. Names are deterministic, so none are orphaned."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import (
    AlreadyExists,
    Forbidden,
    GoogleAPICallError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
)
from pydantic import BaseModel, Field, ValidationError

from shared.api import paths
from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.scheduler_v1 import Job

PREFIX = "playbook-"
ATTEMPT_DEADLINE_SECONDS = 30
RETRY_COUNT = 5
"""A failed tick is retried; the slot's execution id makes repeats harmless."""


MAX_SHOWN = 300
"""Characters of Cloud Scheduler's message that are passed on."""
_NOT_NOW = (Forbidden, Unauthenticated)


class JobRefusedError(PermanentError):
    """Cloud Scheduler permanently refuses this job; the message is its own."""

    code = ErrorCode.SCHEDULE_REFUSED


class NoJobNowError(TransientError):
    """Cloud Scheduler accepts no jobs right now: no permission, or no room."""

    code = ErrorCode.SCHEDULER_UNAVAILABLE


class NoRoomForJobError(NoJobNowError):
    """The quota of jobs or writes is used up."""

    code = ErrorCode.SCHEDULER_FULL


class _TickBody(BaseModel, defer_build=True):
    org_id: str = Field(alias="orgId", pattern=r"^[^/]+$")
    trigger_id: str = Field(alias="triggerId", min_length=1)


@dataclass(frozen=True, slots=True)
class JobOwner:
    """The playbook trigger that a job is for."""

    org_id: str
    playbook_id: str
    trigger_id: str


def parent() -> str:
    """`projects/…/locations/…`."""
    config = settings()
    return f"projects/{config.project}/locations/{config.region}"


def job_name(owner: JobOwner) -> str:
    """The job's full name: readable, with a digest to tell similar ids apart."""
    readable = re.sub(r"[^A-Za-z0-9_-]", "_", f"{owner.org_id}-{owner.playbook_id}-{owner.trigger_id}")[:200]
    digest = hex_digest(owner.org_id, owner.playbook_id, owner.trigger_id, digits=64)
    return f"{parent()}/jobs/{PREFIX}{readable}-{digest[:10]}"


def build_job(owner: JobOwner, trigger: ScheduleTrigger, secret: str) -> dict[str, Any]:
    """The trigger's job: a POST to the public `execute` endpoint with the cron secret."""
    return {
        "name": job_name(owner),
        "description": f"Playbook {owner.playbook_id} of {owner.org_id}, trigger {owner.trigger_id}"[:500],
        "schedule": trigger.cron,
        "time_zone": trigger.timezone,
        "attempt_deadline": {"seconds": ATTEMPT_DEADLINE_SECONDS},
        "retry_config": retry_config(),
        "http_target": {
            "uri": execute_url(owner.playbook_id),
            "http_method": "POST",
            "headers": {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
            "body": execute_body(owner),
        },
    }


def retry_config() -> dict[str, Any]:
    """How a job retries a failed tick."""
    return {
        "retry_count": RETRY_COUNT,
        "min_backoff_duration": {"seconds": 5},
        "max_backoff_duration": {"seconds": 60},
        "max_doublings": 4,
    }


def public_api_url() -> str:
    """The prefix of all endpoints that accept the cron secret."""
    return f"{settings().public_base_url}/api/"


def execute_url(playbook_id: str) -> str:
    """The playbook's public `execute` endpoint."""
    return settings().public_base_url + paths.path_of(paths.PLAYBOOK_EXECUTE, playbookId=playbook_id)


def execute_body(owner: JobOwner) -> bytes:
    body = {"triggeredBy": "schedule", "orgId": owner.org_id, "triggerId": owner.trigger_id}
    return json.dumps(body).encode()


def put_job(job: dict[str, Any]) -> None:
    """Creates the job, or updates and enables an existing one.

    Raises:
        NotFound: it was deleted in between.
        JobRefusedError: Cloud Scheduler doesn't accept the time zone or cron line.
        NoRoomForJobError: the quota is used up.
        NoJobNowError: we have no permission.
    """
    try:
        _create_or_update(job)
    except InvalidArgument as error:
        raise JobRefusedError(_shown(error, job)) from None
    except ResourceExhausted as error:
        raise NoRoomForJobError(_shown(error, job)) from None
    except _NOT_NOW as error:
        raise NoJobNowError(_shown(error, job)) from None


def _create_or_update(job: dict[str, Any]) -> None:
    client = clients.scheduler()
    try:
        client.create_job(request={"parent": parent(), "job": job})
    except AlreadyExists:
        updated = client.update_job(request={"job": job})
        if updated.state == type(updated).State.PAUSED:
            client.resume_job(request={"name": updated.name})


def _shown(error: GoogleAPICallError, job: dict[str, Any]) -> str:
    """The service's message without the job's secret."""
    credential = job["http_target"]["headers"]["Authorization"].removeprefix("Bearer ")
    text = str(error.message).replace(credential, "[secret]")
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def next_due(name: str) -> datetime | None:
    """Cloud Scheduler's next due time (UTC) for the job, if known.

    Raises:
        NotFound: the job doesn't exist.
    """
    job = clients.scheduler().get_job(request={"name": name})
    return job.schedule_time.astimezone(UTC) if "schedule_time" in job else None


def delete_job(name: str) -> None:
    """Deletes the job if it exists."""
    try:
        clients.scheduler().delete_job(request={"name": name})
    except NotFound:
        return


def all_jobs() -> Iterable[Job]:
    """Every job in the region, including other systems'."""
    return clients.scheduler().list_jobs(request={"parent": parent(), "page_size": 500})


def playbook_jobs() -> Iterator[tuple[Job, JobOwner]]:
    for job in all_jobs():
        owner = job_owner(job)
        if owner is not None:
            yield job, owner


def job_owner(job: Job) -> JobOwner | None:
    """The job's playbook trigger, or None."""
    playbook = paths.values_in(job.http_target.uri, paths.PLAYBOOK_EXECUTE)
    if playbook is None or not job.name.rpartition("/")[2].startswith(PREFIX):
        return None
    try:
        body = _TickBody.model_validate_json(job.http_target.body)
    except ValidationError:
        return None
    return JobOwner(body.org_id, urllib.parse.unquote(playbook["playbookId"]), body.trigger_id)
