"""Explains why a run is in its state, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.playbooks.models import name_parts
from shared.runs.parts import StepResult
from shared.runs.record import Execution, ExecutionStatus
from shared.values.camel_model import CamelModel

_ADVICE = {
    ExecutionStatus.FAILED: "Fix the cause, then retry the run: it resumes at the step that failed.",
    ExecutionStatus.RETRYING: "Nothing to do: it tries again by itself.",
    ExecutionStatus.QUEUED: "Nothing to do: it starts within seconds.",
    ExecutionStatus.RUNNING: "Nothing to do: it is running. Watch it until it ends.",
    ExecutionStatus.WAITING: "It goes on when what it waits for happens, or when the time is up.",
    ExecutionStatus.SKIPPED: "It did nothing. Run the playbook by hand if you need this run anyway.",
    ExecutionStatus.CANCELLED: "It was stopped. Run the playbook again if you need this run anyway.",
}


class _Part(CamelModel, frozen=True):
    pass


class FailedStep(_Part):
    """A step that failed. `wentOn`: the playbook lets the run go on after it."""

    step_id: str
    action: str
    error: str
    error_code: str | None = None
    went_on: bool


class SkippedStep(_Part):
    """A step that was not done, and the condition that did not hold."""

    step_id: str
    action: str
    condition: str | None = None


class FailedAttempt(_Part):
    """One climb of the retry ladder that did not reach the end."""

    number: int
    failed_step_id: str | None = None
    error: str
    error_code: str | None = None


class WaitingStep(_Part):
    """A step that waits, until this time at the latest."""

    step_id: str
    until: datetime


class Explanation(_Part):
    """`why` in a sentence; the steps and attempts that explain it; what to do."""

    execution_id: str
    playbook_id: str
    status: ExecutionStatus
    why: str
    advice: str | None = None
    failed_steps: tuple[FailedStep, ...] = ()
    skipped_steps: tuple[SkippedStep, ...] = ()
    failed_attempts: tuple[FailedAttempt, ...] = ()
    waiting_steps: tuple[WaitingStep, ...] = ()
    next_attempt_at: datetime | None = None


def explain(execution: Execution) -> Explanation:
    """Why the run has the status that it has."""
    written = _written_steps(execution.definition)
    failed = tuple(_failed(one, written) for one in execution.step_results if one.status == "failed")
    skipped = tuple(
        SkippedStep(
            step_id=one.step_id, action=one.action, condition=written.get(one.step_id, {}).get("condition") or None
        )
        for one in execution.step_results
        if one.status == "skipped"
    )
    attempts = tuple(
        FailedAttempt(
            number=one.number, failed_step_id=one.failed_step_id, error=one.error, error_code=one.error_code
        )
        for one in execution.attempts
        if one.error is not None
    )
    return Explanation(
        execution_id=execution.id,
        playbook_id=execution.playbook_id,
        status=execution.status,
        why=_why(execution, failed, skipped, attempts),
        advice=_ADVICE.get(execution.status),
        failed_steps=failed,
        skipped_steps=skipped,
        failed_attempts=attempts,
        waiting_steps=tuple(WaitingStep(step_id=path, until=one.until) for path, one in execution.waits.items()),
        next_attempt_at=execution.next_attempt_at,
    )


def _written_steps(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    steps = definition.get("steps")
    named = name_parts(steps) if isinstance(steps, list) else []
    return {one["id"]: one for one in named if isinstance(one, Mapping) and isinstance(one.get("id"), str)}


def _failed(result: StepResult, written: Mapping[str, Mapping[str, Any]]) -> FailedStep:
    return FailedStep(
        step_id=result.step_id,
        action=result.action,
        error=result.error or "it did not say why",
        error_code=result.error_code,
        went_on=written.get(result.step_id, {}).get("onError") == "continue",
    )


def _why(
    execution: Execution,
    failed: tuple[FailedStep, ...],
    skipped: tuple[SkippedStep, ...],
    attempts: tuple[FailedAttempt, ...],
) -> str:
    match execution.status:
        case ExecutionStatus.FAILED:
            return _why_failed(execution, attempts)
        case ExecutionStatus.RETRYING if attempts:
            return f"Attempt {attempts[-1].number} failed{_at_step(attempts[-1])}: {attempts[-1].error}"
        case ExecutionStatus.WAITING:
            return (
                f"Waiting at {', '.join(execution.waits)}."
                if execution.waits
                else execution.status_reason or "Waiting."
            )
        case ExecutionStatus.COMPLETED:
            return " ".join(_of_completed(execution, failed, skipped))
        case _:
            return execution.status_reason or f"The run is {execution.status.value}."


def _why_failed(execution: Execution, attempts: tuple[FailedAttempt, ...]) -> str:
    reason = execution.status_reason or "no reason was recorded"
    if not attempts:
        return f"It failed: {reason}"
    last = attempts[-1]
    tries = f" after {len(attempts)} attempts" if len(attempts) > 1 else ""
    return f"It failed{_at_step(last)}{tries}: {last.error}"


def _at_step(attempt: FailedAttempt) -> str:
    return f" at step {attempt.failed_step_id}" if attempt.failed_step_id else ""


def _of_completed(
    execution: Execution, failed: tuple[FailedStep, ...], skipped: tuple[SkippedStep, ...]
) -> Iterator[str]:
    yield f"It completed: {execution.status_reason}" if execution.status_reason else "It completed."
    if failed:
        yield f"It went on after a failure at {', '.join(one.step_id for one in failed)}."
    if skipped:
        yield f"Not done, since their conditions didn't hold: {', '.join(one.step_id for one in skipped)}."
