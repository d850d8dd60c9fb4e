"""What an editor may write into a playbook: its shape, and never the system's fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.accounts import Account
from tests.rules.conftest import People
from tests.rules.rest import DELETED
from tests.rules.world import CREATED, ORG_COLLECTIONS, OTHER_ORG, PLAYBOOK, org_path

pytestmark = pytest.mark.usefixtures("server")

NEW = org_path("playbooks", "new")
OLD = org_path("playbooks")
NOW = datetime.now(UTC)
TRIGGER = {"type": "manual"}
STEP = {"action": "set"}


def created(people: People, person: str = "editor", **fields: Any) -> int:
    """The status of somebody's creating a playbook with these fields (or without, where DELETED)."""
    people["server"].delete(NEW)
    data = {name: value for name, value in {**PLAYBOOK, **fields}.items() if value is not DELETED}
    return people[person].create(NEW, {"lastEditedBy": people[person].uid, **data})


def edited(people: People, person: str = "editor", **changes: Any) -> int:
    return people[person].update(OLD, **{"lastEditedBy": people[person].uid, **changes})


def system_sets(people: People, **fields: Any) -> None:
    people["server"].put({OLD: {**ORG_COLLECTIONS["playbooks"], **fields}})


@pytest.mark.parametrize("status", ["draft", "active", "paused", "archived"])
def test_an_author_creates_in_any_status_of_an_author(people: People, status: str) -> None:
    assert created(people, status=status) == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 200},
        {"steps": [STEP] * 100},
        {"triggers": [TRIGGER] * 20},
        {"triggers": []},
        {"orgId": DELETED, "agent": DELETED, "category": DELETED},
        {"version": 1, "createdAt": NOW, "updatedAt": NOW},
        {"description": "fields of a newer dashboard pass"},
    ],
)
def test_a_valid_shape_passes(people: People, fields: dict[str, Any]) -> None:
    assert created(people, **fields) == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"name": DELETED},
        {"name": ""},
        {"name": "x" * 201},
        {"name": 7},
        {"status": DELETED},
        {"status": "running"},
        {"status": ["active"]},
        {"triggers": DELETED},
        {"triggers": {}},
        {"triggers": [TRIGGER] * 21},
        {"steps": DELETED},
        {"steps": []},
        {"steps": "scan"},
        {"steps": [STEP] * 101},
        {"agent": 7},
        {"agent": "x" * 32},
        {"orgId": OTHER_ORG},
        {"orgId": None},
        {"createdAt": NOW + timedelta(hours=1)},
        {"updatedAt": "yesterday"},
        {"description": "x" * 5_001},
        {f"field{number}": 1 for number in range(60)},
    ],
)
def test_an_invalid_shape_is_denied(people: People, fields: dict[str, Any]) -> None:
    assert created(people, **fields) == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "error"},
        {"statusReason": "made up"},
        {"statusReason": None},
        {"errorCode": "made_up"},
        {"refusedBy": "tier"},
        {"version": 7},
        {"version": "1"},
        {"ownerId": "somebody-else"},
    ],
)
def test_an_author_does_not_create_with_the_systems_fields(people: People, fields: dict[str, Any]) -> None:
    assert created(people, **fields) == 403


def test_an_author_owns_what_he_creates(people: People, editor_account: Account) -> None:
    assert created(people, ownerId=editor_account.uid) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Renamed"},
        {"status": "active"},
        {"status": "archived"},
        {"steps": [STEP], "triggers": [], "version": 4, "updatedAt": NOW},
    ],
)
def test_an_edit_passes(people: People, changes: dict[str, Any]) -> None:
    assert edited(people, **changes) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "error"},
        {"status": DELETED},
        {"statusReason": "made up"},
        {"errorCode": "made_up"},
        {"ownerId": "me"},
        {"ownerId": DELETED},
        {"createdAt": NOW},
        {"createdAt": DELETED},
        {"version": 3.5},
        {"version": 2},
        {"version": 5},
        {"version": DELETED},
        {"orgId": OTHER_ORG},
        {"steps": []},
        {"steps": [STEP] * 101},
        {"updatedAt": NOW + timedelta(hours=1)},
    ],
)
def test_an_edit_of_the_systems_fields_or_to_an_invalid_shape_is_denied(
    people: People, changes: dict[str, Any]
) -> None:
    assert edited(people, **changes) == 403


