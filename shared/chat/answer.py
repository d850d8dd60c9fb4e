"""What a chat message is answered with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.chat.understanding import Intent, Threshold, Topic
from shared.playbooks.time_triggers import Occurrence


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class EstimateAnswer(_Part):
    """USD: what one run costs, and what a month of its schedule does."""

    per_run_usd: float
    monthly_usd: float
    runs_per_month: int | None = None
    """Of its schedules; None where it has none."""
    on_events: bool = False
    """Whether each event costs a run besides."""


class Option(_Part):
    """One way to answer a question: `value` is the message to send, `label` what a button says."""

    value: str
    label: str


class Question(_Part):
    """Something that is asked; `id` is what it is about (`schedule`, `channel` …), `confirm` where yes or no is."""

    id: str
    text: str
    options: tuple[Option, ...] = ()


class Summary(_Part):
    """A playbook in plain words, for a card: `every day at 9:00 AM EST` · `scan your competitors` · `email you`.

    `notes` are sentences about what keeps it from finding anything, or has it tell the same again.
    """

    name: str
    when: str
    does: str
    tells: str
    notes: tuple[str, ...] = ()


class UnderstoodSchedule(_Part):
    """When, as a trigger of the playbook will have it."""

    timezone: str
    cron: str
    occurrence: Occurrence | None = None


class Understood(_Part):
    """What was understood, with what was said before. What nobody said is empty or absent.

    `conditions` are expressions over an event (`event.quantity < 5`); `recipients` are `me`, `owner`, `staff`,
    `customer`, or an address as it was written.
    """

    intent: Intent
    topic: Topic | None = None
    schedules: tuple[UnderstoodSchedule, ...] = ()
    events: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    threshold: Threshold | None = None
    channels: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    segment: str | None = None
    exclusions: tuple[str, ...] = ()


class ChatAnswer(_Part):
    """The answer of `POST /api/chat`. `reply` is plain text, never HTML."""

    reply: str
    agent: str
    conversation_id: str
    understood: Understood
    proposes: Intent | None = None
    """Of a preview: what the same message without `preview`, or a yes, does."""
    playbook_id: str | None = None
    playbook: dict[str, Any] | None = None
    summary: Summary | None = None
    questions: tuple[Question, ...] | None = None
    next_runs: list[datetime] | None = None
    execution_id: str | None = None
    estimate: EstimateAnswer | None = None
    unread: tuple[str, ...] = ()
    """Words of the message that were not used."""
    corrections: tuple[str, ...] = ()
    """Words that were read as others."""
