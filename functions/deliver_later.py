"""Sends delayed alerts: those held in quiet hours, and digests. Called by Cloud Tasks only."""

from __future__ import annotations

from typing import Literal

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices import outbox
from shared.notices.daily import sending
from shared.quarantine.failures import may_pass

log = logging.get_logger(__name__)


class DeliverBody(Body):
    """What `shared.notices` puts into a task: `digest` is one of repeats, `daily` one of a day's reports."""

    kind: Literal["message", "digest", "daily"]
    id: str = Field(min_length=1, max_length=128)
    started: int = 0


@door(methods=("POST",), trace="carried")
def deliver_later(request: flask.Request) -> flask.Response:
    """200 `{delivered}`; 503 when it must be tried again."""
    require_caller(request, "tasks")
    body = parse_body(request, DeliverBody)
    now = Clock(not_before=delivery_time(request)).now()
    try:
        if body.kind == "daily":
            delivered = sending.send(body.id, now)
        elif body.kind == "digest":
            delivered = outbox.send_digest(body.id, body.started, now)
        else:
            delivered = outbox.send_waiting(body.id, now)
    except Exception as error:
        if may_pass(error):
            raise
        # An org that is gone stays gone: asking again would not help.
        log.exception("what waited cannot be delivered", extra={"kind": body.kind, "deliveryId": body.id})
        delivered = False
    return json_response({"delivered": delivered})
