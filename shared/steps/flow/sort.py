"""`sort`: sorts a list, and keeps only the first items if asked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints, field_validator

from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.flow._items import column, comparable, present, sort_key

SortPath = Annotated[str, StringConstraints(pattern=r"^-?(\.|[^.-][^.]*(\.[^.]+)*)$", max_length=200)]
FALLING = "-"


class SortParams(Params):
    """`by`: a path (`price`, `priceRange.min`, `.` for the item itself), `-` before it where falling, or a list.

    Items whose value is null or missing come last, in either order; items that are equal keep their order.
    Texts are ordered whatever their case.
    """

    input: list[Any]
    by: list[SortPath] = Field(min_length=1, max_length=10)
    limit: int | None = Field(default=None, ge=1)

    @field_validator("by", mode="before", json_schema_input_type=SortPath | list[SortPath])
    @classmethod
    def _one_or_more(cls, by: Any) -> Any:
        return [by] if isinstance(by, str) else by


class SortOutput(Output):
    """The sorted items; `leftOut`: how many were cut by the limit."""

    items: list[Any]
    left_out: int


class Sort(Action[SortParams, SortOutput]):
    """Sorts a list, and keeps only the first items if asked to."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "input": [{"name": "Blue Dream", "price": 40}, {"name": "OG Kush", "price": 75}],
        "by": "-price",
        "limit": 1,
    }

    def run(self, params: SortParams, context: StepContext) -> SortOutput:
        """Sort them.

        Raises:
            PermanentError: no item has a path, or values differ in kind; names index and field.
        """
        order = list(range(len(params.input)))
        # Sorting is stable, so the path that counts most goes last.
        for path in reversed(params.by):
            order = _ordered(order, params.input, path)
        kept = order[: params.limit]
        return SortOutput(items=[params.input[index] for index in kept], left_out=len(order) - len(kept))


def _ordered(order: list[int], items: list[Any], by: str) -> list[int]:
    path = by.removeprefix(FALLING)
    values = column(items, path)
    comparable(present(values), path)
    there = [index for index in order if values[index] is not None]
    there.sort(key=lambda index: sort_key(values[index]), reverse=by.startswith(FALLING))
    return there + [index for index in order if values[index] is None]
