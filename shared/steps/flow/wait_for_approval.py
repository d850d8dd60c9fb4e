"""`wait_for_approval`: pauses the run until someone in the org decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from shared.decisions import approvals
from shared.decisions.approvals import Approval, ApprovalStatus
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.messages import email, links
from shared.notices.alert import worded
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.context import EndRunError
from shared.steps.delivery._channels import put_into_inbox, send_email_once
from shared.steps.flow.wait import MAX_DAYS
from shared.values.email_address import EmailAddress
from shared.values.words import moment_words
from shared.waiting.ids import wait_id
from shared.webhooks import messages
from shared.webhooks.payloads import DecisionData, EventType

Outcome = Literal["approved", "rejected", "expired"]
_DECISIONS: Mapping[ApprovalStatus, Outcome] = {
    ApprovalStatus.APPROVED: "approved",
    ApprovalStatus.REJECTED: "rejected",
    ApprovalStatus.EXPIRED: "expired",
    ApprovalStatus.PENDING: "expired",
    ApprovalStatus.WITHDRAWN: "expired",
}
"""The outcome the step continues with."""


class WaitForApprovalParams(Params):
    """What is to be decided, until when, and who gets an email (the org's inbox is always told).

    Every member of the org sees `title`; `details` go into the email and to those who may decide.
    `onRefusal`, when it is rejected or nobody decides in time: `stop` ends the run as completed, `fail` as failed,
    `continue` goes on with the decision in the output.
    """

    title: str = Field(min_length=1, max_length=200)
    details: str = Field(default="", max_length=10_000)
    expires_hours: float = Field(default=72, gt=0, le=MAX_DAYS * 24)
    to: list[EmailAddress] = Field(default_factory=list, max_length=20)
    on_refusal: Literal["stop", "fail", "continue"] = "stop"


class WaitForApprovalOutput(Output):
    """Who decided what; `expired` if nobody did in time."""

    approval_id: str
    decision: Outcome
    decided_by: str | None = None
    decided_at: datetime | None = None
    comment: str | None = None


class WaitForApproval(Action[WaitForApprovalParams, WaitForApprovalOutput]):
    """Pauses the run until someone other than the person it acts for approves or rejects, or it expires."""

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {"title": "Lower Blue Dream to $35?", "expiresHours": 24}

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One email, if anyone is emailed."""
        return {"email": 1} if params.get("to") else {}

    def run(self, params: WaitForApprovalParams, context: StepContext) -> WaitForApprovalOutput:
        """Ask, or go on where it is decided.

        Raises:
            EndRunError: it is refused and `onRefusal` is `stop`.
            PermanentError: it is refused and `onRefusal` is `fail`, or nobody stands behind the run.
        """
        if context.user.id is None and context.user.email is None and not context.caused_by:
            raise PermanentError(
                f"this run acts for nobody, so nobody can be told apart from its author: expected ownerId in the "
                f"playbook, or ownerEmail in tenants/{context.org.id}"
            )
        approval = self._ask(params, context)
        if approval.status is ApprovalStatus.PENDING and context.now < approval.expires_at:
            context.parking.park(approval.expires_at, {"channel": "approval", "title": params.title})
        if approval.status is ApprovalStatus.PENDING:
            summary = {"collection": approvals.COLLECTION, "title": params.title}
            context.effects.write("expire", summary, lambda: approvals.expire(approval.id), sample=None)
        return _decided(approval, params)

    def _ask(self, params: WaitForApprovalParams, context: StepContext) -> Approval:
        expires_at = context.parking.until(context.now + timedelta(hours=params.expires_hours))
        wanted = Approval(
            id=wait_id(context.execution_id, context.step_id),
            org_id=context.org.id,
            playbook_id=context.playbook_id,
            execution_id=context.execution_id,
            step_id=context.step_id,
            title=params.title,
            details=params.details,
            requested_by=context.user.id,
            requested_by_name=context.user.name or context.user.email,
            caused_by=context.caused_by,
            requested_at=context.now,
            expires_at=expires_at,
        )
        summary = {"collection": approvals.COLLECTION, "title": params.title}
        approved = wanted.model_copy(update={"status": ApprovalStatus.APPROVED})
        message = _message(wanted, context)
        approval = context.effects.write(
            "ask", summary, lambda: approvals.request(wanted, message), sample=approved
        )
        _notify(approval, params, context)
        return approval


def _message(approval: Approval, context: StepContext) -> tuple[str, dict[str, Any]] | None:
    """For the org's other systems, where they want it: to be written with the question."""
    if EventType.DECISION_NEEDED not in context.org.webhook_events:
        return None
    data = DecisionData(
        org_id=approval.org_id,
        url=links.url(links.approval(approval.id)),
        approval_id=approval.id,
        execution_id=approval.execution_id,
        playbook_id=approval.playbook_id,
        playbook_name=context.playbook_name,
        step_id=approval.step_id,
        expires_at=approval.expires_at,
    )
    return messages.written(approval.org_id, EventType.DECISION_NEEDED, (approval.id,), data, context.now)


def _notify(approval: Approval, params: WaitForApprovalParams, context: StepContext) -> None:
    until = approval.expires_at.astimezone(ZoneInfo(context.org.timezone))
    waits = f"“{context.playbook_name}” needs your decision by {moment_words(until)}."
    message, page = worded(f"Approval needed: {params.title}", waits), links.approval(approval.id)
    put_into_inbox(context, "approval", message, "warning", page)
    if params.to:
        body = f"{params.details}\n\n{waits}".strip()
        send_email_once(context, email.compose(params.to, message.title, body), links=(page,))


def _decided(approval: Approval, params: WaitForApprovalParams) -> WaitForApprovalOutput:
    decision, who = _DECISIONS[approval.status], approval.decided_by_name or approval.decided_by
    output = WaitForApprovalOutput(
        approval_id=approval.id,
        decision=decision,
        decided_by=approval.decided_by,
        decided_at=approval.decided_at,
        comment=approval.comment,
    )
    if decision == "approved" or params.on_refusal == "continue":
        return output
    reason = f"“{params.title}” " + (
        f"was rejected by {who}" if decision == "rejected" else "wasn't decided in time"
    )
    if params.on_refusal == "fail":
        raise PermanentError(reason, code=ErrorCode.NOT_APPROVED)
    raise EndRunError(reason, output.model_dump(mode="json", by_alias=True))
