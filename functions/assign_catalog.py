"""Once a day: brings one page of orgs in line with the catalog. Called by Cloud Tasks only."""

from __future__ import annotations

import flask

from functions._walk import WalkBody
from shared.api.http import delivery_time, door, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.runs.onboarding import assign_page


@door(methods=("POST",), trace="carried")
def assign_catalog(request: flask.Request) -> flask.Response:
    """200 `{orgs, changed, failed, passedOver}`; 5xx if the page must be delivered again."""
    require_caller(request, "tasks")
    body = parse_body(request, WalkBody)
    done = assign_page(body.page, Clock(not_before=delivery_time(request)))
    return json_response(
        {"orgs": done.orgs, "changed": done.changed, "failed": done.failed, "passedOver": done.passed_over}, 200
    )
