"""The key of a request: never cut, and tied to what the request says."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from shared.api.errors import InvalidFieldsError
from shared.api.idempotency import fingerprint, idempotency_key, reuses_failed
from tests.unit.api.requests import request


class Body(BaseModel):
    org_id: str
    data: dict[str, object]


def test_a_request_without_a_key_has_none() -> None:
    assert idempotency_key(request()) is None
    assert reuses_failed(request()) is False


def test_an_idempotency_key_is_used_verbatim() -> None:
    key = "k" * 255
    assert idempotency_key(request(headers={"Idempotency-Key": key})) == key


@pytest.mark.parametrize(("key", "found"), [("", "0 characters"), ("k" * 256, "256 characters")])
def test_a_key_that_is_empty_or_too_long_is_refused_and_never_cut(key: str, found: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        idempotency_key(request(headers={"Idempotency-Key": key}))
    assert refused.value.problems == [{"field": "Idempotency-Key", "found": found, "expected": "1 to 255"}]


def test_reusing_a_key_has_one_error_message() -> None:
    headers = {"Idempotency-Key": "k", "Idempotency-Reuse": "failed"}
    assert reuses_failed(request(headers=headers)) is True
    with pytest.raises(InvalidFieldsError, match="Idempotency-Reuse: found 'always', expected failed"):
        reuses_failed(request(headers={**headers, "Idempotency-Reuse": "always"}))
    with pytest.raises(InvalidFieldsError, match="Idempotency-Key: found nothing"):
        reuses_failed(request(headers={"Idempotency-Reuse": "failed"}))


def test_a_fingerprint_depends_on_content_and_not_on_formatting() -> None:
    one = Body(org_id="o", data={"a": 1, "b": {"c": "é", "d": [1, 2]}})
    same = Body.model_validate_json('{"data": {"b": {"d": [1, 2], "c": "\\u00e9"}, "a": 1}, "org_id": "o"}')
    assert fingerprint(one) == fingerprint(same)
    for data in ({"a": 2, "b": one.data["b"]}, {"a": 1}, {"a": 1, "b": {"c": "é", "d": [2, 1]}}):
        assert fingerprint(Body(org_id="o", data=data)) != fingerprint(one)
    assert fingerprint(Body(org_id="p", data=one.data)) != fingerprint(one)
