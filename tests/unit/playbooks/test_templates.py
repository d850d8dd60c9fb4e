"""Templates in params."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.expressions import ExpressionError, MissingNameError
from shared.playbooks.templates import has_template, render, render_text, texts

FAST_SECONDS = 1.0
SCOPE: dict[str, Any] = {
    "event": {"price": 12.0, "name": "Blue Dream", "gone": None, "low": True, "rows": [{"a": 1.25}], "n": 3},
}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("no hole", "no hole"),
        ("", ""),
        ("{{ event.name }} for {{event.price}}", "Blue Dream for 12"),
        ("low: {{ event.low }}", "low: true"),
        ("rows: {{ event.rows }}", 'rows: [{"a": 1.25}]'),
        ("{{ event.name }}{{ event.n }}", "Blue Dream3"),
        ("{{\n event.name \n}}", "Blue Dream"),
        ("{ {event.name} }", "{ {event.name} }"),
        ("}} {{ event.n }}", "}} 3"),
    ],
)
def test_holes_are_filled(text: str, rendered: str) -> None:
    assert render_text(text, SCOPE) == rendered


@pytest.mark.parametrize("name", ["price", "gone", "low", "rows", "n", "name"])
def test_a_text_of_one_expression_keeps_the_values_type(name: str) -> None:
    value = render_text(f"{{{{ event.{name} }}}}", SCOPE)
    assert value == SCOPE["event"][name]
    assert type(value) is type(SCOPE["event"][name])


def test_an_unknown_name_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingNameError, match=r"'event\.prise' does not exist; event has gone, low, n, name"):
        render_text("Now {{ event.prise }}", SCOPE)


def test_null_inside_a_text_is_an_error_that_names_it() -> None:
    with pytest.raises(ExpressionError, match=r"'event\.gone' is null; expected a value"):
        render_text("Now {{ event.gone }}", SCOPE)


@pytest.mark.parametrize("text", ["{{ event.name", "a {{ event.n }} b {{", "{{ {{ event.n }} }}", "{{}}", "{{ }}"])
def test_a_broken_hole_is_an_error(text: str) -> None:
    with pytest.raises(ExpressionError, match="expected"):
        render_text(text, SCOPE)


@pytest.mark.parametrize(
    "text", ["{{" * 24_000, "{{a}}" * 10_000 + "{{", "{" * 49_999, "{{" + "}" * 40_000, "x" * 50_001 + "{{a}}"]
)
def test_a_long_hostile_text_is_dealt_with_fast(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ExpressionError):
        render_text(text, SCOPE)
    assert time.process_time() - began < FAST_SECONDS


def test_lists_and_objects_keep_their_shape() -> None:
    params = {"where": [["price", ">", "{{ event.price }}"]], "limit": 3, "note": {"text": "{{event.n}} left"}}
    assert render(params, SCOPE) == {"where": [["price", ">", 12.0]], "limit": 3, "note": {"text": "3 left"}}


def test_params_that_nest_too_deep_are_an_error() -> None:
    deep: Any = "x"
    for _ in range(30):
        deep = [deep]
    with pytest.raises(ExpressionError, match="deeper than 20 levels"):
        render(deep, SCOPE)


@given(st.text(max_size=30), st.sampled_from(["{{ event.n }}", "{{ org }}", "{{", "}}", "{{ 1 + 1 }}"]))
def test_a_rendered_value_is_never_rendered_again(around: str, hole: str) -> None:
    value = around + hole + around
    assert render({"a": "{{ x }}", "b": "<{{ x }}>"}, {"x": value}) == {"a": value, "b": f"<{value}>"}


@given(st.text(alphabet="{} abn.+|'\"0", max_size=60))
def test_any_text_renders_or_is_an_expression_error(text: str) -> None:
    with suppress(ExpressionError):
        rendered = render_text(text, {"a": {"b": 1}, "n": None})
        assert rendered == text or "{{" in text


def test_texts_are_found_with_their_paths() -> None:
    found = list(texts({"body": "b", "where": [["a", "==", 1]], "note": {"text": "n"}}))
    assert found == [("body", "b"), ("where[0][0]", "a"), ("where[0][1]", "=="), ("note.text", "n")]


def test_a_template_is_seen_at_any_depth() -> None:
    assert has_template({"a": [1, {"b": "x {{ event.n }}"}]})
    assert not has_template({"a": [1, {"b": "x"}]})
