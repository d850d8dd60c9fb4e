"""Starting, dry-running, retrying and canceling runs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from shared.api.body import Body, DocumentId
from shared.api.idempotency import MAX_KEY_LENGTH, fingerprint
from shared.api.storable import StorableObject
from shared.mcp.tool import Caller, Content, Tool
from shared.mcp.tools.estimating import estimate_of
from shared.mcp.tools.runs import RunId
from shared.runs import control
from shared.runs.asking import acting_user, start_asked
from shared.runs.dry_run import dry_run
from shared.runs.execute_rate import require_room
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.record import Execution
from shared.runs.store import Stored

RUN_SCOPE = "playbooks:run"
CONTROL_SCOPE = "executions:write"
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=MAX_KEY_LENGTH)]


class ToTry(Body):
    """The playbook, and the data for its `event`."""

    playbook_id: DocumentId
    event_data: StorableObject = Field(default_factory=dict)


class ToRun(ToTry):
    """`userId`: a member that the key may act for. `idempotencyKey`: the same one again is the same run."""

    user_id: str | None = Field(default=None, min_length=1, max_length=128)
    idempotency_key: IdempotencyKey | None = None


def dry_run_playbook(caller: Caller, asked: ToTry) -> Content:
    """Dry-run it."""
    require_room(caller.org_id, caller.clock.now())
    found = dry_run(_request(caller, asked, PinnedUser()), caller.clock)
    return {**found, "estimate": estimate_of(caller, asked.playbook_id)}


def run_playbook(caller: Caller, asked: ToRun) -> Content:
    """Start it."""
    user = acting_user(caller.principal, caller.org_id, asked.user_id)
    require_room(caller.org_id, caller.clock.now())
    started = start_asked(
        _request(caller, asked, user), caller.clock, key=asked.idempotency_key, fingerprint=fingerprint(asked)
    )
    answer = {"executionId": started.execution_id, "status": started.status, "startedNow": started.created}
    return answer | ({"statusReason": started.waits_because} if started.waits_because else {})


def _request(caller: Caller, asked: ToTry, user: PinnedUser) -> StartRequest:
    return StartRequest(
        org_id=caller.org_id,
        playbook_id=asked.playbook_id,
        trigger=TriggerRef(type="agent" if caller.principal.kind == "agent" else "manual"),
        event_data=asked.event_data,
        user=user,
        requested_by=caller.principal.id,
    )


def retry_run(caller: Caller, asked: RunId) -> Content:
    """Retry it."""
    return _as_it_is(control.replay(_own(caller, asked), caller.clock, by=caller.principal.id))


def cancel_run(caller: Caller, asked: RunId) -> Content:
    """Cancel it."""
    _own(caller, asked)
    return _as_it_is(control.cancel(asked.execution_id, caller.clock))


def _own(caller: Caller, asked: RunId) -> Stored:
    stored = control.find_execution(asked.execution_id)
    control.require_org(stored, caller.org_id)
    return stored


def _as_it_is(execution: Execution) -> Content:
    return {"executionId": execution.id, "status": execution.status}


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "dry_run_playbook",
        "Dry-run a playbook",
        "Shows what running a playbook now would do: each step's result, every effect (mail, text, write) that it "
        "would have, and what it would cost. Reads are real; nothing is sent or written.",
        ToTry,
        dry_run_playbook,
        scope=RUN_SCOPE,
        role="editor",
        examples=({"playbookId": "price-alert"}, {"playbookId": "restock", "eventData": {"itemId": "blue-dream"}}),
    ),
    Tool(
        "run_playbook",
        "Run a playbook",
        "Starts a run now and returns its executionId; watch_run waits for its end. Pass an idempotencyKey so that "
        "a repeated call doesn't start a second run.",
        ToRun,
        run_playbook,
        scope=RUN_SCOPE,
        role="editor",
        does="adds",
        repeatable=False,
        examples=({"playbookId": "price-alert", "idempotencyKey": "2026-11-29-check"},),
    ),
    Tool(
        "retry_run",
        "Retry a run",
        "Sends a failed run back: it resumes at the step that failed, with a new retry ladder.",
        RunId,
        retry_run,
        scope=CONTROL_SCOPE,
        role="editor",
        does="changes",
        examples=({"executionId": "3f2a…"},),
    ),
    Tool(
        "cancel_run",
        "Cancel a run",
        "Stops a run that hasn't ended: at once, or before its next step.",
        RunId,
        cancel_run,
        scope=CONTROL_SCOPE,
        role="editor",
        does="deletes",
        examples=({"executionId": "3f2a…"},),
    ),
)
