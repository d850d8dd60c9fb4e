"""`POST /api/playbooks/{playbookId}/execute`: run a playbook, or show what running it would do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import flask
from pydantic import AwareDatetime, Field

from shared.doors.auth import authenticate
from shared.doors.http import Body, StorableObject, delivery_time, door, json_response, path_id
from shared.doors.http import parse_body as parse
from shared.doors.principal import Principal
from shared.execution import ids
from shared.execution.record import PinnedUser, TriggerRef
from shared.execution.start import StartRequest, start_execution
from shared.gcp import logging
from shared.gcp.clock import Clock

MAX_KEY_LENGTH = 255


class ExecuteBody(Body):
    """What the caller asks for."""

    triggered_by: Literal["manual", "schedule", "event", "agent"]
    org_id: str = Field(min_length=1, max_length=128)
    user_id: str | None = Field(default=None, max_length=128)
    trigger_id: str | None = Field(default=None, max_length=64)
    slot: AwareDatetime | None = None
    event_data: StorableObject = Field(default_factory=dict)
    dry_run: bool = False


@door(methods=("POST",))
def execute(request: flask.Request) -> flask.Response:
    """202 `{executionId, status}`; a dry run: 200 `{steps, effects, costUsd}`."""
    principal = authenticate(request)
    playbook_id = path_id(request, "playbooks/{id}/execute")
    body = parse(request, ExecuteBody)
    principal.require(org_id=body.org_id, role="editor", scope="playbooks:run", resource=f"playbook {playbook_id}")
    tick = delivery_time(request) if principal.kind == "cron" else None
    clock = Clock(not_before=tick)
    with logging.bind(orgId=body.org_id, playbookId=playbook_id):
        asked = _start_request(request, body, playbook_id, principal, tick)
        if body.dry_run:
            from shared.execution.dry_run import dry_run

            return json_response(dry_run(asked, clock), 200)
        started = start_execution(asked, clock)
        return json_response({"executionId": started.execution_id, "status": started.status}, 202)


def _start_request(
    request: flask.Request, body: ExecuteBody, playbook_id: str, principal: Principal, tick: datetime | None
) -> StartRequest:
    key = request.headers.get("Idempotency-Key", "")[:MAX_KEY_LENGTH]
    return StartRequest(
        org_id=body.org_id,
        playbook_id=playbook_id,
        trigger=TriggerRef(type=body.triggered_by, id=body.trigger_id, slot=body.slot),
        execution_id=ids.keyed_execution_id(body.org_id, playbook_id, key) if key else None,
        tick=tick,
        event_data=body.event_data,
        user=PinnedUser(id=principal.uid or body.user_id, email=principal.email),
    )
