"""`GET` and `POST /api/approvals/{approvalId}`: what waits for a decision, and the decision."""

from __future__ import annotations

from typing import Any, Literal

import flask
from pydantic import Field

from shared.doors.auth import authenticate
from shared.doors.errors import ForbiddenError
from shared.doors.http import Body, door, json_response, not_found, parse_body, path_id
from shared.doors.principal import Kind
from shared.execution import wake
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.waiting import approvals as store
from shared.waiting.approvals import MAX_COMMENT_CHARS, Approval, ApprovalStatus


class DecisionBody(Body):
    """The decision."""

    decision: Literal["approve", "reject"]
    comment: str | None = Field(default=None, max_length=MAX_COMMENT_CHARS)


@door(methods=("GET", "POST"))
def approvals(request: flask.Request) -> flask.Response:
    """GET: 200 with the approval, and nothing happens (mail programs follow links). POST: 200 with the decision.

    Only people decide, from the role editor on, and nobody what they have asked for themselves. Viewers see neither
    the details nor the comment, which may hold customers' data.
    """
    principal = authenticate(request)
    approval_id = path_id(request, "approvals/{id}")
    resource = f"approval {approval_id}"
    approval, _ = store.find(approval_id)
    is_post = request.method == "POST"
    if principal.kind == "cron":
        raise not_found(resource)
    kinds: tuple[Kind, ...] = ("user",) if is_post else ("user", "agent")
    principal.require(
        org_id=approval.org_id,
        kinds=kinds,
        role="editor" if is_post else "viewer",
        scope="executions:write",
        resource=resource,
    )
    if not is_post:
        return json_response(_shown(approval, whole=principal.kind == "agent" or principal.role != "viewer"))
    body = parse_body(request, DecisionBody)
    if principal.uid is None:
        raise ForbiddenError("this credential names nobody; expected a person's ID token")
    with logging.bind(executionId=approval.execution_id, orgId=approval.org_id, playbookId=approval.playbook_id):
        decided = wake.decide(
            approval_id,
            org_id=approval.org_id,
            by=principal.uid,
            status=ApprovalStatus.APPROVED if body.decision == "approve" else ApprovalStatus.REJECTED,
            comment=body.comment,
            clock=Clock(),
        )
    return json_response(_shown(decided))


def _shown(approval: Approval, *, whole: bool = True) -> dict[str, Any]:
    pending = approval.status is ApprovalStatus.PENDING
    expired = pending and approval.expires_at <= Clock().now()
    status = ApprovalStatus.EXPIRED if expired else approval.status
    hidden = {"status"} if whole else {"status", "details", "comment"}
    shown = approval.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=hidden)
    return {"approvalId": approval.id, **shown, "status": status.value}
