"""The Cloud Scheduler jobs of schedule triggers: deterministic names, so that there is nothing to orphan."""

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
"""A tick that finds the door closed knocks again; the slot's execution id makes a repeated one harmless."""


MAX_SHOWN = 300
"""Characters of what Cloud Scheduler says that are passed on."""
_NOT_NOW = (Forbidden, Unauthenticated)


class JobRefusedError(PermanentError):
    """Cloud Scheduler never takes this job; the message is its own."""

    code = ErrorCode.SCHEDULE_REFUSED


class NoJobNowError(TransientError):
    """Cloud Scheduler takes no job at the moment: we may not use it, or there is no room."""

    code = ErrorCode.SCHEDULER_UNAVAILABLE


class NoRoomForJobError(NoJobNowError):
    """Its quota is used up, of jobs or of writes."""

    code = ErrorCode.SCHEDULER_FULL


class _TickBody(BaseModel):
    org_id: str = Field(alias="orgId", pattern=r"^[^/]+$")
    trigger_id: str = Field(alias="triggerId", min_length=1)


@dataclass(frozen=True, slots=True)
class JobOwner:
    """The playbook trigger that a job stands for, as its body says."""

    org_id: str
    playbook_id: str
    trigger_id: str


def parent() -> str:
    """`projects/…/locations/…`."""
    config = settings()
    return f"projects/{config.project}/locations/{config.region}"


def job_name(owner: JobOwner) -> str:
    """The job's full name: readable, and told apart by a digest where ids would read the same."""
    readable = re.sub(r"[^A-Za-z0-9_-]", "_", f"{owner.org_id}-{owner.playbook_id}-{owner.trigger_id}")[:200]
    digest = hex_digest(owner.org_id, owner.playbook_id, owner.trigger_id, digits=64)
    return f"{parent()}/jobs/{PREFIX}{readable}-{digest[:10]}"


def build_job(owner: JobOwner, trigger: ScheduleTrigger, secret: str) -> dict[str, Any]:
    """The job as the trigger wants it: POST to the public `execute` door with the cron secret."""
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
    """How a job knocks again at a closed door."""
    return {
        "retry_count": RETRY_COUNT,
        "min_backoff_duration": {"seconds": 5},
        "max_backoff_duration": {"seconds": 60},
        "max_doublings": 4,
    }


def public_api_url() -> str:
    """Where every door that takes the cron secret lies."""
    return f"{settings().public_base_url}/api/"


def execute_url(playbook_id: str) -> str:
    """The public `execute` door of the playbook."""
    return settings().public_base_url + paths.path_of(paths.PLAYBOOK_EXECUTE, playbookId=playbook_id)


def execute_body(owner: JobOwner) -> bytes:
    """What a tick says there."""
    body = {"triggeredBy": "schedule", "orgId": owner.org_id, "triggerId": owner.trigger_id}
    return json.dumps(body).encode()


def put_job(job: dict[str, Any]) -> None:
    """Create the job, or make the one of that name the same as this, and enabled.

    Raises:
        NotFound: somebody has deleted it between the two.
        JobRefusedError: Cloud Scheduler does not know the zone, or cannot read the cron line.
        NoRoomForJobError: its quota is used up.
        NoJobNowError: we may not use it.
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
    """What the service said, without the secret that the job carries."""
    credential = job["http_target"]["headers"]["Authorization"].removeprefix("Bearer ")
    said = str(error.message).replace(credential, "[secret]")
    return said if len(said) <= MAX_SHOWN else f"{said[: MAX_SHOWN - 1]}…"


def next_due(name: str) -> datetime | None:
    """When Cloud Scheduler says that the job is due next (UTC), if it says so yet.

    Raises:
        NotFound: there is no such job.
    """
    job = clients.scheduler().get_job(request={"name": name})
    return job.schedule_time.astimezone(UTC) if "schedule_time" in job else None


def delete_job(name: str) -> None:
    """Delete the job; one that is gone is fine."""
    try:
        clients.scheduler().delete_job(request={"name": name})
    except NotFound:
        return


def all_jobs() -> Iterable[Job]:
    """Every job of the region, whosever it is."""
    return clients.scheduler().list_jobs(request={"parent": parent(), "page_size": 500})


def playbook_jobs() -> Iterator[tuple[Job, JobOwner]]:
    """Every job that stands for a playbook's trigger. Jobs whose body says nothing of the kind are passed over."""
    for job in all_jobs():
        owner = job_owner(job)
        if owner is not None:
            yield job, owner


def job_owner(job: Job) -> JobOwner | None:
    """What the job stands for, or None if it isn't one of a playbook's."""
    playbook = paths.values_in(job.http_target.uri, paths.PLAYBOOK_EXECUTE)
    if playbook is None or not job.name.rpartition("/")[2].startswith(PREFIX):
        return None
    try:
        body = _TickBody.model_validate_json(job.http_target.body)
    except ValidationError:
        return None
    return JobOwner(body.org_id, urllib.parse.unquote(playbook["playbookId"]), body.trigger_id)
