"""Starts an org's held runs as far as its limits allow. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.body import OrgId
from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs.fair.release import run_pass


class PassBody(Body):
    """What `shared.runs.fair.gate` puts into a task."""

    org_id: OrgId
    pass_number: int = Field(ge=0)


@door(methods=("POST",))
def release_runs(request: flask.Request) -> flask.Response:
    """200 `{letGo}`, null where the pass need not be made; 5xx when the task must come again."""
    require_caller(request, "tasks")
    body = parse_body(request, PassBody)
    with logging.bind(orgId=body.org_id):
        let_go = run_pass(body.org_id, body.pass_number, Clock(not_before=delivery_time(request)))
    return json_response({"letGo": let_go}, 200)
