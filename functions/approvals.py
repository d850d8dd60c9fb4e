"""`/api/approvals` and `/api/approvals/{approvalId}`: runs' requests for approval, and decisions on them."""

from __future__ import annotations

from typing import Literal

import flask
from pydantic import Field

from functions._member import OrgQuery
from shared.api import paths
from shared.api.auth import authenticate
from shared.api.body import parse_query
from shared.api.cursors import Cursor
from shared.api.http import Body, door, json_response, parse_body, path_id
from shared.api.paths import is_at
from shared.api.principal import Kind, Principal
from shared.api.reading import reader_of
from shared.decisions import approval_list
from shared.decisions import approvals as store
from shared.decisions.approvals import MAX_COMMENT_CHARS, Approval, ApprovalStatus
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs import wake
from shared.runs.may_decide import shown


class DecisionBody(Body):
    """The decision."""

    decision: Literal["approve", "reject"]
    comment: str | None = Field(default=None, max_length=MAX_COMMENT_CHARS)


class ListQuery(OrgQuery):
    """Which approvals; of every status where none is named."""

    status: ApprovalStatus | None = None
    limit: int = Field(default=approval_list.DEFAULT_LIMIT, ge=1, le=approval_list.MAX_LIMIT)
    after: Cursor | None = None


def _methods(path: str) -> tuple[str, ...]:
    return ("GET",) if is_at(path, paths.APPROVALS) else ("GET", "POST")


@door(methods=_methods)
def approvals(request: flask.Request) -> flask.Response:
    """GET: 200 with the approval, or `{items, nextAfter?, unreadable}`; nothing happens: programs follow links.

    POST: 200 with the decision. Only people decide, from the role editor on, and nobody what they have asked for
    themselves: `mayDecide` says whether the caller may, and `whyNot` why they may not. Viewers see neither the
    details nor the comment, which may hold customers' data.
    """
    principal = authenticate(request)
    if is_at(request.path, paths.APPROVALS):
        return _listed(request, principal)
    approval_id = path_id(request, paths.APPROVAL)
    approval, _ = store.find(approval_id)
    _require(principal, approval, may_write=request.method == "POST")
    if request.method == "GET":
        return json_response(shown([approval], principal, Clock())[0])
    body = parse_body(request, DecisionBody)
    by = principal.person
    with logging.bind(executionId=approval.execution_id, orgId=approval.org_id, playbookId=approval.playbook_id):
        decided = wake.decide(
            approval_id,
            org_id=approval.org_id,
            by=by,
            by_name=principal.called,
            status=ApprovalStatus.APPROVED if body.decision == "approve" else ApprovalStatus.REJECTED,
            comment=body.comment,
            clock=Clock(),
        )
    return json_response(shown([decided], principal, Clock())[0])


def _listed(request: flask.Request, principal: Principal) -> flask.Response:
    query, clock = parse_query(request, ListQuery), Clock()
    reader = reader_of(principal, query.org_id, "approvals")
    page = approval_list.list_approvals(
        reader.org_id, clock.now(), status=query.status, limit=query.limit, after=query.after
    )
    answer: dict[str, object] = {
        "items": shown(page.approvals, principal, clock),
        "unreadable": page.unreadable,
    }
    if page.next_after is not None:
        answer["nextAfter"] = page.next_after
    return json_response(answer)


def _require(principal: Principal, approval: Approval, *, may_write: bool) -> None:
    """Pass when the caller may see the approval, or decide such ones."""
    kinds: tuple[Kind, ...] = ("user",) if may_write else ("user", "agent")
    principal.org_for(
        approval.org_id,
        kinds=kinds,
        role="editor" if may_write else "viewer",
        scope="executions:write",
        resource=f"approval {approval.id}",
    )
