"""`filter`, `sort`, `group` and `aggregate`: lists in, lists and figures out."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.steps.registry import load_action
from tests.unit.steps.fakes import step_context

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=2)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
PRICES = st.decimals("0", "9999", places=2).map(float)
ROWS = [
    {"name": "Blue Dream", "category": "Flower", "price": 40.1},
    {"name": "mango gummies", "category": "Edibles", "price": 24},
    {"name": "OG Kush", "category": "Flower", "price": 75.2},
    {"name": "Mystery", "category": None},
]


def run(name: str, scope: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    action = load_action(name)
    context = dataclasses.replace(step_context(), scope=scope or {})
    dumped: dict[str, Any] = action.run(action.params.model_validate(params), context).model_dump(
        mode="json", by_alias=True
    )
    return dumped


def names(output: dict[str, Any]) -> list[str]:
    return [item["name"] for item in output["items"]]


# ---- filter ----


def test_filter_keeps_what_the_condition_holds_for_and_counts_the_rest() -> None:
    output = run("filter", input=ROWS[:3], where="item.price > 30 and item.category == 'Flower'")
    assert output == {"items": [ROWS[0], ROWS[2]], "count": 2, "leftOut": 1}


def test_filter_reads_the_runs_names_beside_the_item() -> None:
    scope = {"steps": {"limit": {"most": 30}}, "item": {"price": 0}}
    assert names(run("filter", scope, input=ROWS[:3], where="item.price < {{ steps.limit.most }}")) == [
        "mango gummies"
    ]


def test_filter_names_the_item_and_the_field_that_is_missing() -> None:
    with pytest.raises(PermanentError, match=r"input\[3\].*'item.price' does not exist; item has category, name"):
        run("filter", input=ROWS, where="item.price > 1")


def test_filter_names_the_item_whose_value_is_of_another_kind() -> None:
    with pytest.raises(PermanentError, match=r"input\[1\].*compares"):
        run("filter", input=[{"a": 1}, {"a": "x"}], where="item.a > 0")


def test_filter_may_give_a_missing_field_a_value() -> None:
    assert names(run("filter", input=ROWS, where="item.price | default(0) == 0")) == ["Mystery"]


def test_filter_refuses_a_condition_that_cannot_be_read() -> None:
    with pytest.raises(ValidationError, match="where"):
        run("filter", input=[], where="item.price >")


def test_filter_says_which_names_its_condition_may_use() -> None:
    params = load_action("filter").params
    (deferred,) = params.deferred({"where": "item.a"})
    assert (deferred.name, deferred.condition) == ("where", True)
    assert deferred.names == {"item"}
    assert params.keeps_written == {"where"}


@given(st.lists(st.integers()), st.integers())
def test_filter_parts_the_list_in_two(items: list[int], bound: int) -> None:
    scope = {"bound": bound}
    kept = run("filter", scope, input=items, where="item < bound")
    rest = run("filter", scope, input=items, where="not item < bound")
    assert kept["items"] == [item for item in items if item < bound]
    assert kept["count"] + kept["leftOut"] == len(items)
    assert kept["leftOut"] == rest["count"]


# ---- sort ----


def test_sort_puts_missing_and_null_last_in_either_order() -> None:
    rows = [{"a": None}, {"a": 2}, {}, {"a": 1}]
    assert run("sort", input=rows, by="a")["items"] == [{"a": 1}, {"a": 2}, {"a": None}, {}]
    assert run("sort", input=rows, by="-a")["items"] == [{"a": 2}, {"a": 1}, {"a": None}, {}]


def test_sort_by_several_paths_lets_the_first_count_most() -> None:
    assert names(run("sort", input=ROWS, by=["category", "-price"])) == [
        "mango gummies",
        "OG Kush",
        "Blue Dream",
        "Mystery",
    ]


def test_sort_orders_texts_whatever_their_case() -> None:
    assert names(run("sort", input=ROWS, by="name")) == ["Blue Dream", "mango gummies", "Mystery", "OG Kush"]


def test_sort_says_how_many_the_limit_left_out() -> None:
    output = run("sort", input=ROWS, by="-price", limit=1)
    assert (names(output), output["leftOut"]) == (["OG Kush"], 3)


def test_sort_reads_paths_into_objects_and_lists() -> None:
    rows = [{"range": {"min": 2}, "lines": [{"n": 1}]}, {"range": {"min": 1}, "lines": [{"n": 2}]}]
    assert run("sort", input=rows, by="range.min")["items"] == rows[::-1]
    assert run("sort", input=rows, by="-lines.0.n")["items"] == rows[::-1]


def test_sort_orders_plain_values_by_themselves() -> None:
    assert run("sort", input=[3, 1, 2], by="-.")["items"] == [3, 2, 1]


def test_sort_names_both_items_whose_kinds_differ() -> None:
    expected = r"input\[2\].price is 'free' \(text\) and input\[0\].price is 1 \(number\); expected all of one kind"
    with pytest.raises(PermanentError, match=expected):
        run("sort", input=[{"price": 1}, {"price": None}, {"price": "free"}], by="price")


def test_sort_does_not_take_true_for_a_number() -> None:
    with pytest.raises(PermanentError, match=r"input\[1\].*true or false"):
        run("sort", input=[1, True], by=".")


def test_sort_refuses_what_has_no_order() -> None:
    with pytest.raises(PermanentError, match=r"input\[0\].a is \[1\] \(list\)"):
        run("sort", input=[{"a": [1]}], by="a")


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("sort", {"by": "prize"}),
        ("group", {"by": "prize"}),
        ("aggregate", {"measures": {"n": {"op": "sum", "field": "prize"}}}),
        ("aggregate", {"groupBy": "prize", "measures": {"n": {"op": "count"}}}),
    ],
)
def test_a_path_that_no_item_has_is_an_error(name: str, params: dict[str, Any]) -> None:
    with pytest.raises(
        PermanentError, match="no item of input has 'prize'; the first one has name, category, price"
    ):
        run(name, input=ROWS, **params)


@pytest.mark.parametrize("by", ["", "-", "a..b", ".a", [], ["a"] * 11])
def test_sort_refuses_what_is_no_path(by: Any) -> None:
    with pytest.raises(ValidationError, match="by"):
        run("sort", input=[], by=by)


@given(st.lists(st.fixed_dictionaries({"a": st.none() | NUMBERS, "n": st.integers()})), st.booleans())
def test_sort_orders_stably_and_loses_nothing(rows: list[dict[str, Any]], falling: bool) -> None:
    output = run("sort", input=rows, by="-a" if falling else "a")["items"]
    there = [row for row in rows if row["a"] is not None]
    assert output[: len(there)] == sorted(there, key=lambda row: row["a"], reverse=falling)
    assert output[len(there) :] == [row for row in rows if row["a"] is None]


# ---- group ----


def test_group_keeps_the_order_of_first_items_and_counts() -> None:
    groups = run("group", input=ROWS, by="category")["groups"]
    assert [(group["key"], group["count"]) for group in groups] == [("Flower", 2), ("Edibles", 1), (None, 1)]
    assert groups[0]["items"] == [ROWS[0], ROWS[2]]


def test_group_hands_on_as_many_as_it_is_to_keep_and_says_the_rest() -> None:
    (flower, *_) = run("group", input=ROWS, by="category", keep=1)["groups"]
    assert (flower["items"], flower["count"], flower["leftOut"]) == ([ROWS[0]], 2, 1)


def test_group_tells_texts_numbers_and_truths_apart() -> None:
    groups = run("group", input=[1, "1", True, 1.0], by=".")["groups"]
    assert [group["count"] for group in groups] == [2, 1, 1]


def test_group_refuses_a_key_that_is_a_list() -> None:
    with pytest.raises(PermanentError, match=r"input\[0\].tags is \['a'\] \(list\); expected a text"):
        run("group", input=[{"tags": ["a"]}], by="tags")


@given(st.lists(SCALARS))
def test_group_puts_every_item_into_one_group(items: list[Any]) -> None:
    groups = run("group", input=[{"k": item} for item in items], by="k")["groups"]
    assert sum(group["count"] for group in groups) == len(items)
    keys = [(type(group["key"]), group["key"]) for group in groups]
    assert len(set(keys)) == len(keys)
    for group in groups:
        assert [item["k"] for item in group["items"]] == [
            item for item in items if (type(item), item) == (type(group["key"]), group["key"])
        ]


# ---- aggregate ----


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
def test_there_is_no_figure_over_nothing(op: str) -> None:
    assert figure(op, []) is None


@pytest.mark.parametrize("op", ["count", "sum", "distinct"])
def test_nothing_adds_up_to_zero(op: str) -> None:
    assert figure(op, []) == 0


def test_aggregate_by_group_and_says_what_it_passed_over() -> None:
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


def test_aggregate_names_the_item_that_is_no_number() -> None:
    with pytest.raises(PermanentError, match=r"input\[1\].price is '40' \(text\); expected number"):
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
