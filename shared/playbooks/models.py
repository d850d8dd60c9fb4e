"""The playbook document and its parts."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from shared.playbooks.expressions import ExpressionError
from shared.playbooks.pace import MAX_AT_ONCE, Debounce, RetryDelays, Throttle
from shared.playbooks.templates import parse_condition, parse_template, texts
from shared.playbooks.time_triggers import Document, Identifier, OnceTrigger, ScheduleTrigger
from shared.redaction import shape_of
from shared.values.camel_model import CamelModel

MAX_STEPS = 100
MAX_TRIGGERS = 20

_STEM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,55}\Z")
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=100)]
AgentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


def _check_condition(text: str) -> str:
    try:
        parse_condition(text)
    except ExpressionError as error:
        raise ValueError(str(error)) from None
    return text


Condition = Annotated[str, AfterValidator(_check_condition)]


class PlaybookStatus(StrEnum):
    """A playbook's status."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"
    ERROR = "error"


class PausedBy(StrEnum):
    """Which of our own reasons keeps a playbook from running."""

    TIER = "tier"
    ORG = "org"


class EventTrigger(Document):
    """Runs when an event of that name happens in the org and the filter holds for its data."""

    type: Literal["event"]
    id: Identifier = "event"
    event_name: EventName
    filter: Condition | None = None
    throttle: Throttle | None = None
    debounce: Debounce | None = None


SignatureForm = Literal["github", "shopify", "stripe", "standard", "bearer"]


class WebhookTrigger(Document):
    """Runs when another system calls the trigger's own address and the filter holds for what it sends.

    `signature`: the only form in which the sender may prove that it has the hook's secret; any of them without it.
    """

    type: Literal["webhook"]
    id: Identifier = "webhook"
    signature: SignatureForm | None = None
    filter: Condition | None = None
    throttle: Throttle | None = None
    debounce: Debounce | None = None


class ManualTrigger(Document):
    """Marks a playbook as run by hand (any playbook can be)."""

    type: Literal["manual"]
    id: Identifier = "manual"


P = TypeVar("P", bound="ScheduleTrigger | OnceTrigger | EventTrigger | WebhookTrigger | ManualTrigger | Step")
Trigger = Annotated[
    ScheduleTrigger | OnceTrigger | EventTrigger | WebhookTrigger | ManualTrigger, Field(discriminator="type")
]


class Step(Document):
    """One action with its params."""

    id: Identifier = "step"
    action: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    params: dict[str, Any] = Field(default_factory=dict)
    agent: AgentName | None = None
    condition: Condition | None = None
    on_error: Literal["fail", "continue"] = "fail"

    @field_validator("params")
    @classmethod
    def _check_templates(cls, params: dict[str, Any]) -> dict[str, Any]:
        path = ""
        try:
            for path, text in texts(params):  # noqa: B007 - the handler names it
                if "{{" in text:
                    parse_template(text)
        except ExpressionError as error:
            raise ValueError(f"in {path[:200] or 'params'}: {error}") from None
        return params


MAX_BLOCK_STEPS = 50


def parse_steps(written: Any) -> tuple[Step, ...]:
    """The steps of a block inside a step's params, each given an id.

    Raises:
        ValueError: it is no list of 1 to 50 steps, or two of them have the same id (ValidationError: one is wrong).
    """
    if not isinstance(written, list | tuple) or not 1 <= len(written) <= MAX_BLOCK_STEPS:
        raise ValueError(f"found {shape_of(written)}; expected a list of 1 to {MAX_BLOCK_STEPS} steps")
    return _unique(_STEPS.validate_python(name_parts(written)))


_STEPS = TypeAdapter(tuple[Step, ...], config=ConfigDict(defer_build=True))


class FailureAlerts(Document):
    """Who is notified of this playbook's dead letters besides the inbox."""

    sms: bool = False


class Playbook(CamelModel, frozen=True):
    """A playbook document as its author wrote it, checked, with every trigger and step given an id.

    Fields that this model does not know (a description, tags, what a newer dashboard keeps) are left alone.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    status: PlaybookStatus
    triggers: tuple[Trigger, ...] = Field(max_length=MAX_TRIGGERS)
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)
    agent: AgentName | None = None
    category: str | None = None
    owner_id: str | None = None
    org_id: str | None = None
    version: int = 1
    on_failure: FailureAlerts = Field(default_factory=FailureAlerts, json_schema_extra={"default": {"sms": False}})
    concurrency: int | None = Field(default=None, ge=1, le=MAX_AT_ONCE, strict=True)
    """How many of its runs may go at once; others wait their turn."""
    retry_delays_seconds: RetryDelays | None = None
    """Seconds before the second, third and fourth attempt. Empty: no retries. Left out: the platform's delays."""

    @field_validator("triggers", "steps", mode="before")
    @classmethod
    def _give_ids(cls, parts: Any) -> Any:
        return name_parts(parts) if isinstance(parts, list | tuple) else parts

    @field_validator("triggers", "steps")
    @classmethod
    def _ids_are_unique(cls, parts: tuple[Trigger | Step, ...]) -> tuple[Trigger | Step, ...]:
        return _unique(parts)

    def schedule_triggers(self) -> list[ScheduleTrigger]:
        """The triggers that become Cloud Scheduler jobs."""
        return [trigger for trigger in self.triggers if isinstance(trigger, ScheduleTrigger)]

    def once_triggers(self) -> list[OnceTrigger]:
        """The triggers that become one task each."""
        return [trigger for trigger in self.triggers if isinstance(trigger, OnceTrigger)]

    def event_triggers(self) -> list[EventTrigger]:
        """The triggers that become event listeners."""
        return [trigger for trigger in self.triggers if isinstance(trigger, EventTrigger)]

    def webhook_triggers(self) -> list[WebhookTrigger]:
        """The triggers that other systems call."""
        return [trigger for trigger in self.triggers if isinstance(trigger, WebhookTrigger)]


def _unique(parts: tuple[P, ...]) -> tuple[P, ...]:
    counts = Counter(part.id for part in parts)
    doubled = [name for name, count in counts.items() if count > 1]
    if doubled:
        raise ValueError(f"the id {doubled[0]!r} stands {counts[doubled[0]]} times; expected each id once")
    return parts


def name_parts(parts: list[Any] | tuple[Any, ...]) -> list[Any]:
    """Give each part without an id one after its type or action: `notify`, then `notify_2`.

    The name depends on the parts before it alone, so the same document always gets the same ids.
    """
    taken = {part["id"] for part in parts if isinstance(part, dict) and isinstance(part.get("id"), str)}
    named: list[Any] = []
    for part in parts:
        if isinstance(part, dict) and part.get("id") is None:
            stem = part.get("action") or part.get("type")
            part = {**part, "id": _free_id(stem if isinstance(stem, str) and _STEM.match(stem) else "part", taken)}
            taken.add(part["id"])
        named.append(part)
    return named


def readable_triggers(written: Any) -> list[Trigger]:
    """The triggers of a document's list that are well formed, each given an id; the others are left out."""
    found: list[Trigger] = []
    for part in name_parts(written[:MAX_TRIGGERS]) if isinstance(written, list) else ():
        try:
            found.append(_TRIGGER.validate_python(part))
        except ValidationError:
            continue
    return found


_TRIGGER: TypeAdapter[Trigger] = TypeAdapter(Trigger, config=ConfigDict(defer_build=True))


def _free_id(stem: str, taken: set[str]) -> str:
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name
