"""Conditions: templates' paths with comparisons."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.expressions import ExpressionError
from shared.playbooks.templates import holds, parse_condition

FAST_SECONDS = 1.0
SCOPE = {
    "money_mike": {"price_gap": 15, "top": "Blue Dream"},
    "event": {"category": "flower", "quantity": 3, "note": "{{ 1 > 0 }} or true", "gone": None},
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{{money_mike.price_gap}} > 10", True),
        ("{{money_mike.price_gap}} > 15.5", False),
        ("money_mike.price_gap > 10", True),
        ("{{ money_mike.price_gap > 10 }}", True),
        ("'{{event.category}}' == 'flower'", True),
        ('"{{ event.category }}" in ["edible", "vape"]', False),
        ("not {{event.quantity}} > 5 and {{event.category}} == 'flower'", True),
        ("({{event.quantity}} + 1) * 2 == 8", True),
        ("2 * {{event.quantity + 1}} == 8", True),
        ("{{ event.nowhere | default(0) }} > 0", False),
        ("{{ event.gone }} == null", True),
        ("{{ event.note }} == 'x'", False),
    ],
)
def test_a_condition_holds_or_not(condition: str, expected: bool) -> None:
    assert holds(condition, SCOPE) is expected


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("{{ezal.price_gap}} > 10", "'ezal' does not exist"),
        ("{{money_mike.gap}} > 10", "money_mike.gap"),
        ("{{event.category}} > 10", "compares"),
    ],
)
def test_an_expression_that_cannot_be_computed_is_a_named_error(condition: str, named: str) -> None:
    with pytest.raises(ExpressionError, match=named):
        holds(condition, SCOPE)


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "{{a}} >",
        "{{a}} = 1",
        "{{a}} > 10 {{b}}",
        "{{a} > 10",
        "{{a}} && {{b}}",
        "{{a)}} or ({{b}}",
        "'costs {{a}} dollars' == 'x'",
        "{{a}}.__class__()",
        "'" * 1_999,
        "'{{" * 600,
        '"' + " " * 1_900,
        "a" * 10_000,
    ],
)
def test_an_unreadable_expression_is_refused_quickly(condition: str) -> None:
    began = time.process_time()
    with pytest.raises(ExpressionError):
        parse_condition(condition)
    assert time.process_time() - began < FAST_SECONDS


@given(st.text(alphabet="{} ab.><='\"()not1\\", max_size=60))
def test_any_text_is_a_condition_or_an_expression_error(text: str) -> None:
    with suppress(ExpressionError):
        assert isinstance(holds(text, {"a": {"b": 1}, "b": "x"}), bool)
