"""One org's round of the heartbeat. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.heartbeat.round import check_org as make_round


class CheckOrgBody(Body):
    """What `shared.heartbeat.fan_out` puts into a task."""

    org_id: str = Field(min_length=1, max_length=128)


@door(methods=("POST",))
def check_org(request: flask.Request) -> flask.Response:
    """200 `{findings, told, failed}`, or `{skipped: true}`; 503 when it must be made again."""
    require_caller(request, "tasks")
    body = parse_body(request, CheckOrgBody)
    with logging.bind(orgId=body.org_id):
        made = make_round(body.org_id, Clock(not_before=delivery_time(request)).now())
    if made is None:
        return json_response({"skipped": True}, 200)
    return json_response({"findings": made.findings, "told": made.told, "failed": list(made.failed)}, 200)
