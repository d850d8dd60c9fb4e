"""What an action is: a class with typed params, a typed output, a declared effect, and `run`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar, get_args

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from shared.billing.prices import Cost
from shared.playbooks.nesting import NestingParams
from shared.steps.context import (
    Block,
    BlockResult,
    Children,
    Effects,
    Org,
    Parking,
    Recipient,
    StartPlaybook,
    StepContext,
)
from shared.values.camel_model import CamelModel

__all__ = [
    "Action",
    "Block",
    "BlockResult",
    "Children",
    "Cost",
    "Effect",
    "Effects",
    "Org",
    "Output",
    "Params",
    "Parking",
    "Reach",
    "Recipient",
    "StartPlaybook",
    "StepContext",
]


class Effect(StrEnum):
    """A step's effect on the outside world, which decides what a retry may repeat."""

    NONE = "none"
    """Pure, or only reads: may run any number of times."""
    IDEMPOTENT = "idempotent"
    """Safe to redo: a write under a deterministic id."""
    ONCE = "once"
    """An email, an SMS, a post: never twice."""


class Params(NestingParams):
    """Base of an action's params: camelCase names, unknown names refused, numbers accepted as text."""

    model_config = ConfigDict(
        defer_build=True,
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        coerce_numbers_to_str=True,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people outside the org a step wrote to, and how many it skipped, by reason."""

    reached: int
    skipped: Mapping[str, int]


class Output(CamelModel):
    """Base of an action's output, dumped by field name aliases into `stepResults[].output`."""

    def reach(self) -> Reach | None:
        """For a step that writes to people outside the org; None for others."""
        return None

    def run_note(self) -> str | None:
        """What the run's page and list show for it once the run is done; None for nothing."""
        return None


P = TypeVar("P", bound=Params)
O = TypeVar("O", bound=Output)  # noqa: E741


class Action(ABC, Generic[P, O]):
    """One thing a step can do, from its params to its output. Its module's name is its name in playbooks.

    The first line of the class's docstring is its description in the catalog.
    """

    params: ClassVar[type[Params]]
    output: ClassVar[type[Output]]
    effect: ClassVar[Effect]
    example: ClassVar[Mapping[str, Any]]
    """Working params as a playbook would write them; shown in the catalog and run by tests."""
    slow: ClassVar[bool] = False
    """Whether it may take seconds and costs something (a page, a model): the run's claim is then stored before its
    first effect, so that the run is seen running and no second delivery does the same meanwhile."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for params, output in filter(None, map(get_args, cls.__dict__.get("__orig_bases__", ()))):
            cls.params, cls.output = params, output

    @abstractmethod
    def run(self, params: P, context: StepContext) -> O:
        """Run it. Raises:
        TransientError: it may work later; the run is retried and resumes at this step.
        PermanentError: it will never work.
        """

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """Typical usage of one execution by item of the price table, to estimate a playbook's cost.

        `params` are as written, so they may hold templates. A call of a model counts as `model:routine`,
        `model:analysis` or `model:best`.
        """
        return {}
