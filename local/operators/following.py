"""Follow runs as they change: Firestore tells of each new state, so nothing is asked for again and again."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from shared.gcp import logging
from shared.quarantine.failures import describe
from shared.runs import control, store, summaries
from shared.runs.reading import RunFilter
from shared.runs.record import TERMINAL, ExecutionStatus, parse_execution
from shared.runs.summaries import ExecutionSummary

log = logging.get_logger(__name__)

Parse = Callable[[str, dict[str, Any]], ExecutionSummary]
"""The summary that a document of that id holds; ValidationError where it is malformed."""

_NEWEST = 100
"""How many of an org's runs are watched: those that were created last."""


class Change(BaseModel):
    """A new state of a run, or of one of its steps."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    at: datetime
    execution_id: str
    playbook_id: str
    status: ExecutionStatus
    reason: str | None = None
    step_id: str | None = None
    action: str | None = None
    step_status: str | None = None


def follow_run(execution_id: str) -> Iterator[Change]:
    """What happens to the run, from what it is now to its end.

    Raises:
        NotFoundError: there is none.
    """
    control.find_execution(execution_id)
    told: dict[str, str] = {}
    # A summary is written where the status changes; the run itself at each step.
    with _watched(store.reference(execution_id), _summary_of_run) as states:
        while True:
            for summary_id, summary in states.get():
                yield from _news(summary_id, summary, told)
                if summary.status in TERMINAL:
                    return


def follow_org(org_id: str) -> Iterator[Change]:
    """What happens to the org's runs from now on, and what the newest are now; it does not end by itself."""
    told: dict[str, str] = {}
    newest = RunFilter(org_id).query(summaries.COLLECTION).limit(_NEWEST)
    with _watched(newest, lambda _, fields: ExecutionSummary.model_validate(fields)) as states:
        while True:
            for summary_id, summary in states.get():
                yield from _news(summary_id, summary, told)


@contextmanager
def _watched(target: Any, parse: Parse) -> Iterator[queue.SimpleQueue[list[tuple[str, ExecutionSummary]]]]:
    """What each snapshot of the target says of its runs, the oldest run first."""
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
    """What was not told yet; `told` has the last state of each run and step."""
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
