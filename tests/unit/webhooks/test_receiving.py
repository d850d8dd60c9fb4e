"""Whatever a sender puts into a body becomes fields of an event that Firestore can hold, or is refused."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.api.errors import InvalidFieldsError, MalformedRequestError
from shared.api.storable import check_storable
from shared.playbooks.sizes import MAX_EVENT_BYTES, json_bytes
from shared.webhooks.receiving import FORM_TYPE, event_id, read_data
from tests.unit.api.requests import request

JSON = "application/json"


def read(body: bytes, kind: str = JSON) -> dict[str, JsonValue]:
    return read_data(request(data=body, content_type=kind), body)


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM_TYPE, "application/x+json", "text/xml", ""]))
def test_bytes_become_fields_or_are_refused(body: bytes, kind: str) -> None:
    try:
        data = read(body, kind)
    except (MalformedRequestError, InvalidFieldsError, HTTPException):
        return
    assert check_storable(data) == data


@given(
    st.dictionaries(
        st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=9),
        st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20), st.lists),
        max_size=5,
    )
)
def test_an_object_is_the_event_unless_firestore_cannot_hold_it(content: dict[str, JsonValue]) -> None:
    body = json.dumps(content).encode()
    try:
        assert read(body) == content
    except InvalidFieldsError:
        with pytest.raises(ValueError, match="list"):
            check_storable(content)


@given(st.dictionaries(st.sampled_from("abc"), st.lists(st.text(max_size=9), min_size=1, max_size=3), max_size=3))
def test_a_form_has_texts_and_lists_where_a_field_stands_more_than_once(fields: dict[str, list[str]]) -> None:
    wanted = {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
    assert read(urlencode(fields, doseq=True).encode(), FORM_TYPE) == wanted


def test_a_body_over_the_event_limit_is_refused() -> None:
    rest = MAX_EVENT_BYTES - json_bytes({"a": ""})
    assert len(str(read(json.dumps({"a": "x" * rest}).encode())["a"])) == rest
    with pytest.raises(RequestEntityTooLarge):
        read(json.dumps({"a": "x" * (rest + 1)}).encode())


def test_the_same_call_of_another_hook_is_another_event() -> None:
    assert event_id("a", "id", "1") == event_id("a", "id", "1")
    assert len({event_id("a", "id", "1"), event_id("b", "id", "1"), event_id("a", "replay", "1")}) == 3
