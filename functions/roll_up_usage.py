"""Sets an org's month to the sum of its shards. Called by Cloud Tasks only."""

from __future__ import annotations

import flask
from pydantic import Field

from shared.api.http import Body, delivery_time, door, json_response, parse_body, require_caller
from shared.errors import PermanentError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices.usage_alert import roll_up_and_notify

log = logging.get_logger(__name__)


class RollUpBody(Body):
    """What `shared.billing.roll_up_queue` puts into a task."""

    org_id: str = Field(min_length=1, max_length=128)
    period: str = Field(pattern=r"^\d{4}-\d{2}$")
    number: int = Field(ge=1)


@door(methods=("POST",), trace="carried")
def roll_up_usage(request: flask.Request) -> flask.Response:
    """200 `{told: [metric]}`, or `{skipped: true}` where the org cannot be read; 503 when it must be done again."""
    require_caller(request, "tasks")
    body = parse_body(request, RollUpBody)
    now = Clock(not_before=delivery_time(request)).now()
    with logging.bind(orgId=body.org_id):
        try:
            rolled = roll_up_and_notify(body.org_id, body.period, body.number, now)
        except PermanentError as error:
            # The next use of anything asks for a roll-up again.
            log.error("the org's month cannot be rolled up", extra={"reason": str(error)})
            return json_response({"skipped": True}, 200)
    return json_response({"told": [one.metric.value for one in rolled.crossings]}, 200)
