"""`python -m shared.triggers.rotate_secret`: a new CRON_SECRET without one refused tick.

The new version is added first, so that every door accepts both; then every job is rewritten to show the new one;
only when no job shows another, and ticks under way have had time to arrive, are the older versions disabled.
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
"""How long a tick with the old secret may still be on its way: its attempt deadline, and a retry."""

# Cloud Scheduler takes 500 writes a minute.
_PACED = Retry(predicate=if_exception_type(ResourceExhausted), initial=2.0, maximum=30.0, timeout=600.0)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did. While jobs are `refused`, they show an older version, and none is disabled."""

    new_version: str
    jobs_rewritten: int
    versions_disabled: int
    refused: tuple[str, ...] = ()
    """Names of jobs that could not be given the new secret."""


def rotate(*, grace_seconds: float = GRACE_SECONDS, wait: Callable[[float], None] = time.sleep) -> Rotation:
    """Rotate the secret; safe to start again after it died anywhere."""
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
    """Give the new secret to each job that shows another: how many have it now, and the names of the others."""
    wanted = f"Bearer {value}"
    stale = [job for job in _our_jobs() if job.http_target.headers.get("Authorization", wanted) != wanted]
    with Isolation("secret-rotation", remembers=False) as isolation:
        given = isolation.each(stale, lambda job: Item(job.name), lambda job: _rewrite(job, wanted))
    return sum(one is True for one in given), isolation.failed_paths + isolation.waiting_paths


def _our_jobs() -> list[Job]:
    """The jobs that call our public doors; a foreign one must neither lose its credential nor learn ours."""
    listed = clients.scheduler().list_jobs(request={"parent": jobs.parent(), "page_size": 500})
    return [job for job in listed if job.http_target.uri.startswith(jobs.public_api_url())]


def _rewrite(job: Job, authorization: str) -> bool:
    job.http_target.headers["Authorization"] = authorization
    request = {"job": job, "update_mask": {"paths": ["http_target"]}}
    try:
        _PACED(clients.scheduler().update_job)(request=request)
    except NotFound:
        return False  # its playbook was paused a moment ago
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
    """The command."""
    parser = argparse.ArgumentParser(description="Rotate CRON_SECRET without refusing a tick.")
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, metavar="SECONDS")
    options = parser.parse_args(arguments)
    before = len(read_enabled_versions())
    done = rotate(grace_seconds=options.grace)
    sys.stdout.write(
        f"{SECRET_ID}: version {done.new_version.rpartition('/')[2]} is in force; {done.jobs_rewritten} jobs "
        f"rewritten; {done.versions_disabled} of {before} older versions disabled\n"
    )
    if done.refused:
        names = "".join(f"  {name}\n" for name in done.refused)
        sys.stderr.write(
            f"{len(done.refused)} jobs still show an older version, so none was disabled; "
            f"run this again once Cloud Scheduler takes them:\n{names}"
        )
    return 1 if done.refused else 0


if __name__ == "__main__":
    sys.exit(main())
