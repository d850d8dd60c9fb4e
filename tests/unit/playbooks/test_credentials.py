"""Which literals in a playbook count as keys, and that harmless ones do not."""

from __future__ import annotations

import base64
import random
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.credentials import CREDENTIAL, credentials_in, looks_random, new_credentials

DIGITS = string.ascii_letters + string.digits
WORDS = st.lists(
    st.sampled_from(["menu", "stock", "order", "blue", "dream", "customer", "report", "weekly", "shop", "price"]),
    min_size=1,
)
JOINED = st.builds(
    lambda words, join, number: join(words) + number,
    WORDS,
    st.sampled_from(
        [
            "-".join,
            "_".join,
            "/".join,
            "+".join,
            "".join,
            lambda words: "".join(map(str.title, words)),
            lambda words: "_".join(words).upper(),
        ]
    ),
    st.sampled_from(["", "2026", "-2026-11-29", "12345", "v2"]),
)


def step(**params: Any) -> dict[str, Any]:
    return {"id": "call", "action": "http_request", "params": {"url": "https://api.example.com/", **params}}


def fields(*steps: Any) -> list[str]:
    return [one.path for one in credentials_in(list(steps))]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"headers": {"Authorization": "Bearer abc"}}, "headers.Authorization"),
        ({"headers": {"authorization": "Basic c2hvcDpwYXNz"}}, "headers.authorization"),
        ({"headers": {"Authorization": "Bearer abc{{secrets.KEY}}"}}, "headers.Authorization"),
        ({"headers": {"X-Api-Key": "crm-2026"}}, "headers.X-Api-Key"),
        ({"headers": {"X-Crm-Key": "crm-2026"}}, "headers.X-Crm-Key"),
        ({"headers": {"X-Shop": "q7Zr0Lw2Xc9Vb4Nm6Ka1Sd8Fg3Hj5P"}}, "headers.X-Shop"),
        ({"headers": {"Cookie": "session=q7Zr0Lw2Xc9Vb4Nm6Ka1Sd8Fg3Hj5P; a=b"}}, "headers.Cookie"),
        ({"url": "https://api.example.com/?api_key=abc123&page=2"}, "url"),
        ({"url": "https://api.example.com/?id=9e107d9d372bb6826bd81d3542a419d6"}, "url"),
        ({"url": "https://user:pass@api.example.com/"}, "url"),
        ({"url": "https://hooks.slack.com/services/T01/B02/abcdefgh"}, "url"),
        ({"url": "https://api.telegram.org/bot123456789:AAabcdefghij/sendMessage"}, "url"),
        ({"body": {"login": [{"password": "hunter22"}]}}, "body.login[0].password"),
        ({"body": {"clientSecret": "abcdef"}}, "body.clientSecret"),
        ({"body": "token ghp_" + "a1" * 18}, "body"),
    ],
)
def test_a_key_is_found_by_its_field(params: dict[str, Any], field: str) -> None:
    assert set(fields(step(**params))) == {f"steps[0].params.{field}"}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"headers": {"Authorization": "Bearer {{secrets.KEY}}"}},
        {"headers": {"Authorization": "Bearer {{event.token}}", "X-Api-Key": "{{secrets.KEY}}"}},
        {"headers": {"Content-Type": "application/json; charset=utf-8", "Accept-Language": "en-US,en;q=0.9"}},
        {
            "headers": {
                "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
                "X-Shop-Id": "12345678901234",
            }
        },
        {"headers": {"Idempotency-Key": "9e107d9d372bb6826bd81d3542a419d6", "If-None-Match": "abc"}},
        {"headers": {"X-Store": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}},
        {
            "url": "https://api.example.com/v2/orders/9e107d9d372bb6826bd81d3542a419d6?since=2026-11-29T09:30:00Z&page=2"
        },
        {"url": "https://api.example.com/?page_token=abcdefgh&sort_key=price&token={{secrets.KEY}}"},
        {"url": "{{secrets.HOOK}}"},
        {"url": "https://hooks.slack.com/services/{{secrets.HOOK}}"},
        {"body": {"password": "{{secrets.PASSWORD}}", "token": None, "text": "The token is on its way to you"}},
        {"body": {"passwordHint": "your first pet", "tokens": 12, "key": "blue-dream"}},
    ],
)
def test_anything_other_than_a_key_is_left_alone(params: dict[str, Any]) -> None:
    assert fields(step(**params)) == []


