"""`python -m shared.triggers.rotate_secret`: replaces CRON_SECRET without refusing a tick.

The new version is added first, so that every endpoint accepts both. Then every job is rewritten with the new one.
Older versions are disabled only when no job uses them and ticks in flight have had time to arrive.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.api_core.exceptions import NotFound, ResourceExhausted
from google.api_core.retry import Retry, if_exception_type

from shared.api.cron_secret import MISMATCH_MAX_AGE_SECONDS, SECRET_ID, read_enabled_versions
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.triggers import jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.cloud.scheduler_v1 import Job

GRACE_SECONDS = 120.0
"""How long a tick with the old secret may be in flight: its attempt deadline and a retry."""

# Cloud Scheduler allows 500 writes per minute.
_PACED = Retry(predicate=if_exception_type(ResourceExhausted), initial=2.0, maximum=30.0, timeout=600.0)


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation's result. If jobs were `refused`, they still use an older version and none is disabled."""

    new_version: str
    jobs_rewritten: int
    versions_disabled: int
    refused: tuple[str, ...] = ()
    """Names of jobs that could not be updated."""


def rotate(*, grace_seconds: float = GRACE_SECONDS, wait: Callable[[float], None] = time.sleep) -> Rotation:
    """Rotates the secret; safe to restart after a crash."""
    client = clients.secrets()
    parent = f"projects/{settings().project}/secrets/{SECRET_ID}"
    value = secrets.token_urlsafe(32)
    new = client.add_secret_version(request={"parent": parent, "payload": {"data": value.encode()}}).name
    wait(MISMATCH_MAX_AGE_SECONDS + 0.5)
    rewritten = 0
    while True:
        changed, refused = _rewrite_jobs(value)
        if not changed:
            break
        rewritten += changed
        wait(grace_seconds)
    if refused:
        return Rotation(new, rewritten, 0, tuple(refused))
    return Rotation(new, rewritten, _disable_older(parent, new))


def _rewrite_jobs(value: str) -> tuple[int, list[str]]:
    """Updates jobs with another secret; returns how many were updated, and the names of the rest."""
    wanted = f"Bearer {value}"
    stale = [job for job in _our_jobs() if job.http_target.headers.get("Authorization", wanted) != wanted]
    with Isolation("secret-rotation", remembers=False) as isolation:
        given = isolation.each(stale, lambda job: Item(job.name), lambda job: _rewrite(job, wanted))
    return sum(one is True for one in given), isolation.failed_paths + isolation.waiting_paths


def _our_jobs() -> list[Job]:
    """Jobs that call our public endpoints; other systems' jobs must not get our secret."""
    listed = clients.scheduler().list_jobs(request={"parent": jobs.parent(), "page_size": 500})
    return [job for job in listed if job.http_target.uri.startswith(jobs.public_api_url())]


def _rewrite(job: Job, authorization: str) -> bool:
    job.http_target.headers["Authorization"] = authorization
    request = {"job": job, "update_mask": {"paths": ["http_target"]}}
    try:
        _PACED(clients.scheduler().update_job)(request=request)
    except NotFound:
        return False  # its playbook was just paused
    return True


def _disable_older(parent: str, new: str) -> int:
    client = clients.secrets()
    disabled = 0
    for version in client.list_secret_versions(request={"parent": parent, "filter": "state:ENABLED"}):
        if version.name != new and _number(version.name) < _number(new):
            client.disable_secret_version(request={"name": version.name})
            disabled += 1
    return disabled


def _number(version_name: str) -> int:
    return int(version_name.rpartition("/")[2])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Rotate CRON_SECRET without refusing a tick.")
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, metavar="SECONDS")
    options = parser.parse_args(arguments)
    before = len(read_enabled_versions())
    done = rotate(grace_seconds=options.grace)
    sys.stdout.write(
        f"{SECRET_ID}: version {done.new_version.rpartition('/')[2]} is active; {done.jobs_rewritten} jobs "
        f"updated; {done.versions_disabled} of {before} older versions disabled\n"
    )
    if done.refused:
        names = "".join(f"  {name}\n" for name in done.refused)
        sys.stderr.write(
            f"{len(done.refused)} jobs still use an older version, so none was disabled; "
            f"run this again when Cloud Scheduler accepts them:\n{names}"
        )
    return 1 if done.refused else 0


if __name__ == "__main__":
    sys.exit(main())
