"""Secrets through their door: owners set, list and delete them, other members see names, nobody reads a value."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.gcp import clients
from shared.gcp.secret_manager import MissingSecretError, delete_secret, read_secret
from shared.secrets import store
from shared.secrets.ids import secret_id
from tests.emulator.desk import ORG, OTHER, call, get, open_org, person, post

VALUE = "sk_live_0123456789abcdef"
PATH = "settings/secrets"


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    open_org()
    for org in (ORG, OTHER):
        for one in clients.firestore().collection(f"tenants/{org}/secrets").stream():
            delete_secret(secret_id(org, one.id))
            one.reference.delete()
    return on_emulators


def use(playbook_id: str, name: str, **fields: Any) -> None:
    headers = {"X-Key": f"{{{{secrets.{name}}}}}"}
    step = {"action": "http_request", "params": {"url": "https://a.example/", "headers": headers}}
    nested = {"action": "for_each", "params": {"items": [1], "steps": [step]}}
    document = {"name": f"Playbook {playbook_id}", "status": "draft", "triggers": [], "steps": [nested], **fields}
    clients.firestore().document(f"tenants/{ORG}/playbooks/{playbook_id}").set(document)


def test_an_owner_sets_a_secret_and_nothing_but_secret_manager_has_the_value(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    owner = person(stack, "owner")
    use("p", "SHOP_KEY")
    made = post(PATH, owner, {"name": "SHOP_KEY", "value": f" {VALUE}\n"})
    assert made.keys() == {"name", "updatedAt", "updatedBy"}
    assert read_secret(secret_id(ORG, "SHOP_KEY")) == VALUE
    (listed,) = get(PATH, owner)["items"]
    assert listed == {**made, "usedBy": [{"id": "p", "name": "Playbook p"}]}
    stored = clients.firestore().document(f"tenants/{ORG}/secrets/SHOP_KEY").get().to_dict()
    assert VALUE not in json.dumps([made, listed, stored], default=str) + caplog.text


def test_a_secret_that_is_set_again_replaces_the_one_before(stack: Stack) -> None:
    owner = person(stack, "owner")
    for value in (VALUE, "another value"):
        post(PATH, owner, {"name": "SHOP_KEY", "value": value})
    assert read_secret(secret_id(ORG, "SHOP_KEY")) == "another value"
    assert [one["name"] for one in get(PATH, owner)["items"]] == ["SHOP_KEY"]


def test_editors_and_viewers_see_names_and_change_nothing(stack: Stack) -> None:
    post(PATH, person(stack, "owner"), {"name": "SHOP_KEY", "value": VALUE})
    for role in ("editor", "viewer"):
        member = person(stack, role)
        assert get(PATH, member) == {"items": [{"name": "SHOP_KEY"}]}
        assert call(PATH, member, {"name": "SHOP_KEY", "value": VALUE}).status_code == 403
        assert call(f"{PATH}/SHOP_KEY", member, method="DELETE").status_code == 403


def test_another_org_and_an_agent_reach_none(stack: Stack) -> None:
    post(PATH, person(stack, "owner"), {"name": "SHOP_KEY", "value": VALUE})
    stranger = person(stack, "owner", OTHER)
    assert get(PATH, stranger) == {"items": []}
    assert call(f"{PATH}?orgId={ORG}", stranger, method="GET").status_code == 404
    assert call(PATH, stranger, {"orgId": ORG, "name": "SHOP_KEY", "value": VALUE}).status_code == 404
    assert call(f"{PATH}/SHOP_KEY", stranger, method="DELETE").status_code == 404
    assert call(PATH, {"X-Api-Key": create_agent_key(ORG, "ezal", ("*",))}, method="GET").status_code == 403
    assert read_secret(secret_id(ORG, "SHOP_KEY")) == VALUE


def test_a_deleted_secret_is_gone_and_says_which_playbooks_still_name_it(stack: Stack) -> None:
    owner = person(stack, "owner")
    use("p", "SHOP_KEY")
    post(PATH, owner, {"name": "SHOP_KEY", "value": VALUE})
    answer = call(f"{PATH}/SHOP_KEY", owner, method="DELETE")
    assert answer.get_json() == {"name": "SHOP_KEY", "usedBy": [{"id": "p", "name": "Playbook p"}]}
    with pytest.raises(MissingSecretError):
        read_secret(secret_id(ORG, "SHOP_KEY"))
    assert get(PATH, owner) == {"items": []}
    assert call(f"{PATH}/SHOP_KEY", owner, method="DELETE").status_code == 404


def test_whoever_died_between_value_and_record_is_followed_by_a_delete_that_works(stack: Stack) -> None:
    owner = person(stack, "owner")
    post(PATH, owner, {"name": "SHOP_KEY", "value": VALUE})
    delete_secret(secret_id(ORG, "SHOP_KEY"))
    assert call(f"{PATH}/SHOP_KEY", owner, method="DELETE").status_code == 200
    post(PATH, owner, {"name": "SHOP_KEY", "value": VALUE})
    clients.firestore().document(f"tenants/{ORG}/secrets/SHOP_KEY").delete()
    assert call(f"{PATH}/SHOP_KEY", owner, method="DELETE").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "shop_key", "value": VALUE}, "name"),
        ({"name": "SHOP-KEY", "value": VALUE}, "name"),
        ({"name": "A" * 65, "value": VALUE}, "name"),
        ({"name": "SHOP_KEY", "value": "short42"}, "value"),
        ({"name": "SHOP_KEY", "value": "x" * 16_001}, "value"),
        ({"name": "SHOP_KEY"}, "value"),
        ({"value": VALUE}, "name"),
    ],
)
def test_what_cannot_be_a_secret_is_refused_by_its_field_and_never_quoted(
    stack: Stack, body: dict[str, Any], field: str
) -> None:
    answer = call(PATH, person(stack, "owner"), body)
    assert answer.status_code == 422
    assert answer.get_json()["detail"].startswith(f"{field}: ")
    assert "short42" not in answer.get_data(as_text=True)
    assert VALUE not in answer.get_data(as_text=True)


def test_no_more_than_so_many_are_kept(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_SECRETS", 2)
    owner = person(stack, "owner")
    for name in ("A", "B", "A"):
        post(PATH, owner, {"name": name, "value": VALUE})
    assert call(PATH, owner, {"name": "C", "value": VALUE}).status_code == 409


def test_addresses_beside_it_and_other_methods_are_refused(stack: Stack) -> None:
    owner = person(stack, "owner")
    assert call(f"{PATH}/SHOP_KEY", owner, method="GET").status_code == 405
    assert call(PATH, owner, method="DELETE").status_code == 405
    assert call(f"{PATH}/shop_key", owner, method="DELETE").status_code == 404
