"""A playbook as agents write it: the schema that tools publish. The check itself reads it as written."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.playbooks.models import MAX_STEPS, MAX_TRIGGERS, FailureAlerts, Step, Trigger
from shared.playbooks.pace import MAX_AT_ONCE, RetryDelays
from shared.playbooks.time_triggers import Document

AuthorsStatus = Literal["draft", "active", "paused", "archived"]


class ShownPlaybook(Document):
    """What an author writes of a playbook."""

    name: str = Field(min_length=1, max_length=200)
    status: AuthorsStatus = "draft"
    description: str | None = Field(default=None, max_length=5_000)
    triggers: list[Trigger] = Field(max_length=MAX_TRIGGERS)
    steps: list[Step] = Field(min_length=1, max_length=MAX_STEPS)
    agent: str | None = None
    category: str | None = None
    on_failure: FailureAlerts | None = None
    concurrency: int | None = Field(default=None, ge=1, le=MAX_AT_ONCE)
    retry_delays_seconds: RetryDelays | None = None


class ShownChanges(Document):
    """What may be changed of a playbook."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=5_000)
    triggers: list[Trigger] | None = Field(default=None, max_length=MAX_TRIGGERS)
    steps: list[Step] | None = Field(default=None, min_length=1, max_length=MAX_STEPS)
    agent: str | None = None
    category: str | None = None
    on_failure: FailureAlerts | None = None
    concurrency: int | None = Field(default=None, ge=1, le=MAX_AT_ONCE)
    retry_delays_seconds: RetryDelays | None = None
