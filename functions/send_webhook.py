"""One attempt to deliver a webhook message. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.subscriptions.sending import send


class SendBody(Body):
    """What `shared.subscriptions.deliveries` puts into a task."""

    delivery_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    replay: int = Field(ge=0)
    attempt: int = Field(ge=1)


@door(methods=("POST",), trace="carried")
def send_webhook(request: flask.Request) -> flask.Response:
    """200 `{sent}`; 5xx when the try must be made again."""
    require_caller(request, "tasks")
    body = parse_body(request, SendBody)
    with logging.bind(deliveryId=body.delivery_id):
        sent = send(body.delivery_id, body.replay, body.attempt, Clock(not_before=delivery_time(request)))
        return json_response({"sent": sent})
