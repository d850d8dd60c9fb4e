"""The door where people decide what agents suggested, on real Firestore and Auth: who may, and what it answers."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.cron_secret import newest_secret
from shared.documents.suggestions import KINDS
from shared.steps.data._record_shapes import is_readable
from tests.emulator.competitive_market import ORG, Market, documents, opened_market
from tests.emulator.suggestion_desk import (
    ITEM,
    PRICING,
    SUGGESTION,
    bearer,
    call,
    get,
    person,
    put,
    put_suggestion,
    undercut,
)

APPROVE: dict[str, Any] = {"decision": "approve"}
S1 = f"suggestions/{PRICING}/s1"


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    put_suggestion()
    return on_emulators


@pytest.fixture
def market(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = opened_market(stack, monkeypatch)
    undercut(opened)
    return opened


def test_the_door_shows_on_get_and_decides_on_post(stack: Stack) -> None:
    editor, viewer = person(stack), person(stack, "viewer")
    shown = call(S1, bearer(viewer), method="GET")
    assert shown.status_code == 200
    assert shown.get_json().items() >= {"suggestionId": "s1", "collection": PRICING, "status": "pending"}.items()
    assert get(PRICING, "s1") == SUGGESTION
    first = call(S1, bearer(editor), {**APPROVE, "comment": "Fine by me"})
    assert first.status_code == 200
    told = {"status": "approved", "decidedBy": editor.uid, "comment": "Fine by me", "suggestedPrice": 36.0}
    assert first.get_json().items() >= told.items()
    again = call(S1, bearer(editor), APPROVE)
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert call(S1, bearer(editor), {"decision": "reject"}).status_code == 409
    assert call(S1, bearer(person(stack)), APPROVE).status_code == 409
    assert get(PRICING, "s1").items() >= told.items()
    assert get("inventory", "i0") == ITEM


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_suggestion_is_decided(stack: Stack, kind: str) -> None:
    put(kind, "one", {"status": "pending", "title": "T"})
    answer = call(f"suggestions/{kind}/one", bearer(person(stack)), {"decision": "reject"})
    assert (answer.status_code, get(kind, "one")["status"]) == (200, "rejected")


@pytest.mark.parametrize(
    "body", [{}, {"decision": "perhaps"}, {**APPROVE, "comment": "x" * 1001}, {**APPROVE, "x": 1}]
)
def test_a_malformed_decision_is_refused(stack: Stack, body: dict[str, Any]) -> None:
    assert call(S1, bearer(person(stack)), body).status_code == 422
    assert get(PRICING, "s1") == SUGGESTION


PATHS = [(S1, APPROVE), ("competitive-actions/a1/resolve", {})]


@pytest.mark.parametrize(("path", "body"), PATHS)
def test_viewers_agents_and_cron_decide_nothing(stack: Stack, path: str, body: dict[str, Any]) -> None:
    agent = {"X-Api-Key": create_agent_key(ORG, "craig", ["*"])}
    cron = {"Authorization": f"Bearer {newest_secret()}"}
    for headers in (bearer(person(stack, "viewer")), agent, cron):
        assert call(path, headers, body).status_code == 403
    for headers in (agent, cron):
        assert call(S1, headers, method="GET").status_code == 403
    assert get(PRICING, "s1") == SUGGESTION


@pytest.mark.parametrize(("path", "body"), PATHS)
def test_an_invalid_credential_decides_nothing(stack: Stack, path: str, body: dict[str, Any]) -> None:
    stale = bearer(person(stack))
    stack.clear_auth()
    for headers in ({}, {"Authorization": "Bearer nonsense"}, stale):
        assert call(path, headers, body).status_code == 401
        assert call(S1, headers, method="GET").status_code == 401
    assert get(PRICING, "s1") == SUGGESTION


@pytest.mark.parametrize(
    ("path", "missing", "body"),
    [
        (S1, f"suggestions/{PRICING}/s2", APPROVE),
        ("competitive-actions/a1/resolve", "competitive-actions/a2/resolve", {}),
    ],
)
def test_anothers_looks_like_none(stack: Stack, path: str, missing: str, body: dict[str, Any]) -> None:
    put("competitive_actions", "a1", {"status": "pending"})
    stranger, editor = bearer(person(stack, "owner", "org2")), bearer(person(stack))
    answers = [
        call(path, stranger, body),
        call(path, stranger, {**body, "orgId": "org2"}),
        call(missing, editor, body),
    ]
    words = [one.get_json()["detail"].replace("s2", "s1").replace("a2", "a1") for one in answers]
    assert ({one.status_code for one in answers}, len(set(words))) == ({404}, 1)
    assert get(PRICING, "s1") == SUGGESTION


def test_anothers_cannot_be_looked_at(stack: Stack) -> None:
    stranger = bearer(person(stack, "owner", "org2"))
    answers = [call(path, stranger, method="GET") for path in (S1, f"{S1}?orgId={ORG}")]
    answers.append(call(f"suggestions/{PRICING}/s2", bearer(person(stack)), method="GET"))
    assert [one.status_code for one in answers] == [404] * 3
    assert len({one.get_json()["detail"].replace("s2", "s1") for one in answers}) == 1


@pytest.mark.parametrize(
    "path", ["suggestions/inventory/i0", "suggestions/s1", f"suggestions/{PRICING}/a/b", f"suggestions/{PRICING}/"]
)
def test_only_the_four_kinds_have_an_address(stack: Stack, path: str) -> None:
    assert call(path, bearer(person(stack)), APPROVE).status_code == 404
    assert get("inventory", "i0") == ITEM


def test_looking_at_a_resolution_is_not_a_method(stack: Stack) -> None:
    answer = call("competitive-actions/a1/resolve", bearer(person(stack)), method="GET")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_an_approval_that_applies_sets_the_price_once(stack: Stack) -> None:
    editor = person(stack)
    first = call(S1, bearer(editor), {**APPROVE, "apply": True})
    assert first.get_json()["appliedPrices"] == [{"itemId": "i0", "price": 36.0, "previousPrice": 40.0}]
    item = get("inventory", "i0")
    assert (item["price"], item["quantity"]) == (36.0, 3)
    origin = {"executionId": "e1", "stepId": "suggest", "playbookId": "p1", "depth": 1}
    assert item["updatedBy"] == {**origin, "suggestionId": "s1", "decidedBy": editor.uid}
    assert item["updatedAt"] == get(PRICING, "s1")["decidedAt"]
    assert is_readable("inventory", "i0", item)
    put("inventory", "i0", {**item, "price": 38})
    again = call(S1, bearer(editor), {**APPROVE, "apply": True})
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert get("inventory", "i0")["price"] == 38


def test_an_action_is_resolved_through_the_door_by_one_person(market: Market, stack: Stack) -> None:
    one = next(iter(documents("competitive_actions")))
    path = f"competitive-actions/{one}/resolve"
    editor = person(stack)
    first = call(path, bearer(editor), {"comment": "Matched in the shop"})
    told = {"status": "resolved", "resolvedBy": editor.uid, "comment": "Matched in the shop"}
    assert (first.status_code, first.get_json()["actionId"]) == (200, one)
    assert first.get_json().items() >= told.items()
    assert get("competitive_actions", one).items() >= told.items()
    again = call(path, bearer(editor))
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert call(path, bearer(person(stack))).status_code == 409
