"""`aggregate`: lists in, figures out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from tests.unit.steps.running import NUMBERS, ROWS, SCALARS, run

PRICES = st.decimals("0", "9999", places=2).map(float)


def figure(op: str, items: list[Any]) -> Any:
    return run("aggregate", input=items, measures={"it": {"op": op, "field": "."}})["values"]["it"]


def test_sums_and_averages_of_prices_are_exact() -> None:
    assert figure("sum", [0.1, 0.2]) == 0.3
    assert figure("sum", [1.1] * 3) == 3.3
    assert figure("avg", [0.1, 0.2]) == 0.15
    assert figure("median", [0.1, 0.7, 0.2, 0.1]) == 0.15


@pytest.mark.parametrize(
    ("op", "items", "expected"),
    [
        ("count", [3, None, 1], 2),
        ("sum", [3, None, 1], 4),
        ("avg", [3, 4], 3.5),
        ("avg", [3, 5], 4),
        ("min", [3, None, 1], 1),
        ("max", ["a", "B"], "B"),
        ("median", [9, 1, 5], 5),
        ("first", [None, 3, 1], 3),
        ("last", [3, 1, None], 1),
        ("distinct", [1, 1.0, "1", True, None], 3),
        ("distinct", [{"a": 1, "b": 2}, {"b": 2, "a": 1}, [1]], 2),
    ],
)
def test_each_measure(op: str, items: list[Any], expected: Any) -> None:
    found = figure(op, items)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("op", ["avg", "min", "max", "median", "first", "last"])
def test_aggregates_over_no_items_are_null(op: str) -> None:
    assert figure(op, []) is None


@pytest.mark.parametrize("op", ["count", "sum", "distinct"])
def test_the_sum_of_no_items_is_zero(op: str) -> None:
    assert figure(op, []) == 0


def test_aggregate_by_group_and_says_what_it_skipped() -> None:
    output = run(
        "aggregate",
        input=ROWS,
        groupBy="category",
        measures={"n": {"op": "count"}, "total": {"op": "sum", "field": "price"}},
    )
    assert output["values"] is None
    assert output["groups"] == [
        {"key": "Flower", "n": 2, "total": 115.3},
        {"key": "Edibles", "n": 1, "total": 24},
        {"key": None, "n": 1, "total": 0},
    ]
    assert output["passedOver"] == {"total": 1}


def test_aggregate_names_the_item_that_is_not_a_number() -> None:
    with pytest.raises(PermanentError, match=r"input\[1\].price is a text of 2 characters; expected number"):
        run(
            "aggregate",
            input=[{"price": 1}, {"price": "40"}],
            measures={"total": {"op": "sum", "field": "price"}},
        )


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_aggregate_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(PermanentError, match=r"input\[1\].*finite"):
        figure("sum", [1, value])


def test_a_sum_that_no_number_holds_is_refused() -> None:
    with pytest.raises(PermanentError, match="expected one that a number can hold"):
        figure("sum", [1.7e308, 1.7e308])


@pytest.mark.parametrize(
    "params",
    [
        {"measures": {}},
        {"measures": {"n": {"op": "sum"}}},
        {"measures": {"n": {"op": "mode", "field": "a"}}},
        {"measures": {"not a name": {"op": "count"}}},
        {"groupBy": "a", "measures": {"key": {"op": "count"}}},
        {"groupBy": "a..b", "measures": {"n": {"op": "count"}}},
    ],
)
def test_aggregate_refuses_what_it_cannot_compute(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run("aggregate", input=[], **params)


@given(st.lists(PRICES, min_size=1))
def test_a_sum_of_prices_is_the_decimal_one(prices: list[float]) -> None:
    exact = sum((Decimal(str(price)) for price in prices), Decimal(0))
    assert figure("sum", prices) == float(exact)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, max_value=1e300, min_value=-1e300), min_size=1))
def test_a_sum_does_not_depend_on_the_order(numbers: list[float]) -> None:
    assert figure("sum", numbers) == figure("sum", numbers[::-1])


@given(st.lists(NUMBERS, min_size=1))
def test_averages_and_medians_lie_between_least_and_most(numbers: list[float]) -> None:
    least, most = figure("min", numbers), figure("max", numbers)
    assert least <= figure("avg", numbers) <= most
    assert least <= figure("median", numbers) <= most


@given(st.lists(st.integers(), min_size=1))
def test_an_average_of_whole_numbers_is_exact(numbers: list[int]) -> None:
    exact = Fraction(sum(numbers), len(numbers))
    assert figure("avg", numbers) == (int(exact) if exact.denominator == 1 else float(exact))


@given(st.lists(st.fixed_dictionaries({"k": SCALARS, "n": st.integers()})))
def test_sums_of_groups_add_up_to_the_sum(rows: list[dict[str, Any]]) -> None:
    measures = {"total": {"op": "sum", "field": "n"}}
    total = run("aggregate", input=rows, measures=measures)["values"]["total"]
    groups = run("aggregate", input=rows, groupBy="k", measures=measures)["groups"]
    assert sum(group["total"] for group in groups) == total
