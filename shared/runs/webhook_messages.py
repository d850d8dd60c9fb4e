"""Webhook messages about a run, if its org subscribed to them when the run began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from shared.runs.record import Execution


def of_completed(execution: Execution) -> tuple[str, dict[str, Any]] | None:
    """The path and the fields of the message that goes into the commit that ends the run, if anybody wants it."""
    ended_at = execution.completed_at
    return _message(execution, "completed", None, ended_at) if ended_at is not None else None


def of_failed(execution: Execution, failed_step_id: str | None, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """The same of the one that goes into the commit of the dead letter."""
    return _message(execution, "failed", failed_step_id, now)


def _message(
    execution: Execution, status: Literal["completed", "failed"], failed_step_id: str | None, now: datetime
) -> tuple[str, dict[str, Any]] | None:
    if not execution.org.webhook_events:
        return None
    # Not at the top: every function that runs playbooks starts with this module, and few orgs want to hear of runs.
    from shared.messages import links
    from shared.webhooks import messages
    from shared.webhooks.payloads import EventType, RunData

    event = EventType.RUN_COMPLETED if status == "completed" else EventType.RUN_FAILED
    if event not in execution.org.webhook_events:
        return None
    data = RunData(
        org_id=execution.org_id,
        url=links.url(links.run(execution.id)),
        execution_id=execution.id,
        playbook_id=execution.playbook_id,
        playbook_name=str(execution.definition.get("name") or execution.playbook_id),
        status=status,
        trigger=execution.trigger.type,
        attempts=execution.attempt,
        replay=execution.replay,
        started_at=execution.started_at,
        ended_at=execution.completed_at or now,
        error_code=execution.error_code if status == "failed" else None,
        failed_step_id=failed_step_id,
    )
    return messages.written(execution.org_id, event, (execution.id, str(execution.replay)), data, now)
