"""Shared by the task functions: parse a task's payload and hand it to the engine."""

from __future__ import annotations

from typing import Any

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.runs.carried import unpack
from shared.runs.queue import MAX_ATTEMPT
from shared.runs.runner import deliver
from shared.runs.state import Delivery

RETRY_COUNT_HEADER = "X-CloudTasks-TaskRetryCount"


class TaskBody(Body):
    """What `shared.runs.queue` puts into a task."""

    execution_id: str = Field(min_length=1, max_length=128)
    attempt: int = Field(ge=1, le=MAX_ATTEMPT)
    replay: int = Field(default=0, ge=0)
    first: bool = False
    carried: dict[str, Any] | None = None


def deliver_task(request: flask.Request) -> flask.Response:
    """Run the delivered attempt."""
    require_caller(request, "tasks")
    body = parse_body(request, TaskBody)
    clock = Clock(not_before=delivery_time(request))
    fresh = body.first and request.headers.get(RETRY_COUNT_HEADER) == "0"
    known = unpack(body.execution_id, body.carried, clock.now()) if fresh else None
    outcome = deliver(Delivery(body.execution_id, body.attempt, body.replay, fresh), clock, known)
    return json_response({"outcome": outcome}, 200)
