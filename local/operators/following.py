"""Follows runs live through Firestore snapshots, without polling."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.documents import executions
from shared.gcp import logging
from shared.quarantine.failures import describe
from shared.runs import control, summaries
from shared.runs.reading import RunFilter
from shared.runs.record import TERMINAL, ExecutionStatus, parse_execution
from shared.runs.summaries import ExecutionSummary
from shared.values.camel_model import CamelModel

log = logging.get_logger(__name__)

Parse = Callable[[str, dict[str, Any]], ExecutionSummary]
"""Parses a summary document; raises ValidationError if malformed."""

_NEWEST = 100
"""The number of an org's newest runs to watch."""


class Change(CamelModel, frozen=True):
    """A change of a run or one of its steps."""

    at: datetime
    execution_id: str
    playbook_id: str
    status: ExecutionStatus
    reason: str | None = None
    step_id: str | None = None
    action: str | None = None
    step_status: str | None = None


def follow_run(execution_id: str) -> Iterator[Change]:
    """Yields the run's changes from now until it ends.

    Raises:
        NotFoundError: it doesn't exist.
    """
    control.find_execution(execution_id)
    told: dict[str, str] = {}
    # Summaries change with the status; the run document changes at each step.
    with _watched(executions.reference(execution_id), _summary_of_run) as states:
        while True:
            for summary_id, summary in states.get():
                yield from _news(summary_id, summary, told)
                if summary.status in TERMINAL:
                    return


def follow_org(org_id: str) -> Iterator[Change]:
    """Yields the current state and changes of the org's runs, indefinitely."""
    told: dict[str, str] = {}
    newest = RunFilter(org_id).query(summaries.COLLECTION).limit(_NEWEST)
    with _watched(newest, lambda _, fields: ExecutionSummary.model_validate(fields)) as states:
        while True:
            for summary_id, summary in states.get():
                yield from _news(summary_id, summary, told)


@contextmanager
def _watched(target: Any, parse: Parse) -> Iterator[queue.SimpleQueue[list[tuple[str, ExecutionSummary]]]]:
    """Each snapshot's runs, oldest first."""
    states: queue.SimpleQueue[list[tuple[str, ExecutionSummary]]] = queue.SimpleQueue()

    def tell(snapshots: list[Any], _changes: Any, _read_time: Any) -> None:
        read = [(one.id, _parsed(one, parse)) for one in snapshots if one.exists]
        known = [(execution_id, summary) for execution_id, summary in read if summary is not None]
        states.put(sorted(known, key=lambda one: one[1].created_at))

    listener = target.on_snapshot(tell)
    try:
        yield states
    finally:
        listener.unsubscribe()


def _parsed(snapshot: Any, parse: Parse) -> ExecutionSummary | None:
    try:
        return parse(snapshot.id, snapshot.to_dict() or {})
    except ValidationError as error:
        log.error("malformed run", extra={"path": snapshot.reference.path, "reason": describe(error)})
        return None


def _summary_of_run(execution_id: str, fields: dict[str, Any]) -> ExecutionSummary:
    return ExecutionSummary.model_validate(summaries.summary_of(parse_execution(execution_id, fields)))


def _news(summary_id: str, summary: ExecutionSummary, told: dict[str, str]) -> Iterator[Change]:
    """Changes not yet reported; `told` has the last reported states."""
    base = {"at": datetime.now(UTC), "execution_id": summary_id, "playbook_id": summary.playbook_id}
    for step in summary.steps:
        key = f"{summary_id}/{step.step_id}"
        if told.get(key) != step.status:
            told[key] = step.status
            yield Change(
                **base,
                status=summary.status,
                step_id=step.step_id,
                action=step.action,
                step_status=step.status,
            )
    state = f"{summary.status.value} {summary.attempt} {summary.replay}"
    if told.get(summary_id) != state:
        told[summary_id] = state
        yield Change(**base, status=summary.status, reason=summary.status_reason)
