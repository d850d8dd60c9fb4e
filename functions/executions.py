"""`/api/executions`: an org's runs, read; one or many sent back or stopped."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import flask
from pydantic import ConfigDict, Field

from functions._member import OrgQuery
from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import OrgId, parse_query
from shared.api.cursors import Cursor
from shared.api.http import Body, door, json_response, parse_body, path_id
from shared.api.idempotency import fingerprint, idempotency_key
from shared.api.paths import is_at
from shared.api.principal import Kind, Principal
from shared.api.reading import reader_of
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.instants import Instant
from shared.runs import control, reading
from shared.runs.bulk import BulkRequest, ask
from shared.runs.bulk_record import FITTING, BulkAction, BulkAnswer, BulkFilter, count_matching
from shared.runs.parts import TriggerType
from shared.runs.reading import DEFAULT_LIMIT, MAX_LIMIT, RunFilter
from shared.runs.record import Execution, ExecutionStatus

PEOPLE: tuple[Kind, ...] = ("user",)


class ControlledRun(Answer):
    """The run as it is now."""

    execution_id: str
    status: ExecutionStatus


class NoFields(Body):
    """An empty object."""


class ListQuery(OrgQuery):
    """Which runs: created from `since` on, and before `until`."""

    status: ExecutionStatus | None = None
    playbook_id: str | None = Field(default=None, min_length=1, max_length=128)
    trigger: TriggerType | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    after: Cursor | None = None


def _which_fit(schema: dict[str, Any]) -> None:
    """What `BulkFilter.require_fit` asks for."""
    schema["oneOf"] = [
        {
            "properties": {
                "action": {"const": action.value},
                "filter": {
                    "properties": {
                        "status": {
                            "anyOf": [
                                {"enum": fitting},
                                {"type": "array", "items": {"enum": fitting}, "minItems": 1},
                            ]
                        }
                    }
                },
            }
        }
        for action in BulkAction
        if (fitting := sorted(status.value for status in FITTING[action]))
    ]


class BulkBody(Body):
    """What is to be done, and with which of the org's runs: `failed` ones to retry, unended ones to cancel."""

    model_config = ConfigDict(json_schema_extra=_which_fit)

    org_id: OrgId | None = None
    action: BulkAction
    filter: BulkFilter
    dry_run: bool = False


def _methods(path: str) -> tuple[str, ...]:
    posted = (paths.EXECUTIONS_BULK, paths.EXECUTION_RETRY, paths.EXECUTION_CANCEL)
    return ("POST",) if any(is_at(path, one) for one in posted) else ("GET",)


@door(methods=_methods)
def executions(request: flask.Request) -> flask.Response:
    """List: 200 `{items, nextAfter?}`, newest first. Retry: 202, cancel: 200, both `{executionId, status}`.

    Bulk: 202 `{matched, jobId}`; a dry run writes nothing and has no job (null).
    Editors and agents with `executions:read` see whole documents, other systems' keys masked; viewers summaries.
    """
    principal = authenticate(request)
    for verb in (paths.EXECUTION_RETRY, paths.EXECUTION_CANCEL):
        if is_at(request.path, verb):
            return _controlled(request, verb, principal)
    if is_at(request.path, paths.EXECUTIONS_BULK):
        return _in_bulk(request, principal)
    if is_at(request.path, paths.EXECUTIONS):
        return _listed(request, principal)
    execution_id = path_id(request, paths.EXECUTION)
    reader = reader_of(principal, parse_query(request, OrgQuery).org_id, f"execution {execution_id}")
    return json_response(reading.show_execution(reader.org_id, execution_id, whole=reader.sees_whole))


def _listed(request: flask.Request, principal: Principal) -> flask.Response:
    query = parse_query(request, ListQuery)
    reader = reader_of(principal, query.org_id, "executions")
    statuses = (query.status,) if query.status else ()
    wanted = RunFilter(reader.org_id, statuses, query.playbook_id, query.trigger, query.since, query.until)
    listed = reading.list_executions(wanted, whole=reader.sees_whole, after=query.after, limit=query.limit)
    return json_response(listed.answer())


def _in_bulk(request: flask.Request, principal: Principal) -> flask.Response:
    body = parse_body(request, BulkBody)
    org_id = principal.org_for(body.org_id, kinds=PEOPLE, role="editor", resource="executions")
    body.filter.require_fit(body.action)
    key = idempotency_key(request)
    with logging.bind(orgId=org_id):
        if body.dry_run:
            return _accepted(BulkAnswer(matched=count_matching(org_id, body.filter), job_id=None))
        asked = BulkRequest(org_id, body.action, body.filter, by=str(principal.id), fingerprint=fingerprint(body))
        job = ask(asked, key, Clock())
        return _accepted(BulkAnswer(matched=job.matched, job_id=job.id))


def _accepted(answer: BulkAnswer) -> flask.Response:
    return json_response(answer.model_dump(by_alias=True), HTTPStatus.ACCEPTED)


def _controlled(request: flask.Request, verb: str, principal: Principal) -> flask.Response:
    execution_id = path_id(request, verb)
    parse_body(request, NoFields)
    stored = control.find_execution(execution_id)
    org_id = principal.org_for(
        stored.execution.org_id,
        kinds=("user", "agent"),
        role="editor",
        scope="executions:write",
        resource=f"execution {execution_id}",
    )
    with logging.bind(executionId=execution_id, orgId=org_id):
        if verb == paths.EXECUTION_RETRY:
            return _answer(control.replay(stored, Clock(), by=principal.id), HTTPStatus.ACCEPTED)
        return _answer(control.cancel(execution_id, Clock()), HTTPStatus.OK)


def _answer(execution: Execution, status: HTTPStatus) -> flask.Response:
    return json_response(ControlledRun(execution_id=execution.id, status=execution.status), status)
