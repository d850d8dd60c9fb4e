"""What is kept of the steps inside a step that has ended: enough to show when each ran, without its output."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from shared.runs.parts import MAX_INNER, MAX_INNER_ERROR, InnerStep, StepResult
from shared.runs.reach import with_inner_reach

_NEVER = datetime.min.replace(tzinfo=UTC)


def with_inner_steps(result: StepResult, inside: Iterable[StepResult]) -> StepResult:
    """The result with the steps inside it and inside these, the earliest first, `MAX_INNER` of them."""
    inside = list(inside)
    result = with_inner_reach(result, inside)
    found: list[InnerStep] = []
    left_out = 0
    for inner in inside:
        found += [_shortened(inner), *(inner.inner or ())]
        left_out += inner.inner_left_out or 0
    if not found:
        return result
    found.sort(key=lambda one: (one.started_at or _NEVER, one.step_id))
    left_out += max(0, len(found) - MAX_INNER)
    return result.model_copy(update={"inner": found[:MAX_INNER], "inner_left_out": left_out or None})


def _shortened(result: StepResult) -> InnerStep:
    return InnerStep(
        step_id=result.step_id,
        action=result.action,
        status=result.status,
        started_at=result.started_at,
        waited_since=result.waited_since,
        duration_ms=result.duration_ms,
        error=result.error[:MAX_INNER_ERROR] if result.error else None,
        error_code=result.error_code,
    )
