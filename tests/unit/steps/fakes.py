"""What a step is given in these tests: an effects port that performs and keeps receipts, and a context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from shared.errors import ThrottledError
from shared.runs.effects import DryRunEffects
from shared.runs.errors import ParkedError
from shared.runs.journal import perform_once
from shared.runs.parts import EffectRecord
from shared.steps.base import Cost, Org, Recipient, StepContext

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@dataclass
class PerformingEffects:
    """Performs and charges by the engine's own rules of what happens once; the journal lasts as long as this."""

    journal: dict[str, EffectRecord] = field(default_factory=dict)
    summaries: list[Mapping[str, Any]] = field(default_factory=list)
    charged: list[Cost] = field(default_factory=list)

    def read(self, call: Callable[[], T]) -> T:
        return call()

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        self.summaries.append(summary)
        return call()

    def once(
        self,
        key: str,
        summary: Mapping[str, Any],
        call: Callable[[], dict[str, Any]],
        *,
        find: Callable[[], dict[str, Any] | None] | None,
        sample: dict[str, Any],
        costs: Sequence[Cost] = (),
        prepare: Callable[[], None] | None = None,
        message: Callable[[], Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        self.summaries.append(summary)
        known = key in self.journal and self.journal[key].receipt is not None
        receipt = perform_once(self, key, call, find, prepare)
        self.charged += () if known else costs
        return receipt

    def get(self, key: str) -> EffectRecord | None:
        return self.journal.get(key)

    def intend(self, key: str) -> None:
        self.journal[key] = EffectRecord(intent_at=NOW)

    def complete(self, key: str, receipt: dict[str, Any]) -> None:
        self.journal[key] = EffectRecord(intent_at=NOW, receipt=receipt)

    def withdraw(self, key: str) -> None:
        del self.journal[key]


class RecordingEffects(DryRunEffects):
    """The engine's own dry run, of one step."""

    def __init__(self) -> None:
        super().__init__("step_1")

    @property
    def summaries(self) -> list[Mapping[str, Any]]:
        """What the step said of each effect, without what the port adds."""
        added = {"stepId", "effect", "key"}
        return [{name: value for name, value in one.items() if name not in added} for one in self.recorded]


@dataclass
class KeptParking:
    """Parks as a real run does, and keeps until when and why."""

    parked: list[tuple[datetime, str | None]] = field(default_factory=list)

    def until(self, default: datetime) -> datetime:
        return default

    def run_began(self, default: datetime) -> datetime:
        return default

    def park(self, until: datetime, summary: Mapping[str, Any], reason: str | None = None) -> None:
        self.parked.append((until, reason))
        raise ParkedError(until, reason)

    def wait_out(self, error: ThrottledError) -> None:
        raise AssertionError("the engine asks for this, not a step")


def step_context(
    effects: PerformingEffects | RecordingEffects | None = None,
    *,
    owner_email: str | None = "owner@thrive.example",
    outputs: Mapping[str, Mapping[str, Any]] | None = None,
) -> StepContext:
    def no_playbooks(playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        raise AssertionError("this step starts no playbook")

    return StepContext(
        org=Org("org_1", "Thrive", "America/New_York", owner_email, "pro"),
        user=Recipient("user_1", "user@thrive.example"),
        playbook_id="pb_1",
        playbook_name="Competitor Price Alert",
        execution_id="run_1",
        step_id="tell",
        agent=None,
        now=NOW,
        effects=effects or PerformingEffects(),
        outputs=outputs or {},
        start_playbook=no_playbooks,
    )
