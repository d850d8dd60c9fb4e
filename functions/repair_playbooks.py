"""One page of the daily repair of jobs and listeners. Called by Cloud Tasks only."""

from __future__ import annotations

from dataclasses import asdict

import flask

from functions._walk import WalkBody
from shared.api.http import delivery_time, door, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.triggers.repair import repair_page


@door(methods=("POST",), trace="carried")
def repair_playbooks(request: flask.Request) -> flask.Response:
    """200 `{playbooks, repaired, failed, passedOver}`; 5xx if the page must be delivered again."""
    require_caller(request, "tasks")
    body = parse_body(request, WalkBody)
    done = asdict(repair_page(body.page, Clock(not_before=delivery_time(request))))
    done["passedOver"] = done.pop("passed_over")
    return json_response(done, 200)