@pytest.mark.parametrize(
    "literal",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "sk_live_4eC39HqLyjWDarjtT1",
        "sk-ant-" + "a1B2" * 8,
        "xoxb-123456789012-abcdefghijkl",
        "AIzaSyA-1234567890abcdefghijklmnopqrstu",
        "SG.abcdefghijklmnop.qrstuvwxyzABCDEF",
        "shpat_0123456789abcdef0123456789abcdef",
        "pbk_0123456789abcdef_abcdefghijklmnopqrstuv",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_a_value_with_a_known_key_prefix_is_found_in_any_action(literal: str) -> None:
    action = {"action": "set", "params": {"values": {"a": [f"use {literal} here"]}}}
    nested = {"action": "for_each", "params": {"items": [1], "steps": [action]}}
    assert fields(action) == ["steps[0].params.values.a[0]"]
    assert fields(nested) == ["steps[0].params.steps[0].params.values.a[0]"]


def test_the_headers_of_a_call_within_a_block_are_looked_at() -> None:
    call = step(headers={"Authorization": "Bearer abc"})
    nested = {"action": "branch", "params": {"cases": [{"when": "true", "steps": [call]}]}}
    assert fields(nested) == ["steps[0].params.cases[0].steps[0].params.headers.Authorization"]


def test_the_problem_names_the_field_and_what_to_do_and_never_the_literal() -> None:
    (found,) = credentials_in([step(headers={"Authorization": "Bearer hush-hush"})])
    assert found.line() == (
        "steps[0].params.headers.Authorization: found what looks like a literal Authorization header; expected "
        "{{secrets.NAME}}. Put it under Settings → Secrets and write {{secrets.NAME}} here"
    )
    assert "hush" not in found.line() + repr(found)


def test_an_edit_is_refused_only_for_keys_it_adds() -> None:
    old, new = step(headers={"Authorization": "Bearer old"}), step(headers={"Authorization": "Bearer new"})
    stored = {"steps": [old]}
    assert new_credentials({"steps": [step(), old]}, stored) == []
    assert [one.path for one in new_credentials({"steps": [old, new]}, stored)] == [
        "steps[1].params.headers.Authorization"
    ]
    assert len(new_credentials({"steps": [old]})) == 1
    assert len(new_credentials({"steps": [old]}, {**stored, "refusedBy": CREDENTIAL})) == 1


@given(JOINED)
def test_words_however_they_are_joined_do_not_look_random(text: str) -> None:
    assert not looks_random(text)


@given(st.text(max_size=80), st.integers(0, 10**30), st.uuids(), st.datetimes())
def test_texts_numbers_ids_and_times_do_not_look_random(text: str, number: int, id_: Any, at: Any) -> None:
    assert not looks_random(" ".join(["a", text]))
    assert not any(map(looks_random, (str(number), str(id_), at.isoformat())))


@pytest.mark.parametrize(("length", "least"), [(24, 0.93), (32, 0.97), (40, 0.98), (64, 0.99)])
def test_most_keys_that_were_drawn_at_random_are_found(length: int, least: float) -> None:
    drawn = random.Random(length)
    letters = ["".join(drawn.choices(DIGITS, k=length)) for _ in range(1_000)]
    encoded = [base64.b64encode(drawn.randbytes(length * 3 // 4)).decode() for _ in range(1_000)]
    assert sum(map(looks_random, letters)) >= least * len(letters)
    assert sum(map(looks_random, encoded)) >= least * len(encoded)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["action", "params", "steps", "headers", "url", "body", "password"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_value_in_place_of_steps_is_read_without_an_error(steps: Any) -> None:
    for one in credentials_in(steps):
        assert one.path.startswith("steps[")


def test_endless_nesting_is_left_to_the_shape_check() -> None:
    value: Any = "x"
    for _ in range(500):
        value = [value]
    assert credentials_in([step(body=value)]) == []
