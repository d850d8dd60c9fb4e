"""Listing, showing, explaining and waiting for an org's runs."""

from __future__ import annotations

import time
from typing import Any

from pydantic import Field

from shared.api.body import Body, DocumentId
from shared.api.cursors import MAX_CURSOR_CHARS
from shared.api.reading import SCOPE
from shared.mcp.tool import Caller, Content, Tool
from shared.playbooks.instants import Instant
from shared.runs import control, reading
from shared.runs.explaining import Explanation, explain
from shared.runs.parts import TriggerType
from shared.runs.reading import RunFilter
from shared.runs.record import TERMINAL, ExecutionStatus
from shared.runs.summaries import summary_of
from shared.steps.data._values import plain

MAX_LISTED = 50
DEFAULT_LISTED = 20
MAX_WAIT_SECONDS = 25
"""Well within the 60 s that Hosting waits for an answer."""
POLL_SECONDS = 1.0


class RunsQuery(Body):
    """Which runs: created from `since` on, and before `until`."""

    status: ExecutionStatus | None = None
    playbook_id: DocumentId | None = None
    trigger: TriggerType | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: int = Field(default=DEFAULT_LISTED, ge=1, le=MAX_LISTED)
    after: str | None = Field(default=None, max_length=MAX_CURSOR_CHARS)


class RunId(Body):
    """Which run."""

    execution_id: DocumentId


class Watched(Body):
    """Which run, and how long to wait for its end."""

    execution_id: DocumentId
    wait_seconds: int = Field(default=MAX_WAIT_SECONDS, ge=0, le=MAX_WAIT_SECONDS)


def list_runs(caller: Caller, query: RunsQuery) -> Content:
    """Summaries, newest first."""
    statuses = (query.status,) if query.status else ()
    wanted = RunFilter(caller.org_id, statuses, query.playbook_id, query.trigger, query.since, query.until)
    found = reading.list_executions(wanted, whole=False, after=query.after, limit=query.limit)
    return {"runs": found.items, **({"nextAfter": found.next_after} if found.next_after else {})}


def get_run(caller: Caller, query: RunId) -> Content:
    """One, with what its steps made."""
    return reading.show_execution(caller.org_id, query.execution_id, whole=caller.sees_whole)


def explain_run(caller: Caller, query: RunId) -> Content:
    """Explain its state."""
    stored = control.find_execution(query.execution_id)
    control.require_org(stored, caller.org_id)
    return explain(stored.execution)


def watch_run(caller: Caller, query: Watched) -> Content:
    """Its state once it has ended or the time is up."""
    deadline = time.monotonic() + query.wait_seconds
    while True:
        stored = control.find_execution(query.execution_id)
        control.require_org(stored, caller.org_id)
        has_ended = stored.execution.status in TERMINAL
        if has_ended or time.monotonic() + POLL_SECONDS > deadline:
            run = {"executionId": query.execution_id, **summary_of(stored.execution)}
            return {"hasEnded": has_ended, "run": plain(run)}
        time.sleep(POLL_SECONDS)


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "list_runs",
        "List runs",
        "Lists the org's runs, newest first: status and reason, trigger, steps, cost.",
        RunsQuery,
        list_runs,
        scope=SCOPE,
        examples=({"status": "failed", "limit": 5}, {"playbookId": "price-alert", "since": "2026-11-01T00:00:00Z"}),
    ),
    Tool(
        "get_run",
        "Show a run",
        "Shows a run with the output of each step, what it sent, its attempts and its cost. Other systems' keys "
        "are masked.",
        RunId,
        get_run,
        scope=SCOPE,
        examples=({"executionId": "3f2a…"},),
    ),
    Tool(
        "explain_run",
        "Explain a run",
        "Explains why a run failed, was skipped, is waiting or is being retried: the reason, the step at fault, "
        "the steps whose conditions didn't hold, and what to do.",
        RunId,
        explain_run,
        scope=SCOPE,
        role="editor",
        examples=({"executionId": "3f2a…"},),
        output=Explanation,
    ),
    Tool(
        "watch_run",
        "Watch a run",
        "Waits up to 25 seconds for a run to end and shows how it stands; call it again while hasEnded is false.",
        Watched,
        watch_run,
        scope=SCOPE,
        examples=({"executionId": "3f2a…", "waitSeconds": 20},),
    ),
)
