"""What a chat message is answered with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class EstimateAnswer(_Part):
    """USD: what one run costs, and what a month of its schedule does."""

    per_run_usd: float
    monthly_usd: float


class ChatAnswer(_Part):
    """The answer of `POST /api/chat`. `reply` is plain text, never HTML."""

    reply: str
    agent: str
    playbook_id: str | None = None
    playbook: dict[str, Any] | None = None
    questions: list[str] | None = None
    next_runs: list[datetime] | None = None
    execution_id: str | None = None
    estimate: EstimateAnswer | None = None
