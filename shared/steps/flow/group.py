"""`group`: groups a list's items by a value they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.flow._items import Path, groups_of


class GroupParams(Params):
    """`by`: the path of the value that a group's items share. `keep`: how many items of each group to hand on.

    Items whose value is null or missing are the group with the key null.
    """

    input: list[Any]
    by: Path
    keep: int | None = Field(default=None, ge=0)


class Group(Output):
    """`count` items share the key; `items` are the first `keep` of them, `leftOut` were over that."""

    key: Any
    count: int
    items: list[Any]
    left_out: int


class GroupOutput(Output):
    """The groups in the order of their first items."""

    groups: list[Group]


class GroupItems(Action[GroupParams, GroupOutput]):
    """Groups a list's items by a value they share."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "input": [{"name": "Blue Dream", "category": "Flower"}, {"name": "Mango Gummies", "category": "Edibles"}],
        "by": "category",
        "keep": 5,
    }

    def run(self, params: GroupParams, context: StepContext) -> GroupOutput:
        """Group them.

        Raises:
            PermanentError: no item has the path, or a value is a list or an object.
        """
        groups = []
        for key, indices in groups_of(params.input, params.by):
            kept = indices[: params.keep]
            items = [params.input[index] for index in kept]
            groups.append(Group(key=key, count=len(indices), items=items, left_out=len(indices) - len(kept)))
        return GroupOutput(groups=groups)
