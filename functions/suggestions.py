"""`/api/suggestions/{kind}/{id}` and `/api/competitive-actions/{id}/resolve`: decisions on agents' suggestions."""

from __future__ import annotations

from typing import Any, Literal

import flask
from pydantic import Field

from shared.api import paths
from shared.api.auth import authenticate
from shared.api.body import OrgId
from shared.api.http import Body, door, json_response, not_found, parse_body, path_id
from shared.api.paths import is_at, values_in
from shared.api.principal import Kind, Principal
from shared.competitors.actions import store as actions
from shared.decisions import suggestion_store as decision_store
from shared.decisions.suggestions import MAX_COMMENT_CHARS, Decision
from shared.documents.suggestions import KINDS, SuggestionStatus
from shared.gcp import logging
from shared.gcp.clock import Clock

log = logging.get_logger(__name__)

_PEOPLE: tuple[Kind, ...] = ("user",)
_STATUSES = {"approve": SuggestionStatus.APPROVED, "reject": SuggestionStatus.REJECTED}


class _OfAnOrg(Body):
    org_id: OrgId
    comment: str | None = Field(default=None, max_length=MAX_COMMENT_CHARS)


class SuggestionDecision(_OfAnOrg):
    """The decision. `apply`: an approved pricing suggestion also sets the price of the item that it is about."""

    decision: Literal["approve", "reject"]
    apply: bool = False


class ResolutionBody(_OfAnOrg):
    """The credential says who resolves it."""


def _methods(path: str) -> tuple[str, ...]:
    return ("POST",) if is_at(path, paths.COMPETITIVE_ACTION_RESOLVE) else ("GET", "POST")


@door(methods=_methods)
def suggestions(request: flask.Request) -> flask.Response:
    """GET: 200 with the suggestion, and nothing happens. POST: 200 with the suggestion or action as it is then.

    Only people decide, from the role editor on, and nobody what a run of theirs suggests: `mayDecide` says whether
    the caller may, and `whyNot` why they may not.
    """
    principal = authenticate(request)
    if is_at(request.path, paths.COMPETITIVE_ACTION_RESOLVE):
        return _resolved(request, principal)
    kind, suggestion_id = _named(request)
    if request.method == "GET":
        return _found(request, principal, kind, suggestion_id)
    return _decided(request, principal, kind, suggestion_id)


def _found(request: flask.Request, principal: Principal, kind: str, suggestion_id: str) -> flask.Response:
    org_id = request.args.get("orgId") or principal.org_id or ""
    resource = decision_store.resource(kind, suggestion_id)
    principal.require(org_id=org_id, kinds=_PEOPLE, role="viewer", resource=resource)
    return _shown(kind, suggestion_id, decision_store.find(org_id, kind, suggestion_id), principal)


def _decided(request: flask.Request, principal: Principal, kind: str, suggestion_id: str) -> flask.Response:
    body = parse_body(request, SuggestionDecision)
    by = _editor(principal, body.org_id, decision_store.resource(kind, suggestion_id))
    decision = Decision(
        _STATUSES[body.decision], by, Clock().now(), body.comment, body.apply, by_name=principal.called
    )
    with logging.bind(orgId=body.org_id):
        document = decision_store.decide(body.org_id, kind, suggestion_id, decision)
        log.info("suggestion decided", extra={"suggestion": f"{kind}/{suggestion_id}", "decision": body.decision})
    return _shown(kind, suggestion_id, document, principal)


def _resolved(request: flask.Request, principal: Principal) -> flask.Response:
    action_id = path_id(request, paths.COMPETITIVE_ACTION_RESOLVE)
    body = parse_body(request, ResolutionBody)
    by = _editor(principal, body.org_id, actions.resource(action_id))
    with logging.bind(orgId=body.org_id):
        action = decision_store.resolve_action(body.org_id, action_id, by, body.comment, Clock().now())
        log.info("competitive action resolved", extra={"actionId": action_id})
    return json_response({"actionId": action_id, **action.model_dump(mode="json", by_alias=True)})


def _editor(principal: Principal, org_id: str, resource: str) -> str:
    """Who it is that may decide in the org."""
    principal.require(org_id=org_id, kinds=_PEOPLE, role="editor", resource=resource)
    return principal.person


def _named(request: flask.Request) -> tuple[str, str]:
    found = values_in(request.path, paths.SUGGESTION)
    if found is None or found["kind"] not in KINDS:
        raise not_found("this address")
    return found["kind"], path_id(request, paths.SUGGESTION)


def _shown(kind: str, suggestion_id: str, document: dict[str, Any], principal: Principal) -> flask.Response:
    reason = _why_not(document, principal)
    may = {"mayDecide": reason is None, **({"whyNot": reason} if reason else {})}
    return json_response({**document, "suggestionId": suggestion_id, "collection": kind, **may})


def _why_not(document: dict[str, Any], principal: Principal) -> str | None:
    """Why the caller may not decide it; None if they may."""
    if principal.role == "viewer":
        return "only editors and owners decide"
    status = document.get("status")
    if status != SuggestionStatus.PENDING:
        return f"it is {status!s:.40} already"
    return decision_store.BARRED if decision_store.is_barred(document, principal.uid or "") else None
