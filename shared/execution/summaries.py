"""What every member of an org may see of a run: `execution_summaries/{executionId}`, without what the run handled.

Outputs, errors and the pinned playbook hold customers' data and other systems' keys: `playbook_executions` is for
those who work with these. A summary is written in the commit that changes the run's status, and not at each
checkpoint, so that it costs a write and no round trip; it says the same however often it is written.
"""

from __future__ import annotations

from typing import Any

from shared.execution.record import Execution, ExecutionStatus, StepResult

COLLECTION = "execution_summaries"
_OF_STEPS = ("step_id", "action", "agent", "status", "duration_ms", "cost_usd")
_TIMES = ("created_at", "started_at", "completed_at", "next_attempt_at", "expire_at")


def path_of(execution_id: str) -> str:
    """The path of the run's summary."""
    return f"{COLLECTION}/{execution_id}"


def summary_of(execution: Execution) -> dict[str, Any]:
    """The summary as Firestore stores it; datetimes stay datetimes."""
    name = execution.definition.get("name")
    of_run = execution.model_dump(
        by_alias=True,
        exclude_none=True,
        include={"org_id", "playbook_id", "playbook_version", "status", "attempt", "cost_usd", *_TIMES},
    )
    reason = public_reason(execution)
    return {
        **of_run,
        "playbookName": name if isinstance(name, str) else execution.playbook_id,
        "trigger": execution.trigger.model_dump(by_alias=True, exclude_none=True, include={"type", "id", "slot"}),
        "steps": [
            result.model_dump(by_alias=True, exclude_none=True, include=set(_OF_STEPS))
            for result in execution.step_results
        ],
        **({"statusReason": reason} if reason else {}),
    }


def public_reason(execution: Execution) -> str | None:
    """Why the run has its status, by the step it happened in: the reason itself may quote what the run handled."""
    match execution.status:
        case ExecutionStatus.FAILED | ExecutionStatus.RETRYING:
            failed = next((one for one in reversed(execution.step_results) if one.status == "failed"), None)
            return _failure(failed)
        case ExecutionStatus.COMPLETED if execution.status_reason:
            return "a step ended the run early"
        case ExecutionStatus.SKIPPED if "cannot be computed" in (execution.status_reason or ""):
            return "the trigger's filter cannot be computed"
        case ExecutionStatus.SKIPPED if "cannot run" in (execution.status_reason or ""):
            return "the playbook cannot run as it is"
        case ExecutionStatus.WAITING | ExecutionStatus.SKIPPED | ExecutionStatus.CANCELLED:
            # Said by the engine, of times and ids.
            return execution.status_reason
        case _:
            return None


def _failure(failed: StepResult | None) -> str:
    return f"the step {failed.step_id} ({failed.action}) failed" if failed else "the run could not go on"
