"""The retries of a run. Called by Cloud Tasks only."""

from __future__ import annotations

import flask

from functions._deliver import deliver_task
from shared.api.http import door


@door(methods=("POST",), trace="handlers")
def retry_execution(request: flask.Request) -> flask.Response:
    """200 `{outcome}` once the task is handled; 5xx if it must be delivered again."""
    return deliver_task(request)
