"""What an expression or a template may cost: bounded for every filter and operator, and kept while rendering."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.budget import MAX_FILLED, MAX_TEXT, Budget
from shared.playbooks.expressions import ExpressionError, compile_expression
from shared.playbooks.filters import FILTERS
from shared.playbooks.templates import holds, render, render_markup, render_text
from tests.unit.limited import survived
from tests.unit.playbooks.expressions import json_values

ENOUGH_CASES = 10_000
SMALL_MEMORY = 40_000_000


@pytest.mark.timeout(600)
def test_no_filter_and_no_operator_takes_long_or_makes_much_of_any_value() -> None:
    assert survived("tests.unit.playbooks.hostile") > ENOUGH_CASES


@given(name=st.sampled_from(sorted(FILTERS)), value=json_values, arguments=st.lists(json_values, max_size=3))
def test_a_filter_gives_plain_data_or_an_expression_error(name: str, value: Any, arguments: list[Any]) -> None:
    names = [f"a{index}" for index in range(len(arguments))]
    call = f"value | {name}({', '.join(names)})"
    try:
        made = compile_expression(call).evaluate({"value": value, **dict(zip(names, arguments, strict=True))})
    except ExpressionError:
        return
    assert isinstance(made, str | int | float | bool | list | dict | None)


def test_a_number_of_a_million_digits_is_refused() -> None:
    with pytest.raises(ExpressionError, match="expected a number"):
        holds("{{ '5E+999998' | round(-999999) }} > 1", {})


def _peak(render_it: Any) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError):
            render_it()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "value", ["x" * 240_000, [{"name": "Blue Dream", "price": 12.5}] * 8_000], ids=["text", "rows"]
)
@pytest.mark.parametrize("fill", [render_text, render_markup])
def test_a_text_that_becomes_too_long_is_never_built(value: Any, fill: Any) -> None:
    template = "{{event.x}} " * 4_000
    assert _peak(lambda: fill(template, {"event": {"x": value}})) < SMALL_MEMORY


def test_the_params_of_a_step_are_bounded_altogether() -> None:
    params = {f"p{index}": "a {{event.x}}" for index in range(200)}
    with pytest.raises(ExpressionError, match="altogether"):
        render(params, {"event": {"x": "x" * (MAX_TEXT - 10)}})


def test_values_that_keep_their_type_count_too() -> None:
    rows = ["x" * 100_000] * 100
    with pytest.raises(ExpressionError, match="altogether"):
        render(["{{event.rows}}"] * 3, {"event": {"rows": rows}})
    assert render("{{event.rows}}", {"event": {"rows": rows}}) is rows


def test_a_step_may_take_all_that_another_put_out() -> None:
    rows = ["x" * 99_990] * (MAX_FILLED // 100_000)
    assert render({"input": "{{rows}}"}, {"rows": rows}) == {"input": rows}


def test_work_is_counted_over_all_holes_of_a_step() -> None:
    params = ["{{ (event.rows | join) | length }}"] * 1_000
    with pytest.raises(ExpressionError, match="too much work"):
        render(params, {"event": {"rows": ["x" * 400] * 1_000}})


@pytest.mark.parametrize(
    "condition",
    ["event.a == event.b", "event.a < event.b", "event.a in [event.b, event.b]", "event.one in event.rows"],
)
def test_comparing_and_searching_large_values_is_work(condition: str) -> None:
    rows = [[number] for number in range(20_000)]
    scope = {"event": {"a": rows, "b": [list(row) for row in rows], "one": 1, "rows": list(range(300_000))}}
    with pytest.raises(ExpressionError, match="too much work"):
        holds(condition, scope, Budget(work=200_000))


def test_an_error_does_not_repeat_the_value() -> None:
    secret = "Ada Lovelace, 315-555-0199"
    for source in ("event.x > 3", "event.x * 2", "event.x | round", "event.x | date", "[event.x] | money"):
        with pytest.raises(ExpressionError) as refusal:
            compile_expression(source).evaluate({"event": {"x": secret}})
        assert "Ada" not in str(refusal.value)
        assert "event.x" in str(refusal.value)


def test_a_template_of_too_many_holes_is_refused() -> None:
    with pytest.raises(ExpressionError, match="holes"):
        render_text("{{a}}" * 9_000, {"a": 1})


def test_anything_other_than_plain_data_is_an_error_that_names_it() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, 10**5_000, {"a": 10**5_000}):
        with pytest.raises(ExpressionError, match=r"event\.x"):
            render_text("x {{event.x}}", {"event": {"x": value}})
