"""Statistics over a list's values. Sums and averages are computed in decimals, so that prices come out exact."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from typing import Any, Literal

from shared.errors import PermanentError
from shared.steps.flow._items import Present, comparable, identity, sort_key

Op = Literal["count", "sum", "avg", "min", "max", "median", "first", "last", "distinct"]
Number = int | float

_DIGITS = 700
"""Of the largest and the smallest float added: what a sum of any of them needs to be exact."""
_NUMBERS = frozenset({"number"})


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
