"""`aggregate`: figures over a list's items, in all or by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.flow._items import ITSELF, Path, column, groups_of
from shared.steps.flow._measures import Op, measure

MeasureName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
KEY = "key"


class Measure(BaseModel):
    """`count` without a field counts items; with one, and in every other measure, values that are not null."""

    model_config = ConfigDict(extra="forbid")

    op: Op
    field: Path | None = None

    @model_validator(mode="after")
    def _has_a_field(self) -> Measure:
        if self.field is None and self.op != "count":
            raise ValueError(f"{self.op} needs a field; expected a path like price, or . for the item itself")
        return self


class AggregateParams(Params):
    """`groupBy`: a path; without it the figures are over all items.

    Null and missing values are passed over, and counted in `passedOver`. Sums and averages of prices are exact to
    the last digit that a number holds. `distinct` is how many different values there are.
    """

    input: list[Any]
    group_by: Path | None = None
    measures: dict[MeasureName, Measure] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _leaves_the_key(self) -> AggregateParams:
        if self.group_by is not None and KEY in self.measures:
            raise ValueError(f"a measure is called {KEY!r}, which is the group's own; expected another name")
        return self


class AggregateOutput(Output):
    """`values` by measure, or with `groupBy` the `groups`: each its `key` and its measures. The other one is null.

    `passedOver`: by measure, how many items had no value.
    """

    values: dict[str, Any] | None = None
    groups: list[dict[str, Any]] | None = None
    passed_over: dict[str, int] = Field(default_factory=dict)


class Aggregate(Action[AggregateParams, AggregateOutput]):
    """Computes counts, sums, averages, medians and the like over a list's items, in all or by group."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "input": [{"category": "Flower", "price": 40.1}, {"category": "Flower", "price": 75.2}],
        "groupBy": "category",
        "measures": {"products": {"op": "count"}, "averagePrice": {"op": "avg", "field": "price"}},
    }

    def run(self, params: AggregateParams, context: StepContext) -> AggregateOutput:
        """Compute them.

        Raises:
            PermanentError: a path that no item has, or a value that does not fit, by index and field.
        """
        columns = {name: _column(params.input, each) for name, each in params.measures.items()}
        passed_over = {name: values.count(None) for name, values in columns.items() if None in values}
        everything = range(len(params.input))
        if params.group_by is None:
            return AggregateOutput(values=_figures(params, columns, everything), passed_over=passed_over)
        groups = [
            {KEY: key, **_figures(params, columns, indices)}
            for key, indices in groups_of(params.input, params.group_by)
        ]
        return AggregateOutput(groups=groups, passed_over=passed_over)


def _column(items: list[Any], each: Measure) -> list[Any]:
    return [True] * len(items) if each.field is None else column(items, each.field)


def _figures(params: AggregateParams, columns: Mapping[str, list[Any]], indices: Sequence[int]) -> dict[str, Any]:
    figures = {}
    for name, each in params.measures.items():
        values = [(index, columns[name][index]) for index in indices if columns[name][index] is not None]
        figures[name] = measure(each.op, values, each.field or ITSELF)
    return figures
