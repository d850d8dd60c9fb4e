"""`filter`: keeps the items of a list that meet a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from shared.errors import PermanentError
from shared.playbooks.budget import Budget
from shared.playbooks.expressions import ExpressionError
from shared.playbooks.models import Condition
from shared.playbooks.nesting import Deferred
from shared.playbooks.templates import holds
from shared.steps.base import Action, Effect, Output, Params, StepContext

ITEM = "item"


class FilterParams(Params):
    """`where` is a condition over `item` and the run's other names: `item.price > 10`."""

    keeps_written: ClassVar[frozenset[str]] = frozenset({"where"})

    input: list[Any]
    where: Condition

    @classmethod
    def deferred(cls, written: Mapping[str, Any]) -> Sequence[Deferred]:
        """The condition, evaluated for each item."""
        return (Deferred("where", frozenset({ITEM}), condition=True),)


class FilterOutput(Output):
    """The kept items, in their original order."""

    items: list[Any]
    count: int
    left_out: int


class Filter(Action[FilterParams, FilterOutput]):
    """Keeps the items of a list that meet a condition; if it can't be evaluated for an item, the step fails."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "input": [{"name": "Blue Dream", "quantity": 3}, {"name": "OG Kush", "quantity": 40}],
        "where": "item.quantity < 10",
    }

    def run(self, params: FilterParams, context: StepContext) -> FilterOutput:
        """Evaluate the condition for each.

        Raises:
            PermanentError: names the first item for which the condition can't be evaluated.
        """
        budget = Budget()
        kept = [
            item
            for index, item in enumerate(params.input)
            if _holds(params.where, {**context.scope, ITEM: item}, index, budget)
        ]
        return FilterOutput(items=kept, count=len(kept), left_out=len(params.input) - len(kept))


def _holds(where: str, scope: Mapping[str, Any], index: int, budget: Budget) -> bool:
    try:
        return holds(where, scope, budget)
    except ExpressionError as error:
        raise PermanentError(f"where, for input[{index}]: {error}") from None
