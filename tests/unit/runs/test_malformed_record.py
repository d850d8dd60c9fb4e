from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.quarantine.failures import describe
from shared.runs.record import parse_execution


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "malformed: pinned (missing)"),
        ({"pinned": 7}, "malformed: pinned (value_error)"),
        ({"pinned": "{"}, "malformed: pinned (value_error)"),
        ({"pinned": "[]"}, "malformed: pinned (dict_type)"),
    ],
)
def test_the_reason_names_the_pinned_part(data: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_execution("e1", data)
    assert describe(caught.value) == reason
