from __future__ import annotations

import json
from typing import Any

import pytest

from shared.api.errors import InvalidFieldsError
from shared.api.http import Body, parse_body
from shared.api.storable import MAX_DEPTH, StorableObject
from tests.unit.api.requests import request


class Event(Body):
    event_data: StorableObject


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [{}, {"a": [1, "x", None, True, 1.5, {"b": []}]}, {"n": 2**63 - 1, "m": -(2**63)}, nested(MAX_DEPTH)],
)
def test_storable_values_are_accepted(value: dict[str, Any]) -> None:
    assert parse_body(request(json={"eventData": value}), Event).event_data == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (nested(MAX_DEPTH + 1), "15 levels"),
        ({"a": [[1]]}, "no list directly in a list"),
        ({"a": {"b": [{"c": [[]]}]}}, "no list directly in a list"),
        ({"n": 2**63}, "64 bits"),
        ({"n": -(2**63) - 1}, "64 bits"),
        ({"": 1}, "names of 1"),
        ({"__id__": 1}, "names of 1"),
        ({"x" * 1501: 1}, "names of 1"),
    ],
)
def test_unstorable_values_are_refused_by_field(value: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidFieldsError, match=f"eventData: found an object, expected .*{expected}"):
        parse_body(request(data=json.dumps({"eventData": value})), Event)
