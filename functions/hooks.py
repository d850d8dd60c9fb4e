"""`/api/hooks`: calls by other systems; for people, an org's hooks with their calls, and replays."""

from __future__ import annotations

import uuid
from http import HTTPStatus

import flask
from pydantic import BaseModel

from functions._hooks import ListedHook, hook_path, own_hook
from functions._member import OrgBody, OrgQuery, member_of
from shared.api import paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.body import DocumentId, parse_query
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.idempotency import idempotency_key
from shared.api.paths import is_at
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.webhooks import hooks as stored_hooks
from shared.webhooks import receiving

log = logging.get_logger(__name__)


class HooksQuery(OrgQuery):
    """Whose hooks."""

    playbook_id: DocumentId


class TakenCall(Answer):
    """The event that a call has become; the same call again has the same one."""

    event_id: str


class HookList(BaseModel):
    """A playbook's hooks."""

    items: list[ListedHook]


def _methods(path: str) -> tuple[str, ...]:
    if is_at(path, paths.HOOKS) or hook_path(path, paths.HOOK_CALLS):
        return ("GET",)
    called = hook_path(path, paths.HOOK) or hook_path(path, paths.HOOK_CALL_REPLAY)
    return ("POST",) if called else ("GET", "POST")


@door(methods=_methods)
def hooks(request: flask.Request) -> flask.Response:
    """`POST /hooks/{hookId}` with a signature: 202 `{eventId}`. The rest is for the org's owners and editors.

    `GET /hooks?playbookId=` and `GET …/{hookId}/calls`: 200 `{items}`.
    `POST …/{hookId}/calls/{eventId}/replay`: 202 `{eventId}`.
    """
    if called := hook_path(request.path, paths.HOOK):
        return _called(request, called["hookId"])
    if is_at(request.path, paths.HOOKS):
        return _listed(request, authenticate(request))
    if replayed := hook_path(request.path, paths.HOOK_CALL_REPLAY):
        return _replayed(request, authenticate(request), replayed["hookId"], replayed["callId"])
    if calls := hook_path(request.path, paths.HOOK_CALLS):
        return _calls(request, authenticate(request), calls["hookId"])
    raise not_found("this address")


def _called(request: flask.Request, hook_id: str) -> flask.Response:
    with logging.bind(hookId=hook_id):
        event_id = receiving.receive(hook_id, request, Clock().now())
        log.info("a hook was called", extra={"eventId": event_id})
        return json_response(TakenCall(event_id=event_id), HTTPStatus.ACCEPTED)


def _listed(request: flask.Request, principal: Principal) -> flask.Response:
    query = parse_query(request, HooksQuery)
    org_id = member_of(principal, query.org_id, "editor")
    found = stored_hooks.of_playbook(org_id, query.playbook_id)
    return json_response(HookList(items=[ListedHook.of(hook) for hook in found]))


def _calls(request: flask.Request, principal: Principal, hook_id: str) -> flask.Response:
    from shared.runs.hook_calls import list_calls

    hook, _ = own_hook(principal, hook_id, parse_query(request, OrgQuery).org_id)
    return json_response(list_calls(hook))


def _replayed(request: flask.Request, principal: Principal, hook_id: str, call_id: str) -> flask.Response:
    from shared.runs.hook_calls import replay

    hook, _ = own_hook(principal, hook_id, None)
    member_of(principal, parse_body(request, OrgBody).org_id, "editor")
    key = idempotency_key(request) or uuid.uuid4().hex
    event_id = replay(hook, call_id, key, principal.uid or "", Clock().now())
    log.info("a hook's call was replayed", extra={"orgId": hook.org_id, "hookId": hook_id, "by": principal.uid})
    return json_response(TakenCall(event_id=event_id), HTTPStatus.ACCEPTED)
