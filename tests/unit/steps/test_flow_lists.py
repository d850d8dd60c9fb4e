"""`filter`, `sort` and `group`: lists in, lists out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.steps.registry import load_action
from tests.unit.steps.running import NUMBERS, ROWS, SCALARS, run


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
    expected = (
        r"input\[2\].price is a text of 4 characters and input\[0\].price is a number; expected all of one kind"
    )
    with pytest.raises(PermanentError, match=expected):
        run("sort", input=[{"price": 1}, {"price": None}, {"price": "free"}], by="price")


def test_sort_does_not_take_true_for_a_number() -> None:
    with pytest.raises(PermanentError, match=r"input\[1\].*true or false"):
        run("sort", input=[1, True], by=".")


def test_sort_refuses_what_has_no_order() -> None:
    with pytest.raises(PermanentError, match=r"input\[0\].a is a list of 1"):
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
def test_sort_refuses_what_is_not_a_path(by: Any) -> None:
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


def test_group_returns_up_to_the_limit_and_counts_the_rest() -> None:
    (flower, *_) = run("group", input=ROWS, by="category", keep=1)["groups"]
    assert (flower["items"], flower["count"], flower["leftOut"]) == ([ROWS[0]], 2, 1)


def test_group_distinguishes_texts_numbers_and_booleans() -> None:
    groups = run("group", input=[1, "1", True, 1.0], by=".")["groups"]
    assert [group["count"] for group in groups] == [2, 1, 1]


def test_group_refuses_a_key_that_is_a_list_without_quoting_it() -> None:
    with pytest.raises(PermanentError, match=r"input\[0\].tags: found a list of 1; expected a text") as refused:
        run("group", input=[{"tags": ["ann@shop.example"]}], by="tags")
    assert "ann" not in str(refused.value)


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
