"""Marks an org's remaining alerts as read when one request couldn't. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices import alert_center

MARKING_SECONDS = 90.0


class MarkBody(Body):
    """What `shared.notices.alert_center` puts into a task."""

    org_id: str = Field(min_length=1, max_length=128)
    by: str
    after: str


@door(methods=("POST",), trace="carried")
def mark_alerts_read(request: flask.Request) -> flask.Response:
    """200 `{updated, more}`."""
    require_caller(request, "tasks")
    body = parse_body(request, MarkBody)
    now = Clock(not_before=delivery_time(request)).now()
    with logging.bind(orgId=body.org_id):
        marked = alert_center.mark_all_read(body.org_id, body.by, now, seconds=MARKING_SECONDS, after=body.after)
        if marked.rest_after is not None:
            alert_center.mark_rest(body.org_id, body.by, marked.rest_after)
    return json_response({"updated": marked.updated, "more": marked.rest_after is not None})
