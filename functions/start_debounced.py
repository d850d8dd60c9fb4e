"""Starts the run of a debounced event if no later event replaced it. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.runs.event_start import start_for_event
from shared.runs.fair.debounce import start_due


class DebounceBody(Body):
    """What `shared.runs.fair.debounce` puts into a task."""

    debounce_id: str = Field(pattern=r"^[0-9a-f]{32}$")


@door(methods=("POST",), trace="carried")
def start_debounced(request: flask.Request) -> flask.Response:
    """200 `{executionId}`, null where there is nothing to start; 5xx when the task must come again."""
    require_caller(request, "tasks")
    body = parse_body(request, DebounceBody)
    clock = Clock(not_before=delivery_time(request))
    started = start_due(body.debounce_id, clock, lambda listener, event: start_for_event(listener, event, clock))
    return json_response({"executionId": started}, 200)
