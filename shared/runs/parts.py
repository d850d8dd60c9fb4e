"""The parts of an execution document."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from shared.values.camel_model import CamelModel

StepStatus = Literal["completed", "skipped", "failed"]
TriggerType = Literal["schedule", "event", "webhook", "manual", "agent"]
MAX_INNER = 100
MAX_INNER_ERROR = 300


class Part(CamelModel):
    """Base of the parts of an execution document: camelCase in Firestore; unknown fields are passed over."""

    def document(self) -> dict[str, Any]:
        """The part as Firestore stores it (datetimes stay datetimes)."""
        return self.model_dump(by_alias=True, exclude_none=True)


class TriggerRef(Part):
    """What caused a run."""

    type: TriggerType
    id: str | None = None
    slot: datetime | None = None
    event_id: str | None = None


class Attempt(Part):
    """One climb of the ladder; `error` says why it did not reach the end, `failed_step_id` where."""

    number: int
    started_at: datetime
    ended_at: datetime | None = None
    error: str | None = None
    error_code: str | None = None
    """One of `shared.error_codes`, beside the text."""
    failed_step_id: str | None = None


class InnerStep(Part):
    """What is kept of a step in a block once the step around it has ended. `error` is cut short."""

    step_id: str
    """With the path to it: `each/0/mail`."""
    action: str
    status: StepStatus
    started_at: datetime | None = None
    waited_since: datetime | None = None
    duration_ms: int = 0
    error: str | None = None
    error_code: str | None = None


class StepResult(Part):
    """What became of one step.

    `output_json` replaces `output` where Firestore could not hold it as it is, and `output_ref` (`gs://…`) where it
    is too large for the document; `output_bytes` then says how large.
    """

    step_id: str
    """With the path to it where the step stands in a block of another: `each/0/mail`."""
    action: str
    agent: str | None = None
    status: StepStatus
    started_at: datetime | None = None
    """When its last try began; `duration_ms` counts from here. Runs from before this was kept have none."""
    waited_since: datetime | None = None
    """Since when it had waited before that, where it did."""
    output: dict[str, Any] | None = None
    output_json: str | None = None
    output_ref: str | None = None
    output_bytes: int | None = None
    error: str | None = None
    error_code: str | None = None
    duration_ms: int = 0
    cost_usd: float = 0.0
    inner: list[InnerStep] | None = None
    """The steps inside it, by their starts; the first `MAX_INNER`."""
    inner_left_out: int | None = None
    """How many more there were."""
    reached: int | None = None
    """Of a step that writes to people outside the org: to how many, with those of the steps inside it."""
    skipped: dict[str, int] | None = None
    """How many it left out, by the reason."""
    note: str | None = None
    """What of it the run says when it is done."""


class Wait(Part):
    """What a step waits for: it is woken at `until` at the latest."""

    since: datetime
    until: datetime


class CostLine(Part):
    """What the run has used of one item of the price table, and how much of it the org's month has counted."""

    item: str
    quantity: int
    usd: float
    billed: int = 0


class Lease(Part):
    """Who runs it now, and until when nobody else may."""

    owner: str
    expires_at: datetime


class Held(Part):
    """A run that waits for its turn: in which line, and since when."""

    line: str
    since: datetime


class EffectRecord(Part):
    """One `once` effect: its intent is stored before the call, its receipt after."""

    intent_at: datetime
    receipt_at: datetime | None = None
    receipt: dict[str, Any] | None = None
    summary: dict[str, Any] | None = None
    """What it was, in a few words: `{channel, to, subject}` of a mail."""
    message: str | None = None
    """What was sent, packed by `shared.runs.messages`; a run keeps a limited amount of these."""


class Archive(Part):
    """An object in Cloud Storage that holds what did not fit the document: `{progress, effects}` as JSON."""

    ref: str
    bytes: int


class PinnedOrg(Part):
    """The org as it was when the run started."""

    id: str
    name: str
    timezone: str
    owner_email: str | None = None
    tier_id: str
    monthly_budget_usd: float | None = None
    webhook_events: tuple[str, ...] = ()
    """What its other systems are told of."""


class PinnedUser(Part):
    """The person that the run acts for."""

    id: str | None = None
    email: str | None = None
    name: str | None = None


class CampaignProgress(Part):
    """How far a campaign of a step is; its pages write it, not the run."""

    campaign_id: str
    status: str
    total: int = 0
    """Customers in the audience."""
    sent: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)
    """By reason."""
    failed: int = 0
    unknown: int = 0
    pages: int = 0
    pages_done: int = 0
