from __future__ import annotations

import codecs
import contextlib
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, JsonValue

from shared.api.body import OrgId, parse_query
from shared.api.errors import InvalidFieldsError, MalformedRequestError
from shared.api.http import Body, parse_body
from shared.playbooks.instants import Instant
from tests.unit.api.requests import request


class Inner(BaseModel):
    api_key: int = Field(alias="apiKey")


class Order(Body):
    org_id: str
    triggered_by: Literal["manual", "agent"] = "manual"
    dry_run: bool = False
    slot: datetime | None = None
    event_data: dict[str, JsonValue] = Field(default_factory=dict)
    inner: list[Inner] = Field(default_factory=list)


def errors_of(**fields: Any) -> list[dict[str, str]]:
    with pytest.raises(InvalidFieldsError) as caught:
        parse_body(request(json=fields), Order)
    return caught.value.problems


def test_a_body_is_read_by_its_camel_case_names() -> None:
    order = parse_body(request(json={"orgId": "o1", "slot": "2026-03-08T09:00:00Z"}), Order)
    assert order.org_id == "o1"
    assert order.slot == datetime(2026, 3, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json; charset=utf-8"])
def test_the_content_type_does_not_matter(content_type: str) -> None:
    assert parse_body(request(data=b'{"orgId": "o1"}', content_type=content_type), Order).org_id == "o1"


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (codecs.BOM_UTF8 + '{"orgId": "Jalapeño"}'.encode(), ""),
        ('{"orgId": "Jalapeño"}'.encode("utf-16"), ""),
        (codecs.BOM_UTF16_BE + '{"orgId": "Jalapeño"}'.encode("utf-16-be"), "application/json"),
        ('{"orgId": "Jalapeño"}'.encode("utf-16-le"), ""),
        ('{"orgId": "Jalapeño"}'.encode("utf-16-be"), ""),
        ('{"orgId": "Jalapeño"}'.encode("utf-32"), ""),
        ('{"orgId": "Jalapeño"}'.encode("latin-1"), "application/json; charset=ISO-8859-1"),
        ('{"orgId": "Jalapeño"}'.encode("cp1252"), "application/json; charset=windows-1252"),
        ('\r\n {"orgId": "Jalapeño"}\n'.encode(), "application/json; charset=nonsense"),
    ],
)
def test_a_body_is_read_in_the_encodings_that_systems_send(raw: bytes, content_type: str) -> None:
    assert parse_body(request(data=raw, content_type=content_type), Order).org_id == "Jalapeño"


def test_a_mark_and_nothing_else_counts_as_an_empty_object() -> None:
    with pytest.raises(InvalidFieldsError, match="orgId: found nothing"):
        parse_body(request(data=codecs.BOM_UTF8), Order)


@pytest.mark.parametrize("raw", [b'{"orgId": "a", "orgId": "b"}', b'{"orgId": "a", "eventData": {"x": 1, "x": 2}}'])
def test_a_field_that_is_there_twice_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedRequestError, match="twice"):
        parse_body(request(data=raw), Order)


def test_no_body_counts_as_an_empty_object() -> None:
    with pytest.raises(InvalidFieldsError, match="orgId: found nothing, expected this field"):
        parse_body(request(), Order)


@pytest.mark.parametrize(
    "raw", [b"{", b"nonsense", b'{"orgId": NaN}', b'{"orgId": Infinity}', b"\xff", b"[" * 5000]
)
def test_a_body_that_is_not_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedRequestError, match="the body is not JSON"):
        parse_body(request(data=raw), Order)


@pytest.mark.parametrize("raw", [b"[]", b'"orgId"', b"7", b"null", b"true"])
def test_json_that_is_not_an_object_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidFieldsError, match="expected a JSON object"):
        parse_body(request(data=raw), Order)


def test_a_python_name_is_an_unknown_field() -> None:
    assert errors_of(orgId="o1", dry_run=True) == [
        {"field": "dry_run", "found": "True", "expected": "no field of this name"}
    ]


def test_a_wrong_type_is_named_with_its_path_what_was_found_and_what_was_expected() -> None:
    assert errors_of(orgId="o1", dryRun="yes") == [
        {"field": "dryRun", "found": "'yes'", "expected": "true or false"}
    ]


def test_a_number_is_not_taken_for_text() -> None:
    assert errors_of(orgId=7)[0]["expected"] == "a text"


def test_a_closed_set_is_listed() -> None:
    assert errors_of(orgId="o1", triggeredBy="cron")[0]["expected"] == "'manual' or 'agent'"


def test_a_field_in_a_list_is_named_by_its_index() -> None:
    assert errors_of(orgId="o1", inner=[{"apiKey": 1}, {"apiKey": []}])[0]["field"] == "inner[1].apiKey"


def test_possible_secrets_are_never_quoted() -> None:
    found = errors_of(orgId="o1", inner=[{"apiKey": "sk-very-secret"}])[0]
    assert found["found"] == "a string"


def test_long_values_are_cut() -> None:
    assert len(errors_of(orgId="o1", dryRun="x" * 5000)[0]["found"]) < 80


def test_at_most_ten_fields_are_listed() -> None:
    assert len(errors_of(orgId="o1", **{f"unknown{n}": n for n in range(50)})) == 10


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    with contextlib.suppress(MalformedRequestError, InvalidFieldsError):
        assert isinstance(parse_body(request(data=raw), Order).org_id, str)


class OfAnOrg(Body):
    org_id: OrgId = "o1"
    slot: Instant | None = None


@pytest.mark.parametrize("slot", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_has_no_utc_is_refused(slot: str) -> None:
    with pytest.raises(InvalidFieldsError, match=r"slot: found .*, expected one in the years"):
        parse_body(request(json={"slot": slot}), OfAnOrg)
    moment = parse_body(request(json={"slot": "2026-03-08T09:00:00+14:00"}), OfAnOrg).slot
    assert moment == datetime(2026, 3, 7, 19, tzinfo=UTC)


@pytest.mark.parametrize("org_id", ["", "a/b", "/", ".", "..", "__x__", "__\n__", "o" * 129])
def test_an_org_that_fits_into_no_path_is_refused(org_id: str) -> None:
    with pytest.raises(InvalidFieldsError, match="orgId: found"):
        parse_body(request(json={"orgId": org_id}), OfAnOrg)


class _Times(Body):
    since: Instant | None = None
    limit: int = 5


@pytest.mark.parametrize("number", ["0.5", "1700000000", "-3"])
def test_a_number_is_not_a_time_of_a_query(number: str) -> None:
    with pytest.raises(InvalidFieldsError, match="since"):
        parse_query(request(f"/x?since={number}&limit=3", method="GET"), _Times)


def test_a_time_of_a_query_is_read() -> None:
    read = parse_query(request("/x?since=2026-05-04T09:30:00Z&limit=3", method="GET"), _Times)
    assert (read.since, read.limit) == (datetime(2026, 5, 4, 9, 30, tzinfo=UTC), 3)
