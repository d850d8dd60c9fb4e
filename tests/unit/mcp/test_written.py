"""What an agent sends of a playbook: its author's fields, and no masked keys but where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from shared.api.errors import InvalidFieldsError
from shared.api.masking import MASKED, masked
from shared.mcp.tools.written import changed_fields, new_fields

SET = {"action": "set", "id": "facts", "params": {"values": {"price": 40}}}


def hook(url: str = "https://hooks.example/x", token: str = "Bearer abc") -> dict[str, Any]:
    params = {"url": url, "method": "POST", "headers": {"Authorization": token}}
    return {"action": "http_request", "id": "hook", "params": params}


def test_a_new_playbook_is_a_draft_unless_it_says_otherwise() -> None:
    written = {"name": "A", "triggers": [], "steps": [SET]}
    assert new_fields(written) == {"status": "draft", **written}
    assert new_fields({**written, "status": "active"})["status"] == "active"


@pytest.mark.parametrize(
    "extra",
    [{"ownerId": "u"}, {"status": "error"}, {"orgId": "o"}, {"name": ""}, {"name": 7}, {"category": "x" * 101}],
)
def test_fields_that_authors_may_not_write_are_refused(extra: dict[str, Any]) -> None:
    (name,) = extra
    with pytest.raises(InvalidFieldsError, match=name):
        new_fields({"name": "A", "triggers": [], "steps": [SET], **extra})


def test_unmentioned_fields_are_unchanged() -> None:
    assert changed_fields({"description": None}, {}) == {"description": None}
    with pytest.raises(InvalidFieldsError, match="at least one"):
        changed_fields({}, {})
    with pytest.raises(InvalidFieldsError, match="status"):
        changed_fields({"status": "active"}, {})


def test_a_step_that_comes_back_as_it_was_shown_keeps_its_keys_wherever_it_stands() -> None:
    stored = {"steps": [hook(), SET]}
    assert changed_fields({"steps": [SET, masked(hook())]}, stored)["steps"] == [SET, hook()]


@pytest.mark.parametrize(
    "step",
    [
        masked(hook("https://evil.example/x")),
        {**masked(hook()), "condition": "1 > 0"},
        {"action": "set", "params": {"values": {"stolen": MASKED}}},
    ],
)
def test_keys_do_not_move_into_another_step(step: dict[str, Any]) -> None:
    with pytest.raises(InvalidFieldsError, match=MASKED):
        changed_fields({"steps": [step]}, {"steps": [hook()]})


def test_keys_are_not_kept_where_a_template_says_who_gets_them() -> None:
    stored = hook("{{steps.facts.url}}")
    with pytest.raises(InvalidFieldsError, match=MASKED):
        changed_fields({"steps": [SET, masked(stored)]}, {"steps": [stored]})


def test_a_key_of_ones_own_is_taken() -> None:
    assert changed_fields({"steps": [hook(token="Bearer new")]}, {"steps": [hook()]})["steps"] == [
        hook(token="Bearer new")
    ]
