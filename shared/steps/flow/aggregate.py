"""`aggregate`: figures over a list's items, in all or by group."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.flow._items import ITSELF, Path, Present, column, comparable, groups_of, identity, sort_key

Op = Literal["count", "sum", "avg", "min", "max", "median", "first", "last", "distinct"]
Number = int | float

_DIGITS = 700
"""Of the largest and the smallest float added: what a sum of any of them needs to be exact."""
_NUMBERS = frozenset({"number"})
MeasureName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
KEY = "key"


def measure(op: Op, values: Present, path: str) -> Any:
    """The figure over the values that are there; of none, `sum`, `count` and `distinct` are 0, the others null.

    Raises:
        PermanentError: naming the item whose value does not fit, or a result that no number can hold.
    """
    return _MEASURES[op](values, path)


def _count(values: Present, _path: str) -> int:
    return len(values)


def _distinct(values: Present, _path: str) -> int:
    return len({identity(value) for _, value in values})


def _first(values: Present, _path: str) -> Any:
    return values[0][1] if values else None


def _last(values: Present, _path: str) -> Any:
    return values[-1][1] if values else None


def _min(values: Present, path: str) -> Any:
    return min(_plain(comparable(values, path)), key=sort_key, default=None)


def _max(values: Present, path: str) -> Any:
    return max(_plain(comparable(values, path)), key=sort_key, default=None)


def _sum(values: Present, path: str) -> Number:
    numbers = _numbers(values, path)
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    with localcontext(prec=_DIGITS):
        return _as_float(_total(numbers), path)


def _avg(values: Present, path: str) -> Number | None:
    return _mean(_numbers(values, path), path)


def _median(values: Present, path: str) -> Number | None:
    numbers = sorted(_numbers(values, path))
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return _mean(numbers[middle - 1 : middle + 1], path)


def _mean(numbers: Sequence[Number], path: str) -> Number | None:
    if not numbers:
        return None
    with localcontext(prec=_DIGITS):
        mean = _total(numbers) / len(numbers)
        whole = mean == mean.to_integral_value() and all(isinstance(number, int) for number in numbers)
        return int(mean) if whole else _as_float(mean, path)


def _total(numbers: Sequence[Number]) -> Decimal:
    return sum((Decimal(repr(number)) for number in numbers), Decimal(0))


def _numbers(values: Present, path: str) -> list[Number]:
    return _plain(comparable(values, path, _NUMBERS))


def _plain(values: Present) -> list[Any]:
    return [value for _, value in values]


def _as_float(value: Decimal, path: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise PermanentError(f"the figure over {path!r} is about {value:.3E}; expected one that a number can hold")
    return number


_MEASURES: dict[Op, Callable[[Present, str], Any]] = {
    "count": _count,
    "sum": _sum,
    "avg": _avg,
    "min": _min,
    "max": _max,
    "median": _median,
    "first": _first,
    "last": _last,
    "distinct": _distinct,
}


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
