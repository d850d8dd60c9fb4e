"""What an action is: a class with typed params, a typed output, a declared effect, and `run`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Effect(StrEnum):
    """What a step does to the outside, and so what a retry may do again."""

    NONE = "none"
    """Pure, or only reads: may run any number of times."""
    IDEMPOTENT = "idempotent"
    """Safe to redo: a write under a deterministic id."""
    ONCE = "once"
    """An email, an SMS, a post: never twice."""


class Params(BaseModel):
    """Base of an action's params: camelCase names, unknown names refused, numbers welcome where text is meant."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", coerce_numbers_to_str=True
    )


class Output(BaseModel):
    """Base of an action's output, dumped by field name aliases into `stepResults[].output`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person a run acts for: who asked for it, else the playbook's owner."""

    id: str | None
    email: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Org:
    """What steps may know of the org that a run belongs to."""

    id: str
    name: str
    timezone: str
    owner_email: str | None
    tier_id: str


class Effects(Protocol):
    """The one road from a step to the outside.

    A real run performs what it is handed; a dry run performs reads only, records the rest and answers with
    the `sample`. `key` names the effect within its step (one step may have several: one mail, two texts).
    `summary` is what a dry run shows and a log line may carry: no secrets in it.
    """

    def read(self, call: Callable[[], T]) -> T:
        """Do something that changes nothing outside: a query, a page fetch."""

    def write(self, key: str, summary: Mapping[str, Any], call: Callable[[], T], *, sample: T) -> T:
        """Do something that may safely be done again: a write under a deterministic id."""

    def once(
        self,
        key: str,
        summary: Mapping[str, Any],
        call: Callable[[], dict[str, Any]],
        *,
        find: Callable[[], dict[str, Any] | None] | None,
        sample: dict[str, Any],
    ) -> dict[str, Any]:
        """Do something that must not happen twice, and answer with its receipt (a JSON object).

        The intent is stored before `call` and the receipt after it. An intent without a receipt is resolved
        by `find`, which asks the provider and answers with the receipt, or None where it never arrived.
        Where the provider cannot be asked (`find` is None) the call is not repeated: the receipt is then
        `{"outcome": "unknown"}`.

        Raises:
            TransientError: the call failed and was certainly not accepted, or may have been (OutcomeUnknownError).
            PermanentError: the provider refused for good.
        """


class StartPlaybook(Protocol):
    """How `run_playbook` starts another playbook's run without knowing the engine."""

    def __call__(self, playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        """Start it once per `key` and answer with the execution's id."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """All that a step is given besides its params."""

    org: Org
    user: Recipient
    playbook_id: str
    playbook_name: str
    execution_id: str
    step_id: str
    agent: str | None
    now: datetime
    effects: Effects
    outputs: Mapping[str, Mapping[str, Any]]
    """The finished steps' outputs, by action: the last one of each (`outputs["scan_competitors"]`)."""
    start_playbook: StartPlaybook
    costs: list[Cost] = field(default_factory=list)

    def effect_key(self, part: str = "") -> str:
        """The deterministic name of an effect of this step: `{executionId}:{stepId}`, with `:part` if given."""
        return ":".join(piece for piece in (self.execution_id, self.step_id, part) if piece)


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing a step used, and what it cost in USD."""

    item: str
    quantity: int
    usd: Decimal


P = TypeVar("P", bound=Params)
O = TypeVar("O", bound=Output)  # noqa: E741


class Action(ABC, Generic[P, O]):
    """One thing that a step can do. Its module's name is the action's name in playbooks."""

    params: ClassVar[type[Params]]
    output: ClassVar[type[Output]]
    effect: ClassVar[Effect]

    @abstractmethod
    def run(self, params: P, context: StepContext) -> O:
        """Do it.

        Raises:
            TransientError: it may work later; the run climbs the retry ladder and resumes at this step.
            PermanentError: it never will.
        """
