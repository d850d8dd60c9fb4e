"""What an org's other systems are told of a run, where one of them has asked for it when the run began."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from shared.messages import links
from shared.runs.record import Execution
from shared.webhooks import messages
from shared.webhooks.payloads import EventType, RunData


def of_completed(execution: Execution) -> tuple[str, dict[str, Any]] | None:
    """The path and the fields of the message that goes into the commit that ends the run, if anybody wants it."""
    if EventType.RUN_COMPLETED not in execution.org.webhook_events or execution.completed_at is None:
        return None
    return _message(execution, EventType.RUN_COMPLETED, "completed", None, execution.completed_at)


def of_failed(execution: Execution, failed_step_id: str | None, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """The same of the one that goes into the commit of the dead letter."""
    if EventType.RUN_FAILED not in execution.org.webhook_events:
        return None
    return _message(execution, EventType.RUN_FAILED, "failed", failed_step_id, now)


def _message(
    execution: Execution,
    event: EventType,
    status: Literal["completed", "failed"],
    failed_step_id: str | None,
    now: datetime,
) -> tuple[str, dict[str, Any]]:
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
