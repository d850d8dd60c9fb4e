"""Starts the catalog runs of one page of orgs. Called by Cloud Tasks only."""

from __future__ import annotations

from dataclasses import asdict

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.instants import Instant
from shared.runs.catalog_runs import start_page
from shared.triggers.catalog_ticks import Frequency, Page


class PageBody(Body):
    """What `shared.triggers.catalog_ticks` puts into a task."""

    frequency: Frequency
    slot: Instant
    walk: str = Field(min_length=1, max_length=128)
    after: str | None = Field(default=None, min_length=1, max_length=1500)


@door(methods=("POST",), trace="carried")
def start_catalog_runs(request: flask.Request) -> flask.Response:
    """200 `{orgs, started, existing, skipped, failed}`; 5xx if the page must be delivered again."""
    require_caller(request, "tasks")
    body = parse_body(request, PageBody)
    page = Page(body.frequency, body.slot, body.walk, body.after)
    with logging.bind(frequency=page.frequency):
        counts = start_page(page, Clock(not_before=delivery_time(request)))
    return json_response(asdict(counts), 200)
