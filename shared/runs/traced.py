"""A run's trace: one span for the run and one per attempt, across processes.

The execution document keeps what the run was started in (`traceparent`). The id of the run's span follows from the
run's own, so that every attempt, late, twice or after a process has died, lies below a span that is known. The span
is told when the run ends, and again by a delivery that finds it ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from shared.gcp import tracing
from shared.gcp.tracing import Span, TraceContext
from shared.runs.record import TERMINAL, Execution, ExecutionStatus
from shared.runs.state import Delivery
from shared.values.digests import hex_digest

RUN, ATTEMPT = "run", "attempt"
SLOW_SECONDS = 30.0
"""A run whose last attempt took so long is exported, too."""


def origin() -> str | None:
    """What a run that is started at this line keeps; None where there are no traces."""
    context = tracing.current()
    return str(context) if context is not None else None


def context_of(execution: Execution) -> TraceContext | None:
    """The run's own span; None where there are no traces.

    A run that was started in no trace, as those that one tick starts by the thousand, has one of its own. Its id is
    the run's where that can be one.
    """
    if not tracing.is_on():
        return None
    started_in = tracing.parse(execution.traceparent)
    span_id = hex_digest(RUN, execution.id, str(execution.replay))[:16]
    if started_in is not None:
        return TraceContext(started_in.trace_id, span_id, started_in.sampled)
    trace_id = execution.id if _is_trace_id(execution.id) else hex_digest(execution.id)
    return TraceContext(trace_id, span_id, tracing.is_chosen(trace_id))


def _is_trace_id(text: str) -> bool:
    return tracing.parse(f"00-{text}-{'1' * 16}-00") is not None


@contextmanager
def attempt(execution: Execution, delivery: Delivery) -> Iterator[Span]:
    """The span of one delivery of the run, with what it does below it."""
    parent = context_of(execution)
    if parent is None:
        yield tracing.OFF
        return
    about: dict[str, str | int] = {
        **_ids(execution),
        "playbooks.attempt": delivery.attempt,
        "playbooks.replay": execution.replay,
    }
    with tracing.part(ATTEMPT, about, kind="consumer", parent=parent) as span:
        yield span


def keep(execution: Execution) -> None:
    """Have the rest of the run exported whatever was chosen, from this attempt on: something went wrong, or slowly.

    What started it may not be exported, so the run's own span becomes the first one.
    """
    context = context_of(execution)
    if context is None:
        return
    tracing.keep()
    if not context.sampled:
        execution.traceparent = str(TraceContext(context.trace_id, context.span_id, sampled=True))


def ended(execution: Execution) -> None:
    """Tell of the run's own span, if the run has ended. Twice is harmless."""
    if not tracing.is_on() or execution.status not in TERMINAL:
        return
    if tracing.elapsed() >= SLOW_SECONDS:
        keep(execution)
    context = context_of(execution)
    if context is None:
        return
    started_in = tracing.parse(execution.traceparent)
    written_in = tracing.parse(execution.definition.get("traceparent"))
    started, ended_at = _times(execution, datetime.now(UTC))
    is_first = started_in is None or started_in.span_id == context.span_id
    tracing.record(
        RUN,
        context,
        parent=None if is_first else started_in,
        started=started,
        ended=ended_at,
        attributes={
            **_ids(execution),
            "playbooks.trigger": execution.trigger.type,
            "playbooks.status": execution.status.value,
            "playbooks.attempts": len(execution.attempts),
            "playbooks.steps": len(execution.step_results),
            "playbooks.replay": execution.replay,
        },
        # The sentence that wrote the playbook, where it is not what started this run.
        links=(written_in,) if written_in is not None and written_in.trace_id != context.trace_id else (),
        failed="RunFailed" if execution.status is ExecutionStatus.FAILED else None,
    )


def _times(execution: Execution, now: datetime) -> tuple[datetime, datetime]:
    """From when it was queued, or first tried after it was sent back, to its end, by the system's clock.

    A run's own times are those of its senders, which are ahead where the clock of a local stack was moved.
    """
    firsts = [one.started_at for one in execution.attempts if one.number == 1]
    started = firsts[-1] if execution.replay > 0 and firsts else execution.created_at
    ended_at = execution.completed_at or now
    if started > now:
        return now - max(ended_at - started, timedelta(0)), now
    return started, min(ended_at, now)


def _ids(execution: Execution) -> dict[str, str]:
    return {
        "playbooks.execution_id": execution.id,
        "playbooks.playbook_id": execution.playbook_id,
        "playbooks.org_id": execution.org_id,
    }
