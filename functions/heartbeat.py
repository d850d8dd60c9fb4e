"""Every hour: checks each active org."""

from __future__ import annotations

import flask

from shared.api.http import delivery_time, door, json_response, require_caller
from shared.gcp.clock import Clock
from shared.heartbeat.fan_out import fan_out


@door(methods=("POST",))
def heartbeat(request: flask.Request) -> flask.Response:
    """200 `{orgs, enqueued, failed}`; 503 when some tasks were refused for now."""
    require_caller(request, "scheduler")
    sent = fan_out(Clock(not_before=delivery_time(request)).now())
    return json_response({"orgs": sent.orgs, "enqueued": sent.enqueued, "failed": sent.failed}, 200)
