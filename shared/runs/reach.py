"""Who a run reached, as its `statusReason` says, and what is kept of the steps inside a step that has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.compliance.decision import REASON_WORDS
from shared.runs.parts import MAX_INNER, MAX_INNER_ERROR, InnerStep, StepResult
from shared.steps.base import Output, Reach

_WORDS = {reason.value: words for reason, words in REASON_WORDS.items()}
_NEVER = datetime.min.replace(tzinfo=UTC)


def reach_fields(reach: Reach | None) -> dict[str, Any]:
    """The fields of a `StepResult` that hold how many people a step reached."""
    return {} if reach is None else {"reached": reach.reached, "skipped": dict(reach.skipped)}


def note_field(output: Output) -> dict[str, Any]:
    """The field of a `StepResult` that holds what the run says of the step."""
    note = output.run_note()
    return {} if note is None else {"note": note}


def ending_words(results: Iterable[StepResult]) -> str | None:
    """What the run says when it is done; None where it has nothing to say."""
    found = list(results)
    return reached_nobody(found) or next((one.note for one in reversed(found) if one.note), None)


def with_inner_reach(result: StepResult, inside: Iterable[StepResult]) -> StepResult:
    """The result, with those that the steps inside it reached."""
    counted = [one for one in (result, *inside) if one.reached is not None]
    if not counted:
        return result
    skipped = _sum(one.skipped or {} for one in counted)
    return result.model_copy(update={"reached": sum(one.reached or 0 for one in counted), "skipped": skipped})


def reached_nobody(results: Iterable[StepResult]) -> str | None:
    """`Reached nobody: 2 skipped (2 opted out)`; None where somebody was reached, or nobody was meant to be."""
    found = list(results)
    skipped = _sum(one.skipped or {} for one in found)
    if not skipped or any(one.reached for one in found):
        return None
    reasons = ", ".join(
        f"{count:,} {_WORDS.get(reason, reason)}" for reason, count in Counter(skipped).most_common()
    )
    return f"Reached nobody: {sum(skipped.values()):,} skipped ({reasons})"


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)


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
