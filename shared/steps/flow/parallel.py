"""`parallel`: runs several branches of steps at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field, field_validator

from shared.playbooks.nesting import BlockSource
from shared.playbooks.time_triggers import Identifier
from shared.steps.base import Action, Block, Effect, Output, Params, StepContext
from shared.steps.flow._blocks import Steps, all_outputs, raise_failures

MAX_BRANCHES = 10


class Branch(Params):
    """Steps under a name; without one the branch is called after its place: `branch_1`, `branch_2`, …"""

    name: Identifier | None = None
    steps: Steps


class ParallelParams(Params):
    """Branches can't see each other's outputs."""

    keeps_written: ClassVar[frozenset[str]] = frozenset({"branches"})

    branches: list[Branch] = Field(min_length=1, max_length=MAX_BRANCHES)

    @field_validator("branches")
    @classmethod
    def _have_names_of_their_own(cls, branches: list[Branch]) -> list[Branch]:
        names = [branch.name or f"branch_{number}" for number, branch in enumerate(branches, start=1)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"the name {twice[0]!r} stands twice; expected each branch's own")
        return [branch.model_copy(update={"name": name}) for branch, name in zip(branches, names, strict=True)]

    @classmethod
    def blocks(cls, written: Mapping[str, Any]) -> Sequence[BlockSource]:
        """Each branch's steps."""
        branches = written.get("branches")
        return [
            BlockSource(f"branches[{index}].steps", branch.get("steps"))
            for index, branch in enumerate(branches if isinstance(branches, list) else [])
            if isinstance(branch, Mapping)
        ]


class ParallelOutput(Output):
    """By branch, the outputs of its steps by step id: `{{steps.parallel.branches.<name>.<stepId>…}}`."""

    branches: dict[str, dict[str, Any]]


class Parallel(Action[ParallelParams, ParallelOutput]):
    """Runs branches of steps at the same time, and keeps each branch's progress."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "branches": [
            {"name": "ours", "steps": [{"action": "count", "params": {"collection": "inventory"}}]},
            {"name": "theirs", "steps": [{"action": "count", "params": {"collection": "competitors"}}]},
        ]
    }

    def run(self, params: ParallelParams, context: StepContext) -> ParallelOutput:
        """Run them.

        Raises:
            TransientError: a branch failed and may succeed later; the others have ended all the same.
            PermanentError: a branch failed permanently.
        """
        blocks = [Block(branch.name or "", branch.steps) for branch in params.branches]
        ended = context.children.run(blocks, concurrency=len(blocks))
        raise_failures(ended, "branch")
        return ParallelOutput(branches={result.key: all_outputs(result) for result in ended})
