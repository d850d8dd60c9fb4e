"""Watching the runs of the story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from local.demo.story_error import expect
from local.demo.world import World, as_text
from shared.documents import executions
from shared.gcp import clients

ENDED = frozenset({"completed", "failed", "cancelled", "skipped"})


def executions_of(org_id: str, playbook_id: str) -> dict[str, dict[str, Any]]:
    query = (
        clients.firestore()
        .collection(executions.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "==", playbook_id))
    )
    return {found.id: found.to_dict() or {} for found in query.stream()}


def until_ended(world: World, execution_id: str, status: str) -> dict[str, Any]:
    """The execution after it ended.

    Raises:
        StoryError: not in time, or with a status other than `status`.
    """
    path = executions.path_of(execution_id)

    def ended() -> dict[str, Any] | None:
        execution = world.read(path)
        return execution if execution.get("status") in ENDED else None

    execution = world.eventually(ended, f"the run ends {status}", lambda: summary(world.read(path)))
    expect(
        execution["status"] == status,
        f"the run should end {status}; it is {execution['status']}",
        lambda: summary(execution),
    )
    return execution


def until_attempt_failed(world: World, execution_id: str, number: int) -> dict[str, Any]:
    """The execution after attempt `number` failed and the next one is scheduled.

    Raises:
        StoryError: not in time.
    """
    path = executions.path_of(execution_id)

    def failed() -> dict[str, Any] | None:
        execution = world.read(path)
        waits = execution.get("status") == "retrying" and execution.get("attempt") == number
        return execution if waits else None

    what = f"attempt {number} fails and the next one is scheduled"
    return world.eventually(failed, what, lambda: summary(world.read(path)))


def delay_of(execution: dict[str, Any]) -> timedelta:
    """The delay from the last attempt's end to the next."""
    delay: timedelta = execution["nextAttemptAt"] - execution["attempts"][-1]["endedAt"]
    return delay


def step_lines(execution: dict[str, Any]) -> Iterator[str]:
    """One line per step with its outcome and duration."""
    for result in execution["stepResults"]:
        by = f" by {result['agent']}" if result.get("agent") else ""
        error = f"  {result['error']}" if result.get("error") else ""
        yield f"{result['action']:<18} {result['status']:<10} {result['durationMs']:>5} ms{by}{error}"


def summary(execution: dict[str, Any]) -> str:
    """An execution's key facts for error messages."""
    names = ("status", "statusReason", "attempt", "attempts", "nextAttemptAt", "trigger")
    lines = [as_text({name: execution[name] for name in names if name in execution})]
    lines += step_lines(execution) if execution.get("stepResults") else []
    return "\n".join(lines) if execution else "no such execution"
