"""What a step is given in these tests: effects that perform, or that only record as a dry run does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from shared.errors import OutcomeUnknownError
from shared.steps.base import Cost, Org, Output, Recipient, StepContext

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@dataclass
class PerformingEffects:
    """Performs everything, once each."""

    dry: bool = False
    done: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def read(self, call: Callable[[], T]) -> T:
        return call()

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        self.done.append(("write", key, summary))
        return sample if self.dry else call()

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
        self.done.append(("once", key, summary))
        if self.dry:
            return sample
        if prepare is not None:
            prepare()
        try:
            return call()
        except OutcomeUnknownError:
            return {"outcome": "unknown"}


def step_context(
    effects: PerformingEffects | None = None, outputs: Mapping[str, Output | dict[str, Any]] | None = None
) -> StepContext:
    """A step of run `exec1` of the demo org, with the outputs of the steps before it."""
    return StepContext(
        org=Org("org1", "Thrive Syracuse", "America/New_York", "owner@thrive.example", "pro"),
        user=Recipient("user1", "owner@thrive.example"),
        playbook_id="pb1",
        playbook_name="Competitor Price Alert",
        execution_id="exec1",
        step_id="step1",
        agent=None,
        now=NOW,
        effects=effects or PerformingEffects(),
        outputs={name: dumped(value) for name, value in (outputs or {}).items()},
        start_playbook=lambda _playbook_id, _event_data, _key: "exec2",
    )


def dumped(output: Output | dict[str, Any]) -> dict[str, Any]:
    """The output as the engine stores it and later steps see it."""
    return output.model_dump(mode="json", by_alias=True) if isinstance(output, Output) else output
