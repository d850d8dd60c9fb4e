"""Models of responses that endpoints build field by field from stored documents.

tests/e2e/test_openapi.py compares them with real ones. Documents from authors and other systems are returned
unchanged, so they may have unknown fields.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue, RootModel

from shared.api.answers import Answer
from shared.competitors.actions.models import CompetitiveAction
from shared.decisions.approvals import Approval
from shared.error_codes import ErrorCode
from shared.messages.alert_types import Severity
from shared.notices.sms_replies import Keyword
from shared.runs.parts import Attempt, StepResult, TriggerRef
from shared.runs.record import ExecutionStatus
from shared.runs.summaries import PlannedStep, SummaryStep
from shared.triggers.rhythm import ScheduleShown
from shared.values.camel_model import CamelModel

Kind = Literal["pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations"]


class Stored(CamelModel, extra="allow"):
    """Base of returned documents, which may have additional fields."""


class FieldProblem(Answer):
    """An invalid field."""

    field: str
    found: str
    expected: str


class ProblemDetails(Stored):
    """An error (RFC 9457). `errors`: of `invalid_fields` alone."""

    type: str
    title: str
    status: int
    detail: str
    """The field, what was found and what was expected, for people."""
    code: ErrorCode
    """What went wrong, for programs; docs/errors.md lists them."""
    errors: list[FieldProblem] | None = None


class HookEvent(Stored):
    """What a system sends to a hook: any JSON, or a form. A JSON object's fields become those of `event`."""


class DryRun(Stored):
    """What running it would do. `error`, `errorCode`: a step would have failed; `stopped`: one would end it."""

    steps: list[StepResult]
    effects: list[dict[str, Any]]
    cost_usd: float
    error: str | None = None
    error_code: ErrorCode | None = None
    stopped: str | None = None


class Run(Stored):
    """A run. Viewers see a summary (`steps`, `planned`), others the document (`stepResults`, `effects`, …)."""

    execution_id: str
    org_id: str
    playbook_id: str
    playbook_version: int
    trigger: TriggerRef
    status: ExecutionStatus
    status_reason: str | None = None
    error_code: str | None = None
    attempt: int
    attempts: list[Attempt] = Field(default_factory=list)
    step_results: list[StepResult] = Field(default_factory=list)
    steps: list[SummaryStep] = Field(default_factory=list)
    planned: list[PlannedStep] = Field(default_factory=list)
    definition: dict[str, Any] | None = None
    """The playbook as it was when the run started."""
    event_data: dict[str, Any] | None = None
    next_attempt_at: datetime | None = None
    cost_usd: float
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    dead_lettered_at: datetime | None = None


class RunList(Answer):
    """Runs, newest first; `nextAfter` asks for those after them."""

    items: list[Run]
    next_after: str | None = None


class ShownPlaybook(Stored):
    """A playbook as its document holds it; of viewers, and in summaries, a summary. `schedules`: of one alone."""

    playbook_id: str
    name: Any = None
    """A text, unless the document is malformed; so are `status` and the rest."""
    status: Any = None
    status_reason: Any = None
    error_code: Any = None
    triggers: Any = None
    steps: Any = None
    version: Any = None
    schedules: list[ScheduleShown] | None = None


class PlaybookList(Answer):
    """Playbooks, newest first; `nextAfter` asks for those after them."""

    items: list[ShownPlaybook]
    next_after: str | None = None


class ShownApproval(Approval):
    """A question of a run's to the org's people. `whyNot`: why the caller may not decide it."""

    approval_id: str
    may_decide: bool
    why_not: str | None = None


class ApprovalList(Answer):
    """Approvals, newest first. `unreadable`: how many malformed ones were passed over."""

    items: list[ShownApproval]
    unreadable: int
    next_after: str | None = None


class Suggestion(Stored):
    """What an agent suggested, as its document holds it. `whyNot`: why the caller may not decide it."""

    suggestion_id: str
    collection: Kind
    may_decide: bool
    why_not: str | None = None
    status: str | None = None


class ResolvedAction(CompetitiveAction):
    """A competitive action after somebody has resolved it."""

    action_id: str


class ShownAlert(Answer):
    """One line of the inbox."""

    id: str
    type: str
    title: str
    body: str
    severity: Severity
    playbook_id: str | None = None
    execution_id: str | None = None
    link: str | None = None
    read: bool
    note: str | None = None
    created_at: datetime


class AlertList(Answer):
    """Alerts, newest first. `unread`: of all, on the first page; `unreadable`: malformed ones, passed over."""

    alerts: list[ShownAlert]
    unread: int | None = None
    unreadable: int
    next_after: str | None = None


class HeardKeyword(Answer):
    """The keyword that was acted on; null where the text is none."""

    keyword: Keyword | None


class MailjetEvents(RootModel[JsonValue]):
    """One event of Mailjet's Event API, or a list of them. What is none is counted as `malformed`."""


class JsonRpc(Stored):
    """A message of JSON-RPC 2.0, as the Model Context Protocol has them (docs/mcp.md)."""

    jsonrpc: Literal["2.0"]


class JsonRpcRequest(BaseModel):
    """A request of JSON-RPC 2.0."""

    jsonrpc: Literal["2.0"]
    id: int | str | None = None
    """Without an id it is a notification, which gets no response."""
    method: str
    params: dict[str, Any] | None = None


class Resumed(Answer):
    """Of a form: `again` takes the unsubscribing back."""

    again: str | None = None


class LinkQuery(Answer):
    """What the link carries."""

    token: str
