"""Every filter and operator there is, with every hostile value: run by `test_bounds.py` in a limited process."""

from __future__ import annotations

import ast
import inspect
import itertools
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shared.playbooks.budget import MAX_BITS, MAX_TEXT
from shared.playbooks.expressions import _ARITHMETIC, _COMPARE, ExpressionError, compile_expression
from shared.playbooks.filters import FILTERS
from shared.playbooks.templates import render_text
from tests.unit.limited import Case, run_all


def _deep(levels: int) -> list[Any]:
    deep: list[Any] = []
    for _ in range(levels):
        deep = [deep]
    return deep


VALUES: dict[str, Any] = {
    "exponent": "5E+999998",
    "tiny exponent": "1e-999998",
    "decimal": Decimal("5E+999998"),
    "largest float": 1.7e308,
    "smallest float": 5e-324,
    "below zero": -0.0,
    "infinite": math.inf,
    "not a number": math.nan,
    "300 digits": 10**300,
    "4,000 digits": 10**4_000,
    "100,000 digits": 10**100_000,
    "true": True,
    "null": None,
    "price": "1,299.00",
    "digits": "9" * 200_000,
    "blanks": " " * 1_000_000,
    "sharp s": "ß" * 400_000,
    "apostrophes": "a'" * 200_000,
    "half of a pair": "\ud800",
    "long text": "ab" * 2_500_000,
    "long list": list(range(20_000)),
    "long texts": ["x" * 100_000] * 300,
    "wide object": {f"name {number}": number for number in range(10_000)},
    "deep list": _deep(20_000),
    "first instant": datetime.min.replace(tzinfo=UTC),
    "last instant": datetime.max.replace(tzinfo=UTC),
    "day": date(2026, 5, 4),
    "far instant": {"seconds": 10**30},
    "pattern": "%Y" * 50,
    "wide pattern": "%999999999d",
    "-999,999": -999_999,
    "999,999": 999_999,
    "2": 2,
}


def _bounded(value: Any, given: tuple[Any, ...]) -> None:
    """Pass where it is small, or is one of the values that were given."""
    if any(value is one for one in given):
        return
    if isinstance(value, str):
        assert len(value) <= MAX_TEXT
    elif isinstance(value, int):
        assert value.bit_length() <= MAX_BITS
    elif isinstance(value, float):
        assert math.isfinite(value)
    else:
        raise AssertionError(f"made a {type(value).__name__}")


def _case(source: str, names: dict[str, str]) -> Case:
    given = {variable: VALUES[name] for variable, name in names.items()}

    def run() -> None:
        for compute in (
            compile_expression(source).evaluate,
            lambda scope: render_text(f"<{{{{{source}}}}}>", scope),
        ):
            try:
                value = compute(given)
            except ExpressionError as error:
                assert len(str(error)) < 2_000, "an error must not repeat a value"  # noqa: PT017
            else:
                _bounded(value, tuple(given.values()))

    return f"{source} with {names}", run


def _most_arguments(name: str) -> int:
    return len(inspect.signature(FILTERS[name]).parameters) - 2


def cases() -> Iterator[Case]:
    """Each filter with each value and each argument; each operator with each pair; each value by itself."""
    for one in VALUES:
        yield _case("a", {"a": one})
        yield _case("not a", {"a": one})
        yield _case("-a", {"a": one})
        yield _case("a[a]", {"a": one})
        yield _case("[a, a, a] | join", {"a": one})
        for name in FILTERS:
            yield _case(f"a | {name}", {"a": one})
    for name in FILTERS:
        for count in range(1, _most_arguments(name) + 1):
            variables = ["b", "c", "d", "e"][:count]
            call = f"a | {name}({', '.join(variables)})"
            for chosen in itertools.product(VALUES, repeat=count + 1):
                yield _case(call, dict(zip(["a", *variables], chosen, strict=True)))
    for source in _operations():
        for left, right in itertools.product(VALUES, repeat=2):
            yield _case(source, {"a": left, "b": right})


def _operations() -> Iterator[str]:
    a, b = ast.Name("a"), ast.Name("b")
    for arithmetic in _ARITHMETIC:
        yield ast.unparse(ast.BinOp(a, arithmetic(), b))
    for comparison in _COMPARE:
        yield ast.unparse(ast.Compare(a, [comparison()], [b]))


if __name__ == "__main__":
    run_all(cases())
