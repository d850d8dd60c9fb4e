"""Expressions: the grammar, what they refuse, and that nothing else ever comes out of them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.expressions import ExpressionError, MissingNameError, compile_expression
from tests.unit.playbooks.expressions import json_values

SCOPE: dict[str, Any] = {
    "org": {"id": "o1", "name": "Thrive"},
    "event": {
        "price": 12.5,
        "quantity": 3,
        "name": "Blend No.5",
        "tags": ["new", "sale"],
        "before": {},
        "gone": None,
    },
    "steps": {"scan": {"rows": [{"price": 10}, {"price": 20}], "total": 2}},
    "money_mike": {"price_gap": 15},
}
FAST_SECONDS = 1.0

names = st.sampled_from(
    ["a", "b", "a.b", "a[0]", "a.0.b", "missing", "'x'", "1", "0", "2.5", "null", "[a, b]", "a['b']"]
)
expressions = st.recursive(
    names,
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "in", "and", "or", "not in"]), inner
        ).map(" ".join),
        inner.map(lambda text: f"not ({text})"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"({text})[{text}]"),
        st.tuples(inner, st.sampled_from(["round", "round(2)", "money", "join", "length", "upper", "title"])).map(
            lambda pair: f"({pair[0]}) | {pair[1]}"
        ),
        inner.map(lambda text: f"({text}) | default(0)"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) | round({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) | join({pair[1]})"),
    ),
    max_leaves=8,
)


def value_of(source: str) -> Any:
    return compile_expression(source).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("org.name", "Thrive"),
        ("steps.scan.rows[1].price", 20),
        ("steps.scan.rows.1.price", 20),
        ("steps.scan.rows.0.price + 1.5", 11.5),
        ("steps['scan'].total", 2),
        ("event.price > 12.4", True),
        ("event.price > 12.5", False),
        ("1 < event.quantity <= 3", True),
        ("event.name == 'Blend No.5'", True),
        ('event.name == "Blend No.5" and not event.gone', True),
        ("'sale' in event.tags", True),
        ("'old' not in event.tags", True),
        ("event.quantity in [1, 2, 3]", True),
        ("'price' in event.before", False),
        ("event.quantity * 2 + 10 / 4 - 7 % 4", 5.5),
        ("-event.quantity", -3),
        ("event.gone == null", True),
        ("true or missing.name", True),
        ("false and missing.name", False),
        ("'a' + 'b'", "ab"),
        ("event.price | round", 13),
        ("event.price | money", "$12.50"),
        ("event.tags | join(' & ')", "new & sale"),
        ("event.tags | length", 2),
        ("org.name | upper", "THRIVE"),
        ("event.gone | default('none')", "none"),
        ("event.nowhere | default(7)", 7),
    ],
)
def test_the_grammar(source: str, value: Any) -> None:
    assert value_of(source) == value


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("nobody", "'nobody' does not exist here; there is event, money_mike, org, steps"),
        ("org.nme", "'org.nme' does not exist; org has id, name"),
        ("money_mike.price_gap.percent", "money_mike.price_gap is a number without parts"),
        ("steps.scan.rows[5].price", "steps.scan.rows is a list of 2"),
        ("event.gone.price", "event.gone is null"),
        ("event.nowhere | upper", "'event.nowhere' does not exist"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_it(source: str, named: str) -> None:
    with pytest.raises(MissingNameError) as refusal:
        value_of(source)
    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("org.name > 3", "org.name"),
        ("org.name * 3", "org.name"),
        ("'%s' % 3", "'%s'"),
        ("event.quantity / 0", "division"),
        ("event.tags + event.tags", "event.tags"),
        ("true + 1", "true"),
        ("org | round", "round"),
        ("event.quantity | join", "join"),
        ("event.price | round('x')", "round"),
        ("event.price | round(10000000)", "round"),
        ("event.tags[event.tags]", "event.tags"),
        ("event.quantity[0]", "event.quantity"),
    ],
)
def test_operands_that_do_not_fit_are_an_error_that_names_them(source: str, named: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        value_of(source)
    assert named in str(refusal.value)


@pytest.mark.parametrize(
    "source",
    [
        "org.__class__.__mro__",
        "''.__class__",
        "__import__('os').system('true')",
        "org.get('id')",
        "(lambda: 1)()",
        "lambda: 1",
        "[x for x in event.tags]",
        "{x: 1 for x in event.tags}",
        "(x := 1)",
        "f'{org.name}'",
        "9 ** 9 ** 9",
        "1 << 10000000",
        "9 // 2",
        "event.tags[0:1]",
        "{'a': 1}",
        "b'a'",
        "1j",
        "...",
        "1e999",
        "org if event else steps",
        "event.price | eval",
        "event.price | org.name",
        "event.tags | join(*event.tags)",
        "event.tags | join(separator=', ')",
        "await org",
        "org is event",
        "~1",
        "+'a'",
        "a; b",
        "a = 1",
        "import os",
        "a\0b",
        "\ud800",
        "(" * 1_000 + ")" * 1_000,
        "not " * 400 + "org",
        "-" * 1_900 + "1",
        "org" + ".a" * 190,
        "[" * 90 + "]" * 90,
        "1" + "+1" * 900,
        "*".join(["9" * 900] * 2),
        "a" * 10_000,
        "",
        "   ",
    ],
)
def test_hostile_input_is_refused_fast(source: str) -> None:
    began = time.process_time()
    with pytest.raises(ExpressionError):
        value_of(source)
    assert time.process_time() - began < FAST_SECONDS


def test_numbers_stay_small_enough_to_be_written() -> None:
    with pytest.raises(ExpressionError, match="too large"):
        compile_expression(" * ".join(["x"] * 30)).evaluate({"x": 10**30})


def test_a_joined_text_stays_small_enough_to_be_written() -> None:
    with pytest.raises(ExpressionError, match="join"):
        compile_expression("rows | join(separator)").evaluate({"rows": ["x"] * 10_000, "separator": "y" * 10_000})


def test_data_that_nest_too_deep_are_an_error() -> None:
    deep: list[Any] = []
    twin: list[Any] = []
    for _ in range(100_000):
        deep, twin = [deep], [twin]
    with pytest.raises(ExpressionError, match="too deep"):
        compile_expression("a == b").evaluate({"a": deep, "b": twin})


@given(st.text(max_size=80) | st.text(alphabet="ab.[]()0123456789'\"|+-*/%<>=! \\{}:,_notandinor", max_size=80))
def test_any_text_compiles_or_is_an_expression_error(text: str) -> None:
    with suppress(ExpressionError):
        assert compile_expression(text).source == text.strip()


@given(source=expressions, a=json_values, b=json_values)
def test_evaluation_gives_a_value_or_an_expression_error(source: str, a: Any, b: Any) -> None:
    with suppress(ExpressionError):
        value = compile_expression(source).evaluate({"a": a, "b": b})
        assert isinstance(value, str | int | float | bool | list | dict | None)


def test_the_paths_of_an_expression_are_those_it_reads() -> None:
    expression = compile_expression("a.b.c > rows[0].x and (d | default(e.f)) in [g, null]")
    assert expression.paths() == [("a", "b", "c"), ("rows", "0", "x"), ("e", "f"), ("g",)]
