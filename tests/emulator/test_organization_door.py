"""What an org says of itself: seen by its members, changed by its owner, a field at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.gcp.clients import firestore
from shared.tenants.tenant import load_tenant
from tests.emulator.desk import ORG, OTHER, call, get, open_org, person, post

PATH = "settings/organization"


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    open_org()
    open_org(OTHER)
    return on_emulators


def document(org: str = ORG) -> dict[str, Any]:
    return firestore().document(f"tenants/{org}").get().to_dict() or {}


@pytest.mark.parametrize("role", ["viewer", "editor", "owner"])
def test_every_member_sees_it(stack: Stack, role: str) -> None:
    assert get(PATH, person(stack, role)) == {
        "name": "Green Leaf",
        "timezone": "America/New_York",
        "staffPhones": [],
        "problems": [],
    }


def test_the_owner_changes_what_is_named_and_nothing_else(stack: Stack) -> None:
    owner = person(stack, "owner")
    changed = post(
        PATH,
        owner,
        {
            "name": "  Green Leaf Syracuse ",
            "timezone": "America/Chicago",
            "postalAddress": "1 Salina St\nSyracuse, NY 13202",
            "ownerEmail": "pat@shop.example",
            "staffPhones": ["(315) 555-0101", "+13155550101", "+13155550102"],
            "monthlyBudgetUsd": 250,
        },
    )
    assert changed == {
        "name": "Green Leaf Syracuse",
        "timezone": "America/Chicago",
        "postalAddress": "1 Salina St\nSyracuse, NY 13202",
        "ownerEmail": "pat@shop.example",
        "staffPhones": ["+13155550101", "+13155550102"],
        "monthlyBudgetUsd": 250,
        "problems": [],
    }
    assert get(PATH, owner) == changed
    tenant = load_tenant(ORG)
    assert (tenant.timezone, tenant.staff_phones, tenant.monthly_budget_usd) == (
        "America/Chicago",
        ("+13155550101", "+13155550102"),
        Decimal(250),
    )
    assert document()["tierId"] == "pro"
    assert post(PATH, owner, {"monthlyBudgetUsd": None, "postalAddress": None})["name"] == "Green Leaf Syracuse"
    assert load_tenant(ORG).monthly_budget_usd is None
    assert post(PATH, owner, {}) == get(PATH, owner)


def test_the_digest_is_chosen_and_taken_away_and_other_settings_are_left_alone(stack: Stack) -> None:
    owner = person(stack, "owner")
    firestore().document(f"tenants/{ORG}").update({"settings": {"theme": "dark"}})
    assert post(PATH, owner, {"digest": {"at": "08:00"}})["digest"] == {"at": "08:00"}
    assert get(PATH, owner)["digest"] == {"at": "08:00"}
    assert document()["settings"] == {"theme": "dark", "digest": {"at": "08:00"}}
    assert "digest" not in post(PATH, owner, {"digest": None})
    assert document()["settings"] == {"theme": "dark", "digest": None}


@pytest.mark.parametrize("stored", ["off", {"digest": {"at": "8"}}, {"digest": "08:00"}, {"digest": {"hour": 8}}])
def test_a_stored_digest_that_cannot_be_used_is_a_problem_and_is_fixed(stack: Stack, stored: object) -> None:
    owner = person(stack, "owner")
    firestore().document(f"tenants/{ORG}").update({"settings": stored})
    (problem,) = get(PATH, owner)["problems"]
    assert problem["field"] == "digest"
    assert load_tenant(ORG).name == "Green Leaf", "and stops nothing else"
    mended = post(PATH, owner, {"digest": {"at": "10:00"}})
    assert (mended["digest"], mended["problems"]) == ({"at": "10:00"}, [])
    assert get(PATH, owner) == mended


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"digest": {"at": "8:00"}}, "digest.at"),
        ({"digest": {"at": "24:00"}}, "digest.at"),
        ({"digest": {"at": "08:00", "zone": "UTC"}}, "digest.zone"),
        ({"digest": True}, "digest"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": None}, "timezone"),
        ({"ownerEmail": "pat at shop"}, "ownerEmail"),
        ({"staffPhones": ["+13155550101", "12"]}, "staffPhones[1]"),
        ({"staffPhones": "+13155550101"}, "staffPhones"),
        ({"staffPhones": [f"+1315555{number:04}" for number in range(21)]}, "staffPhones"),
        ({"monthlyBudgetUsd": -1}, "monthlyBudgetUsd"),
        ({"monthlyBudgetUsd": "250"}, "monthlyBudgetUsd"),
        ({"tierId": "enterprise"}, "tierId"),
        ({"status": "active"}, "status"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(stack: Stack, body: dict[str, Any], field: str) -> None:
    before = document()
    refused = post(PATH, person(stack, "owner"), {"name": "Never", **body}, 422)
    assert [one["field"] for one in refused["errors"]] == [field]
    assert document() == before


def test_a_malformed_value_is_shown_as_it_is_with_what_is_wrong(stack: Stack) -> None:
    open_org(timezone="Mars", staffPhones=["12"], monthlyBudgetUsd={"usd": 5}, ownerEmail="pat@shop.example")
    found = get(PATH, person(stack, "viewer"))
    assert {one["field"]: one["found"] for one in found["problems"]} == {
        "timezone": "Mars",
        "staffPhones": '["12"]',
        "monthlyBudgetUsd": '{"usd": 5}',
    }
    assert all("expected" in one["problem"] for one in found["problems"])
    assert found["ownerEmail"] == "pat@shop.example"
    mended = post(PATH, person(stack, "owner"), {"timezone": "America/Denver"})
    assert "timezone" not in {one["field"] for one in mended["problems"]}


def test_a_budget_that_was_written_as_a_text_is_a_number(stack: Stack) -> None:
    open_org(monthlyBudgetUsd="99.50")
    assert get(PATH, person(stack, "viewer"))["monthlyBudgetUsd"] == 99.5


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_the_owner_writes(stack: Stack, role: str) -> None:
    before = document()
    for body in ({"name": "Mine"}, {"nonsense": 1}, {}):
        assert call(PATH, person(stack, role), body).status_code == 403
    assert document() == before


def test_another_org_looks_like_none(stack: Stack) -> None:
    owner, before = person(stack, "owner"), document(OTHER)
    assert call(f"{PATH}?orgId={OTHER}", owner, method="GET").status_code == 404
    assert call(PATH, owner, {"orgId": OTHER, "name": "Mine"}).status_code == 404
    assert call(PATH, person(stack, "owner", "org_nowhere"), {"name": "Mine"}).status_code == 404
    assert document(OTHER) == before
    agent = {"X-Api-Key": create_agent_key(ORG, "craig", ["*"])}
    assert call(PATH, agent, method="GET").status_code == 403
