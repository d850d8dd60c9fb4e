"""The first attempt of a run that somebody asked for. Called by Cloud Tasks only."""

from __future__ import annotations

import flask

from functions._deliver import deliver_task
from shared.api.http import door


@door(methods=("POST",), trace="handlers")
def run_execution(request: flask.Request) -> flask.Response:
    """200 `{outcome}` when the delivery is dealt with; 5xx when it must come again."""
    return deliver_task(request)