def test_a_fix_brings_a_refused_playbook_back_and_clears_the_reason(people: People) -> None:
    system_sets(people, status="error", statusReason="steps[0].action: unknown", errorCode="tier_limit")
    assert edited(people, status="active", statusReason=DELETED, errorCode=DELETED, steps=[STEP]) == 200


def test_a_refused_playbook_may_be_edited_while_the_verdict_stands(people: People) -> None:
    system_sets(people, status="error", statusReason="steps[0].action: unknown")
    assert edited(people, steps=[STEP]) == 200


def test_the_reason_of_a_verdict_is_not_rewritten(people: People) -> None:
    system_sets(people, status="error", statusReason="steps[0].action: unknown", errorCode="unknown_action")
    assert edited(people, statusReason="it is fine") == 403
    assert edited(people, errorCode="busy") == 403
    assert edited(people, refusedBy="tier") == 403


def test_a_playbook_without_a_version_gets_its_second(people: People) -> None:
    old = {name: value for name, value in ORG_COLLECTIONS["playbooks"].items() if name != "version"}
    people["server"].put({OLD: old})
    assert edited(people, version=2) == 200


def test_an_editor_of_another_org_cannot_plant_a_playbook_here(people: People) -> None:
    people["server"].delete(NEW)
    assert created(people, "stranger", orgId=OTHER_ORG) == 403
    assert created(people, "stranger") == 403


def test_the_system_writes_its_verdict(people: People) -> None:
    assert people["server"].update(OLD, status="error", statusReason="because", createdAt=CREATED) == 200


SYSTEM_FIELDS = {"source": "catalog", "pausedBy": "tier", "catalogVersion": 9, "catalogHash": "0" * 32}
FROM_CATALOG = {"source": "catalog", "catalogVersion": 1, "catalogHash": "a" * 32}


@pytest.mark.parametrize("field", SYSTEM_FIELDS)
def test_nobody_passes_a_playbook_off_as_the_catalog_s(people: People, field: str) -> None:
    assert created(people, "editor", **{field: SYSTEM_FIELDS[field]}) == 403
    system_sets(people)
    assert edited(people, "editor", **{field: SYSTEM_FIELDS[field]}) == 403


@pytest.mark.parametrize("field", FROM_CATALOG)
def test_where_a_catalog_playbook_comes_from_stays(people: People, field: str) -> None:
    system_sets(people, **FROM_CATALOG)
    assert edited(people, "editor", **{field: DELETED}) == 403


def test_an_editor_edits_and_pauses_a_catalog_playbook(people: People) -> None:
    system_sets(people, **FROM_CATALOG, status="active")
    assert edited(people, name="Ours now", steps=[STEP]) == 200
    assert edited(people, status="paused") == 200
    assert edited(people, status="active") == 200


def test_what_the_tier_lets_rest_is_not_woken_by_hand(people: People) -> None:
    system_sets(people, **FROM_CATALOG, status="paused", pausedBy="tier")
    assert edited(people, status="active") == 403
    assert edited(people, pausedBy=DELETED, status="active") == 403
    assert edited(people, name="A better name") == 200


@pytest.mark.parametrize("editor", [None, "", "somebody-else", 7])
def test_who_writes_signs(people: People, editor: Any) -> None:
    assert created(people, lastEditedBy=editor) == 403
    system_sets(people, lastEditedBy="somebody-else")
    assert edited(people, lastEditedBy=editor, name="Renamed") == 403


def test_nobody_writes_without_signing(people: People) -> None:
    people["server"].delete(NEW)
    assert people["editor"].create(NEW, PLAYBOOK) == 403
    system_sets(people, lastEditedBy="somebody-else")
    assert people["editor"].update(OLD, name="Renamed") == 403
    system_sets(people)
    assert people["editor"].update(OLD, name="Renamed") == 403


def test_only_owners_set_who_a_playbook_writes_to(people: People) -> None:
    address = "pat@shop.example"
    assert created(people, ownerEmail=address) == 403
    assert created(people, "owner", ownerEmail=address) == 200
    system_sets(people, ownerEmail=address)
    assert edited(people, ownerEmail="me@elsewhere.example") == 403
    assert edited(people, ownerEmail=DELETED) == 403
    assert edited(people, name="Renamed") == 200
    assert edited(people, "owner", ownerEmail="somebody@shop.example") == 200
    assert edited(people, "owner", ownerEmail="nobody") == 403
