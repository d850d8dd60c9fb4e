"""Updates the copies of an org's items with recent writes. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.retail.shelf.read import fill


class FillShelfBody(Body):
    """What `shared.retail.shelf.read` puts into a task."""

    org_id: str = Field(min_length=1, max_length=128)


@door(methods=("POST",), trace="carried")
def fill_shelf(request: flask.Request) -> flask.Response:
    """200 `{changes, isCurrent}`; 503 when it must be done again."""
    require_caller(request, "tasks")
    body = parse_body(request, FillShelfBody)
    with logging.bind(orgId=body.org_id):
        done = fill(body.org_id, Clock(not_before=delivery_time(request)))
    return json_response({"changes": done.markers, "isCurrent": done.is_current}, 200)
