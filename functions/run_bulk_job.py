"""Continues a bulk job that retries or cancels many runs. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from functions._deliver import RETRY_COUNT_HEADER
from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.runs.bulk import work

TRIES = 4
"""After so many deliveries, runs that cannot be dealt with are counted as failed, and the others get their turn."""


class JobBody(Body):
    """What `shared.runs.bulk` puts into a task."""

    job_id: str = Field(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$")


@door(methods=("POST",), trace="carried")
def run_bulk_job(request: flask.Request) -> flask.Response:
    """200 `{status}`; 5xx when the job must come again."""
    require_caller(request, "tasks")
    body = parse_body(request, JobBody)
    retries = request.headers.get(RETRY_COUNT_HEADER, "0")
    is_last_try = retries.isdigit() and int(retries) >= TRIES - 1
    clock = Clock(not_before=delivery_time(request))
    return json_response({"status": work(body.job_id, clock, is_last_try=is_last_try)})
