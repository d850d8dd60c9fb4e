"""`set` and `transform`: plain data in, plain data out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.steps.registry import load_action
from tests.unit.steps.fakes import step_context

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def run(name: str, params: dict[str, Any]) -> dict[str, Any]:
    action = load_action(name)
    output = action.run(action.params.model_validate(params), step_context())
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True)
    return dumped


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_set_hands_on_exactly_the_values(values: dict[str, Any]) -> None:
    assert run("set", {"values": values}) == values


@pytest.mark.parametrize(
    "name", ["snake_case", "camelCase", "model_config", "copy", "self", "model_fields", "__dict__"]
)
def test_set_keeps_every_name_as_it_is(name: str) -> None:
    assert run("set", {"values": {name: 1}}) == {name: 1}


def test_transform_picks_renames_and_fills_an_object() -> None:
    output = run(
        "transform",
        {
            "input": {"name": "Blue Dream", "price": 40, "quantity": None},
            "defaults": {"quantity": 0},
            "pick": ["quantity", "name"],
            "rename": {"name": "product"},
        },
    )
    assert output == {"result": {"quantity": 0, "product": "Blue Dream"}}


def test_transform_does_the_same_to_each_of_a_list() -> None:
    output = run("transform", {"input": [{"a": 1}, {"a": 2}], "rename": {"a": "b"}})
    assert output == {"result": [{"b": 1}, {"b": 2}]}


def test_transform_may_swap_two_names() -> None:
    assert run("transform", {"input": {"a": 1, "b": 2}, "rename": {"a": "b", "b": "a"}}) == {
        "result": {"b": 1, "a": 2}
    }


def test_transform_names_a_field_that_is_not_there() -> None:
    with pytest.raises(PermanentError, match=r"input\[1\]: pick names price, which is not there; found name"):
        run("transform", {"input": [{"price": 1}, {"name": "x"}], "pick": ["price"]})


def test_transform_refuses_to_lose_a_field_to_a_new_name() -> None:
    with pytest.raises(PermanentError, match="two fields called b"):
        run("transform", {"input": {"a": 1, "b": 2}, "rename": {"a": "b"}})


def test_transform_refuses_what_is_not_an_object() -> None:
    with pytest.raises(ValidationError, match="input"):
        run("transform", {"input": "text"})
