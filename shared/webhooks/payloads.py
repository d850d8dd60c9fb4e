"""Payloads of messages to other systems: ids, names, states and links; never a run's data or an alert's text.

The form is that of Standard Webhooks: `{type, timestamp, data}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel

from shared.values.camel_model import CamelModel


class EventType(StrEnum):
    """What an org can subscribe an address to."""

    RUN_COMPLETED = "run.completed"
    RUN_FAILED = "run.failed"
    ALERT_CREATED = "alert.created"
    DECISION_NEEDED = "decision.needed"


class _Data(CamelModel, frozen=True):
    org_id: str
    url: str
    """The page of the dashboard that shows it."""
    test: Literal[True] | None = None
    """Only in a test message, whose ids are made up."""


class RunData(_Data):
    """A run that has ended. `replay`: how many times people have sent it back after it failed."""

    execution_id: str
    playbook_id: str
    playbook_name: str
    status: Literal["completed", "failed"]
    trigger: str
    attempts: int
    replay: int
    started_at: datetime | None = None
    ended_at: datetime
    error_code: str | None = None
    failed_step_id: str | None = None


class AlertData(_Data):
    """A new line in the inbox, whose words stay there."""

    alert_id: str
    type: str
    severity: Literal["info", "warning", "critical"]
    playbook_id: str | None = None
    execution_id: str | None = None


class DecisionData(_Data):
    """A run that waits for somebody to approve or reject something."""

    approval_id: str
    execution_id: str
    playbook_id: str
    playbook_name: str
    step_id: str
    expires_at: datetime


class _Message(BaseModel):
    timestamp: datetime
    """When it happened. The headers say when it was sent."""


class RunCompletedMessage(_Message):
    """A run came to its end."""

    type: Literal["run.completed"]
    data: RunData


class RunFailedMessage(_Message):
    """A run failed permanently: its dead letter was written."""

    type: Literal["run.failed"]
    data: RunData


class AlertCreatedMessage(_Message):
    """The org's people got an alert."""

    type: Literal["alert.created"]
    data: AlertData


class DecisionNeededMessage(_Message):
    """A run asks the org's people to decide."""

    type: Literal["decision.needed"]
    data: DecisionData


MESSAGES: Mapping[EventType, type[_Message]] = MappingProxyType(
    {
        EventType.RUN_COMPLETED: RunCompletedMessage,
        EventType.RUN_FAILED: RunFailedMessage,
        EventType.ALERT_CREATED: AlertCreatedMessage,
        EventType.DECISION_NEEDED: DecisionNeededMessage,
    }
)


def example(event: EventType, org_id: str, url: str, now: datetime) -> BaseModel:
    """What a test message says."""
    execution_id = "0" * 32
    if event is EventType.ALERT_CREATED:
        return AlertData(
            org_id=org_id,
            url=url,
            test=True,
            alert_id="alert_test",
            type="competitor_alert",
            severity="info",
            playbook_id="playbook_test",
            execution_id=execution_id,
        )
    if event is EventType.DECISION_NEEDED:
        return DecisionData(
            org_id=org_id,
            url=url,
            test=True,
            approval_id="approval_test",
            execution_id=execution_id,
            playbook_id="playbook_test",
            playbook_name="Test playbook",
            step_id="approve",
            expires_at=now,
        )
    has_failed = event is EventType.RUN_FAILED
    return RunData(
        org_id=org_id,
        url=url,
        test=True,
        execution_id=execution_id,
        playbook_id="playbook_test",
        playbook_name="Test playbook",
        status="failed" if has_failed else "completed",
        trigger="manual",
        attempts=4 if has_failed else 1,
        replay=0,
        started_at=now,
        ended_at=now,
        error_code="provider_unavailable" if has_failed else None,
        failed_step_id="send" if has_failed else None,
    )
