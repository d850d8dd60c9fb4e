"""Endpoints for playbooks, runs, approvals and suggestions."""

from __future__ import annotations

from functions import _member
from functions.approvals import DecisionBody
from functions.approvals import ListQuery as ApprovalsQuery
from functions.chat import ChatBody
from functions.cron import CronBody, Tick
from functions.execute import ExecuteBody, StartedRun
from functions.executions import BulkBody, ControlledRun, NoFields
from functions.executions import ListQuery as RunsQuery
from functions.playbooks import ListQuery as PlaybooksQuery
from functions.playbooks import RestoredPlaybook, ValidateBody
from functions.suggestions import ResolutionBody, SuggestionDecision
from local.openapi import shapes
from local.openapi.door import Credential, Door
from shared.chat.understood import Reply
from shared.runs.bulk_record import BulkAnswer
from shared.triggers.checking import Checked

_READS = "every member; agents: `executions:read`"
_PEOPLE: tuple[Credential, ...] = ("user",)
_EDITOR = "the role `editor`"
_ORG = _member.OrgQuery


RUNS: tuple[Door, ...] = (
    Door(
        "execute",
        "POST",
        "/api/playbooks/{playbookId}/execute",
        "Run a playbook, or show what running it would do",
        {202: StartedRun, 200: shapes.DryRun},
        who=("user", "agent", "cron"),
        needs="the role `editor`; agents: `playbooks:run`",
        takes=ExecuteBody,
        conflicts=True,
        names="executePlaybook",
        headers=("Idempotency-Key", "Idempotency-Reuse"),
    ),
    Door(
        "playbooks",
        "GET",
        "/api/playbooks",
        "List the org's playbooks",
        {200: shapes.PlaybookList},
        needs=_READS,
        query=PlaybooksQuery,
        names="listPlaybooks",
    ),
    Door(
        "playbooks",
        "GET",
        "/api/playbooks/{playbookId}",
        "Show a playbook, with its schedules",
        {200: shapes.ShownPlaybook},
        needs=_READS,
        query=_ORG,
        names="getPlaybook",
    ),
    Door(
        "playbooks",
        "POST",
        "/api/playbooks/validate",
        "Check a playbook before it is saved",
        {200: Checked},
        needs="the role `editor`; agents: `chat`",
        takes=ValidateBody,
        names="validatePlaybook",
    ),
    Door(
        "playbooks",
        "POST",
        "/api/playbooks/{playbookId}/restore",
        "Bring a deleted catalog playbook back",
        {200: RestoredPlaybook},
        needs="the role `editor`; agents: `chat`",
        takes=_ORG,
        body_required=False,
        conflicts=True,
        names="restorePlaybook",
    ),
    Door(
        "executions",
        "GET",
        "/api/executions",
        "List the org's runs",
        {200: shapes.RunList},
        needs=_READS,
        query=RunsQuery,
        names="listRuns",
    ),
    Door(
        "executions",
        "GET",
        "/api/executions/{executionId}",
        "Show a run",
        {200: shapes.Run},
        needs=_READS,
        query=_ORG,
        names="getRun",
    ),
    Door(
        "executions",
        "POST",
        "/api/executions/{executionId}/retry",
        "Send a dead-lettered run back",
        {202: ControlledRun},
        needs="the role `editor`; agents: `executions:write`",
        takes=NoFields,
        body_required=False,
        conflicts=True,
        names="retryRun",
    ),
    Door(
        "executions",
        "POST",
        "/api/executions/{executionId}/cancel",
        "Stop a run before its next step",
        {200: ControlledRun},
        needs="the role `editor`; agents: `executions:write`",
        takes=NoFields,
        body_required=False,
        conflicts=True,
        names="cancelRun",
    ),
    Door(
        "executions",
        "POST",
        "/api/executions/bulk",
        "Retry or cancel many runs",
        {202: BulkAnswer},
        who=_PEOPLE,
        needs=_EDITOR,
        takes=BulkBody,
        names="changeRuns",
        headers=("Idempotency-Key",),
    ),
    Door(
        "chat",
        "POST",
        "/api/chat",
        "Say what you want in a sentence",
        {200: Reply},
        needs="every member (viewers: reading questions); agents: `chat`",
        takes=ChatBody,
        conflicts=True,
        names="chat",
        headers=("Idempotency-Key",),
    ),
    Door(
        "approvals",
        "GET",
        "/api/approvals",
        "List what runs ask the org's people",
        {200: shapes.ApprovalList},
        needs=_READS,
        query=ApprovalsQuery,
        names="listApprovals",
    ),
    Door(
        "approvals",
        "GET",
        "/api/approvals/{approvalId}",
        "Show an approval; nothing happens",
        {200: shapes.ShownApproval},
        needs="every member; agents: `executions:write`",
        names="getApproval",
    ),
    Door(
        "approvals",
        "POST",
        "/api/approvals/{approvalId}",
        "Decide an approval",
        {200: shapes.ShownApproval},
        who=_PEOPLE,
        needs=_EDITOR,
        takes=DecisionBody,
        conflicts=True,
        names="decideApproval",
    ),
    Door(
        "suggestions",
        "GET",
        "/api/suggestions/{kind}/{suggestionId}",
        "Show a suggestion; nothing happens",
        {200: shapes.Suggestion},
        who=_PEOPLE,
        needs="every member",
        query=_ORG,
        names="getSuggestion",
    ),
    Door(
        "suggestions",
        "POST",
        "/api/suggestions/{kind}/{suggestionId}",
        "Decide a suggestion",
        {200: shapes.Suggestion},
        who=_PEOPLE,
        needs=_EDITOR,
        takes=SuggestionDecision,
        conflicts=True,
        names="decideSuggestion",
    ),
    Door(
        "suggestions",
        "POST",
        "/api/competitive-actions/{actionId}/resolve",
        "Resolve a competitive action",
        {200: shapes.ResolvedAction},
        who=_PEOPLE,
        needs=_EDITOR,
        takes=ResolutionBody,
        conflicts=True,
        names="resolveAction",
    ),
    Door(
        "cron",
        "POST",
        "/api/cron/playbooks/{frequency}",
        "Start every org's catalog playbooks of a frequency",
        {202: Tick},
        who=("cron",),
        takes=CronBody,
        body_required=False,
        names="tick",
    ),
    Door(
        "mcp",
        "POST",
        "/api/mcp",
        "The Model Context Protocol, for agents (docs/mcp.md)",
        {200: shapes.JsonRpc, 202: "", 400: shapes.JsonRpc},
        needs="each tool has its own",
        takes=shapes.JsonRpcRequest,
        names="mcp",
    ),
)
