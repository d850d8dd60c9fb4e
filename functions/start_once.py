"""Starts the run of a `once` trigger at its time. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.body import DocumentId, OrgId
from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.instants import Instant
from shared.runs import slot_start
from shared.triggers.jobs import JobOwner


class OnceBody(Body):
    """What `shared.triggers.time_tasks` puts into a task."""

    org_id: OrgId
    playbook_id: DocumentId
    trigger_id: str = Field(min_length=1, max_length=64)
    at: Instant


@door(methods=("POST",))
def start_once(request: flask.Request) -> flask.Response:
    """200 `{executionId}`, null where there is nothing to start; 5xx when the task must come again."""
    require_caller(request, "tasks")
    body = parse_body(request, OnceBody)
    owner = JobOwner(body.org_id, body.playbook_id, body.trigger_id)
    with logging.bind(orgId=body.org_id, playbookId=body.playbook_id):
        execution_id = slot_start.start_once(owner, body.at, Clock(not_before=delivery_time(request)))
    return json_response({"executionId": execution_id}, 200)
