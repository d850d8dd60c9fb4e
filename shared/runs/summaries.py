"""What every member of an org may see of a run: `execution_summaries/{executionId}`, without what the run handled.

Outputs, errors and the pinned playbook hold customers' data and other systems' keys: `playbook_executions` is for
those who work with these. A summary is written in the commit that changes the run's status, and not at each
checkpoint, so that it costs a write and no round trip; it says the same however often it is written. That a run
which nobody asked for runs is only said once it has done so for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from pydantic import Field

from shared.playbooks.models import name_parts
from shared.runs.parts import InnerStep, Part, StepResult, StepStatus, TriggerType
from shared.runs.record import Execution, ExecutionStatus

COLLECTION = "execution_summaries"
MAX_PLANNED = 100
MAX_STEPS = 300


class SummaryTrigger(Part):
    """What caused the run."""

    type: TriggerType
    id: str | None = None
    slot: datetime | None = None


class SummaryAttempt(Part):
    """One climb of the ladder, without its error."""

    number: int
    started_at: datetime
    ended_at: datetime | None = None
    failed_step_id: str | None = None


class SummaryStep(Part):
    """What became of a step, or of a step inside it; without its output and error."""

    step_id: str
    action: str
    agent: str | None = None
    status: StepStatus
    started_at: datetime | None = None
    """None of runs from before this was kept."""
    waited_since: datetime | None = None
    duration_ms: int = 0
    cost_usd: float = 0.0


class PlannedStep(Part):
    """One of the playbook's own steps as it was when the run started."""

    step_id: str
    action: str


class SummaryWait(Part):
    """What the run waits for, by the step's path."""

    step_id: str
    since: datetime
    until: datetime


class ExecutionSummary(Part):
    """One run, without what it handled. Times are UTC; costs are in USD."""

    org_id: str
    playbook_id: str
    playbook_name: str
    playbook_version: int
    trigger: SummaryTrigger
    status: ExecutionStatus
    status_reason: str | None = None
    """Why, in words that quote nothing of what the run handled."""
    attempt: int
    attempts: list[SummaryAttempt] = Field(default_factory=list)
    replay: int = 0
    steps: list[SummaryStep] = Field(default_factory=list)
    """Results, those of steps inside others with the path to them (`each/0/mail`)."""
    planned: list[PlannedStep] = Field(default_factory=list)
    waits: list[SummaryWait] = Field(default_factory=list)
    next_attempt_at: datetime | None = None
    cost_usd: float
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    expire_at: datetime | None = None


_SAME = (
    *("org_id", "playbook_id", "playbook_version", "status", "attempt", "replay", "cost_usd"),
    *("created_at", "started_at", "completed_at", "next_attempt_at", "expire_at"),
)
"""Fields of the execution."""
_SHOWN: Any = {
    **dict.fromkeys(_SAME, True),
    "trigger": set(SummaryTrigger.model_fields),
    "attempts": {"__all__": set(SummaryAttempt.model_fields)},
}
_SHOWN_OF_STEP = set(SummaryStep.model_fields)


def path_of(execution_id: str) -> str:
    """The path of the run's summary."""
    return f"{COLLECTION}/{execution_id}"


def summary_of(execution: Execution) -> dict[str, Any]:
    """The `ExecutionSummary` as Firestore stores it; datetimes stay datetimes.

    Made of fields that have been checked already: every run writes two, and models for them took half of the time.
    """
    name, reason = execution.definition.get("name"), public_reason(execution)
    return {
        **execution.model_dump(by_alias=True, exclude_none=True, include=_SHOWN),
        "playbookName": name if isinstance(name, str) else execution.playbook_id,
        **({} if reason is None else {"statusReason": reason}),
        "steps": list(islice(_steps([*execution.step_results, *execution.progress.values()]), MAX_STEPS)),
        "planned": _planned(execution.definition.get("steps")),
        "waits": [{"stepId": path, **wait.document()} for path, wait in execution.waits.items()],
    }


def _steps(results: Iterable[StepResult]) -> Iterable[dict[str, Any]]:
    for result in results:
        yield _step(result)
        yield from map(_step, result.inner or ())


def _step(result: StepResult | InnerStep) -> dict[str, Any]:
    # Of a step inside another one, what it has cost is counted with that one.
    return {"costUsd": 0.0, **result.model_dump(by_alias=True, exclude_none=True, include=_SHOWN_OF_STEP)}


def _planned(steps: Any) -> list[dict[str, str]]:
    """The steps with the ids that they run under; none of a playbook that is malformed."""
    named = name_parts(steps[:MAX_PLANNED]) if isinstance(steps, list) else []
    return [
        {"stepId": step["id"], "action": step["action"]}
        for step in named
        if isinstance(step, Mapping) and isinstance(step.get("id"), str) and isinstance(step.get("action"), str)
    ]


def public_reason(execution: Execution) -> str | None:
    """Why the run has its status, by the step it happened in: the reason itself may quote what the run handled."""
    match execution.status:
        case ExecutionStatus.FAILED | ExecutionStatus.RETRYING:
            failed = next((one for one in reversed(execution.step_results) if one.status == "failed"), None)
            return _failure(failed)
        case ExecutionStatus.COMPLETED if execution.status_reason:
            return "a step ended the run early"
        case ExecutionStatus.SKIPPED if "debounce key cannot be computed" in (execution.status_reason or ""):
            return "the trigger's debounce key cannot be computed"
        case ExecutionStatus.SKIPPED if "cannot be computed" in (execution.status_reason or ""):
            return "the trigger's filter cannot be computed"
        case ExecutionStatus.SKIPPED if "cannot run" in (execution.status_reason or ""):
            return "the playbook cannot run as it is"
        case ExecutionStatus.QUEUED | ExecutionStatus.WAITING | ExecutionStatus.SKIPPED | ExecutionStatus.CANCELLED:
            # Said by the engine, of times, ids and limits.
            return execution.status_reason
        case _:
            return None


def _failure(failed: StepResult | None) -> str:
    return f"the step {failed.step_id} ({failed.action}) failed" if failed else "the run could not go on"
