"""`POST /api/playbooks/{playbookId}/execute`: run a playbook, or show what running it would do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import flask
from pydantic import Field

from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import OrgId
from shared.api.errors import ForbiddenError
from shared.api.http import Body, StorableObject, delivery_time, door, json_response, path_id
from shared.api.http import parse_body as parse
from shared.api.idempotency import fingerprint, idempotency_key, reuses_failed
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.instants import Instant
from shared.runs import ids
from shared.runs.asking import acting_user, start_asked
from shared.runs.execute_rate import require_room
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.record import ExecutionStatus


class StartedRun(Answer):
    """The run that the call has started, or an earlier one of its key or slot. `statusReason`: why it waits."""

    execution_id: str
    status: ExecutionStatus
    status_reason: str | None = None


class ExecuteBody(Body):
    """What the caller asks for."""

    triggered_by: Literal["manual", "schedule", "event", "agent"]
    org_id: OrgId
    user_id: str | None = Field(default=None, min_length=1, max_length=128)
    trigger_id: str | None = Field(default=None, max_length=64)
    slot: Instant | None = None
    event_data: StorableObject = Field(default_factory=dict)
    dry_run: bool = False


@door(methods=("POST",))
def execute(request: flask.Request) -> flask.Response:
    """202 `{executionId, status, statusReason?}`; a dry run: 200 `{steps, effects, costUsd}`; too many: 429."""
    principal = authenticate(request)
    playbook_id = path_id(request, paths.PLAYBOOK_EXECUTE)
    body = parse(request, ExecuteBody)
    principal.require(org_id=body.org_id, role="editor", scope="playbooks:run", resource=f"playbook {playbook_id}")
    if body.triggered_by == "schedule" and principal.kind != "cron":
        raise ForbiddenError(
            "triggeredBy: found 'schedule', which is the scheduler's alone; expected manual or agent"
        )
    key, reuse_failed = idempotency_key(request), reuses_failed(request)
    tick = delivery_time(request) if principal.kind == "cron" else None
    clock = Clock(not_before=tick)
    with logging.bind(orgId=body.org_id, playbookId=playbook_id):
        if principal.kind != "cron":
            require_room(body.org_id, clock.now())
        asked = _start_request(body, playbook_id, principal, tick)
        if body.dry_run:
            from shared.runs.dry_run import dry_run

            return json_response(dry_run(asked, clock), 200)
        started = start_asked(asked, clock, key=key, fingerprint=fingerprint(body), reuse_failed=reuse_failed)
        answer = StartedRun(
            execution_id=started.execution_id, status=started.status, status_reason=started.waits_because
        )
        return json_response(answer, 202)


def _start_request(
    body: ExecuteBody, playbook_id: str, principal: Principal, tick: datetime | None
) -> StartRequest:
    return StartRequest(
        org_id=body.org_id,
        playbook_id=playbook_id,
        trigger=TriggerRef(type=body.triggered_by, id=body.trigger_id, slot=body.slot),
        execution_id=_execution_id(body, playbook_id),
        tick=tick,
        is_slot_asked_for=body.slot is not None,
        event_data=body.event_data,
        user=acting_user(principal, body.org_id, body.user_id),
        requested_by=principal.id,
    )


def _execution_id(body: ExecuteBody, playbook_id: str) -> str | None:
    """The run of the slot that the caller names; None: the scheduler's tick, the key, or the call decides."""
    if body.slot is None or body.triggered_by == "schedule":
        return None
    return ids.asked_slot_execution_id(
        body.org_id, playbook_id, body.triggered_by, body.trigger_id or "", body.slot
    )
