"""`POST /api/executions/{executionId}/retry` and `…/cancel`: what a person may do to a run."""

from __future__ import annotations

from http import HTTPStatus

import flask

from shared.doors.auth import authenticate
from shared.doors.http import Body, door, json_response, not_found, parse_body, path_id
from shared.execution import control
from shared.execution.record import Execution
from shared.gcp import logging
from shared.gcp.clock import Clock


class NoFields(Body):
    """An empty object."""


@door(methods=("POST",))
def executions(request: flask.Request) -> flask.Response:
    """Retry: 202 `{executionId, status}`. Cancel: 200 `{executionId, status}`."""
    principal = authenticate(request)
    is_retry = request.path.rstrip("/").endswith("/retry")
    execution_id = path_id(request, "executions/{id}/retry" if is_retry else "executions/{id}/cancel")
    parse_body(request, NoFields)
    resource = f"execution {execution_id}"
    stored = control.find_execution(execution_id)
    if principal.kind == "cron":
        raise not_found(resource)
    principal.require(
        org_id=stored.execution.org_id,
        kinds=("user", "agent"),
        role="editor",
        scope="executions:write",
        resource=resource,
    )
    with logging.bind(executionId=execution_id, orgId=stored.execution.org_id):
        if is_retry:
            return _answer(control.replay(stored, Clock(), by=principal.id), HTTPStatus.ACCEPTED)
        return _answer(control.cancel(execution_id, Clock()), HTTPStatus.OK)


def _answer(execution: Execution, status: HTTPStatus) -> flask.Response:
    return json_response({"executionId": execution.id, "status": execution.status}, status)
