from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from shared.playbooks.problems import problem_lines


class _Event(BaseModel):
    name: str = Field(default="a", pattern="^[a-z]+$")
    data: dict[str, Any] = {}
    count: int = 0
    price: float = 0
    tags: tuple[str, ...] = ()
    on: bool = False


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", 7, "a text"),
        ("name", "A", "a text that matches ^[a-z]+$"),
        ("data", "x", "an object"),
        ("count", "many", "a whole number"),
        ("count", 1.5, "a whole number"),
        ("price", [], "a number"),
        ("tags", "x", "a list"),
        ("on", "maybe", "true or false"),
    ],
)
def test_expectations_are_phrased_without_pydantics_words(field: str, value: object, expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _Event.model_validate({field: value})
    (line,) = problem_lines(caught.value)
    assert line.startswith(f"{field}: found ")
    assert line.endswith(f"; expected {expected}")
