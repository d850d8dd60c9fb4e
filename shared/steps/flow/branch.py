"""`branch`: runs the steps of the first matching case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from shared.playbooks.models import Condition
from shared.playbooks.nesting import BlockSource
from shared.playbooks.templates import holds
from shared.steps.base import Action, Block, Effect, Output, Params, StepContext
from shared.steps.flow._blocks import Steps, all_outputs, raise_failures

MAX_CASES = 20
ELSE = "else"


class Case(Params):
    """A condition and the steps to run if it's true."""

    when: Condition
    steps: Steps


class BranchParams(Params):
    """Cases are tried in order; `else` runs if none matches."""

    keeps_written: ClassVar[frozenset[str]] = frozenset({"cases", ELSE})

    cases: list[Case] = Field(min_length=1, max_length=MAX_CASES)
    else_: Steps | None = Field(default=None, alias=ELSE)

    @classmethod
    def blocks(cls, written: Mapping[str, Any]) -> Sequence[BlockSource]:
        """Each case's steps, with its condition, and those of `else`."""
        cases = written.get("cases")
        found = [
            BlockSource(f"cases[{index}].steps", case.get("steps"), condition=_text(case.get("when")))
            for index, case in enumerate(cases if isinstance(cases, list) else [])
            if isinstance(case, Mapping)
        ]
        return [*found, BlockSource(ELSE, written[ELSE])] if written.get(ELSE) is not None else found


class BranchOutput(Output):
    """`taken`: the case's index from 0, `else`, or null if nothing ran; `outputs` by step id."""

    taken: str | None
    outputs: dict[str, Any]


class BranchAction(Action[BranchParams, BranchOutput]):
    """Runs the steps of the first case whose condition is true."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "cases": [
            {"when": "{{org.tierId}} == 'starter'", "steps": [{"action": "set", "params": {"values": {"top": 1}}}]}
        ],
        "else": [{"action": "set", "params": {"values": {"top": 3}}}],
    }

    def run(self, params: BranchParams, context: StepContext) -> BranchOutput:
        """Choose and run.

        Raises:
            ExpressionError: a condition uses an unknown name.
            TransientError: a step failed and may succeed later.
            PermanentError: a step failed permanently.
        """
        # A retry goes on in the case that was begun: the outputs that its condition reads have not changed since.
        for index, case in enumerate(params.cases):
            if holds(case.when, context.scope):
                return self._run(str(index), case.steps, context)
        if params.else_ is not None:
            return self._run(ELSE, params.else_, context)
        return BranchOutput(taken=None, outputs={})

    def _run(self, key: str, steps: Steps, context: StepContext) -> BranchOutput:
        (result,) = context.children.run([Block(key, steps)])
        raise_failures([result], "case")
        return BranchOutput(taken=key, outputs=all_outputs(result))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
