"""Agent keys through their door: the owner makes, sees and revokes them, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.running import Stack
from shared.api import agent_key_list
from shared.api.agent_keys import COLLECTION, create_agent_key, hash_of, verify
from shared.api.cron_secret import newest_secret
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from tests.emulator.desk import ORG, OTHER, call, get, open_org, person, post


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    open_org()
    return on_emulators


def stored(key_id: str) -> dict[str, Any]:
    return firestore().document(f"{COLLECTION}/{key_id}").get().to_dict() or {}


def test_a_key_is_shown_when_it_is_made_and_never_again(stack: Stack) -> None:
    owner = person(stack, "owner")
    made = post("keys", owner, {"agent": "ezal", "scopes": ["chat"]}, 201)
    found = verify(made["key"], Clock())
    assert found is not None
    assert (found.org_id, found.agent, found.scopes) == (ORG, "ezal", frozenset({"chat"}))
    answer = call("keys", owner, method="GET")
    (listed,) = answer.get_json()["items"]
    assert (listed["id"], listed["agent"], listed["scopes"], listed["actsFor"]) == (
        made["keyId"],
        "ezal",
        ["chat"],
        [],
    )
    assert listed.keys() == {"id", "agent", "scopes", "actsFor", "createdAt", "lastUsedAt"}
    secret = made["key"].split("_", 2)[2]
    assert secret not in answer.get_data(as_text=True)
    assert hash_of(secret) not in answer.get_data(as_text=True)


def test_without_scopes_a_key_has_those_that_agents_usually_need(stack: Stack) -> None:
    made = post("keys", person(stack, "owner"), {"agent": "ezal"}, 201)
    assert made["scopes"] == sorted(["playbooks:run", "chat", "executions:read", "executions:write"])


def test_a_revoked_key_opens_nothing_from_then_on_and_stays_listed(stack: Stack) -> None:
    owner = person(stack, "owner")
    made = post("keys", owner, {"agent": "ezal"}, 201)
    headers = {"X-Api-Key": made["key"]}
    assert call("keys", headers, method="GET").status_code == 403
    first = post(f"keys/{made['keyId']}/revoke", owner)
    assert call("keys", headers, method="GET").status_code == 401
    assert post(f"keys/{made['keyId']}/revoke", owner) == first
    (listed,) = get("keys", owner)["items"]
    assert listed["revokedAt"] == first["revokedAt"]


def test_the_newest_key_comes_first_and_other_orgs_keys_not_at_all(stack: Stack) -> None:
    create_agent_key(OTHER, "smokey")
    for agent in ("ezal", "craig"):
        create_agent_key(ORG, agent)
    assert [one["agent"] for one in get("keys", person(stack, "owner"))["items"]] == ["craig", "ezal"]


def test_a_malformed_key_hides_no_other_and_can_be_revoked(stack: Stack) -> None:
    owner = person(stack, "owner")
    firestore().document(f"{COLLECTION}/0123456789abcdef").set({"orgId": ORG, "agent": 7})
    create_agent_key(ORG, "craig")
    found = get("keys", owner)
    assert [one["agent"] for one in found["items"]] == ["craig"]
    assert found["unreadable"] == ["0123456789abcdef"]
    post("keys/0123456789abcdef/revoke", owner)
    assert "revokedAt" in stored("0123456789abcdef")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "agent"),
        ({"agent": "Not An Agent"}, "agent"),
        ({"agent": "ezal", "scopes": []}, "scopes"),
        ({"agent": "ezal", "scopes": ["everything"]}, "scopes[0]"),
        ({"agent": "ezal", "actsFor": [""]}, "actsFor[0]"),
        ({"agent": "ezal", "hash": "0"}, "hash"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(stack: Stack, body: dict[str, Any], field: str) -> None:
    refused = post("keys", person(stack, "owner"), body, 422)
    assert [one["field"] for one in refused["errors"]] == [field]
    assert get("keys", person(stack, "owner")) == {"items": [], "unreadable": []}


def test_an_agent_may_act_for_members_alone(stack: Stack) -> None:
    owner, stranger = person(stack, "owner"), person(stack, "owner", OTHER)
    made = post("keys", owner, {"agent": "ezal", "actsFor": [owner.uid]}, 201)
    assert made["actsFor"] == [owner.uid]
    post("keys", owner, {"agent": "ezal", "actsFor": [stranger.uid]}, 404)


def test_there_is_a_most_of_keys_in_use(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_key_list, "MOST_IN_USE", 1)
    owner = person(stack, "owner")
    made = post("keys", owner, {"agent": "ezal"}, 201)
    post("keys", owner, {"agent": "ezal"}, 409)
    post(f"keys/{made['keyId']}/revoke", owner)
    another = post("keys", owner, {"agent": "ezal"}, 201)
    assert another["keyId"] != made["keyId"]


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_keys_are_the_owners_alone(stack: Stack, role: str) -> None:
    key = create_agent_key(ORG, "ezal")
    member = person(stack, role)
    assert call("keys", member, method="GET").status_code == 403
    assert call("keys", member, {"agent": "ezal", "scopes": ["nonsense"]}).status_code == 403
    assert call(f"keys/{key.split('_')[1]}/revoke", member).status_code == 403
    assert "revokedAt" not in stored(key.split("_")[1])


def test_keys_are_for_people(stack: Stack) -> None:
    agent = {"X-Api-Key": create_agent_key(ORG, "craig", ["*"])}
    cron = {"Authorization": f"Bearer {newest_secret()}"}
    for headers, status in ((agent, 403), (cron, 403), ({}, 401)):
        assert call("keys", headers, method="GET").status_code == status
        assert call("keys", headers, {"agent": "ezal"}).status_code == status


def test_another_orgs_key_looks_like_none(stack: Stack) -> None:
    key_id = create_agent_key(OTHER, "smokey").split("_")[1]
    owner = person(stack, "owner")
    theirs = call(f"keys/{key_id}/revoke", owner)
    missing = call("keys/ffffffffffffffff/revoke", owner)
    assert theirs.status_code == missing.status_code == 404
    assert theirs.get_json()["detail"].replace(key_id, "ffffffffffffffff") == missing.get_json()["detail"]
    assert "revokedAt" not in stored(key_id)
    assert call(f"keys?orgId={OTHER}", owner, method="GET").status_code == 404
    assert call("keys", owner, {"orgId": OTHER, "agent": "ezal"}).status_code == 404


def test_revoking_is_a_post(stack: Stack) -> None:
    key_id = create_agent_key(ORG, "ezal").split("_")[1]
    assert call(f"keys/{key_id}/revoke", person(stack, "owner"), method="GET").status_code == 405
    assert call(f"keys/{key_id}", person(stack, "owner")).status_code == 404
