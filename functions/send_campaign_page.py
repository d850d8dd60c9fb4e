"""Sends one page of a campaign. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp.clock import Clock
from shared.runs.campaign_pages import work

ID = r"^[0-9a-f]{32}$"


class PageBody(Body):
    """What `shared.campaigns.tasks` puts into a task."""

    run_id: str = Field(pattern=ID)
    page_id: str = Field(max_length=48, pattern=r"^[0-9a-f]{32}-\d{1,9}$")


@door(methods=("POST",), trace="carried")
def send_campaign_page(request: flask.Request) -> flask.Response:
    """200 `{status}`; 5xx if the page must be delivered again."""
    require_caller(request, "tasks")
    body = parse_body(request, PageBody)
    clock = Clock(not_before=delivery_time(request))
    return json_response({"status": work(body.run_id, body.page_id, clock)})
