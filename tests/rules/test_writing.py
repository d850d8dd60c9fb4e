from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.steps.delivery.publish_event import SYSTEM_EVENTS
from tests.rules.conftest import People
from tests.rules.rest import DELETED, RestClient
from tests.rules.world import (
    AGENT_KEY,
    AUTHORED,
    COMPETITOR,
    EVENT,
    ITEM,
    ORG,
    ORG_COLLECTIONS,
    OTHER_ORG,
    PLAYBOOK,
    PREFERENCES,
    TOP_COLLECTIONS,
    UNNAMED,
    org_path,
)

RULES = Path(__file__).parents[2] / "firestore.rules"

pytestmark = pytest.mark.usefixtures("server")

EDITORS = ["owner", "editor"]
OTHERS = ["viewer", "stranger", "orgless", "empty org", "roleless", "odd role", "nobody"]
EVERYBODY = [*EDITORS, *OTHERS]
GOOD: dict[str, dict[str, Any]] = {
    "playbooks": PLAYBOOK,
    "inventory": ITEM,
    "events": EVENT,
    "competitors": COMPETITOR,
}
SYSTEM_DOCUMENTS = [
    f"tenants/{ORG}",
    *(org_path(name) for name in ORG_COLLECTIONS if name not in AUTHORED),
    *(f"{name}/{document_id}" for name, document_id in TOP_COLLECTIONS.items()),
    PREFERENCES,
    AGENT_KEY,
    UNNAMED,
]
MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("inventory", {**ITEM, "name": ""}),
    ("inventory", {**ITEM, "price": "35"}),
    ("inventory", {**ITEM, "price": -1}),
    ("inventory", {**ITEM, "quantity": "many"}),
    ("inventory", {"price": 3}),
    ("events", {**EVENT, "name": "Order Completed"}),
    ("events", {**EVENT, "name": "order"}),
    ("events", {**EVENT, "data": "text"}),
    ("events", {**EVENT, "orgId": OTHER_ORG}),
    ("events", {"data": {}}),
    ("events", {**EVENT, "createdBy": "somebody-else"}),
    ("events", {**EVENT, "createdBy": DELETED}),
    ("events", {**EVENT, "data": {f"field{number}": 1 for number in range(101)}}),
    ("events", {**EVENT, "name": "a." + "b" * 99}),
    *(("events", {**EVENT, "name": f"{first}.anything"}) for first in SYSTEM_EVENTS),
    ("inventory", {**ITEM, "description": "x" * 5_001}),
    ("inventory", {**ITEM, "imageUrl": "x" * 2_001}),
    ("inventory", {**ITEM, "category": "x" * 101}),
    ("inventory", {**ITEM, **{f"field{number}": 1 for number in range(60)}}),
    ("inventory", {**ITEM, "updatedBy": {"executionId": "e1", "depth": 0}}),
    ("inventory", {**ITEM, "lastEditedBy": "somebody-else"}),
    ("competitors", {**COMPETITOR, **{f"field{number}": 1 for number in range(30)}}),
    ("competitors", {**COMPETITOR, "menuUrl": "file:///etc/passwd"}),
    ("competitors", {**COMPETITOR, "menuUrl": 7}),
    ("competitors", {"name": "No address"}),
]


def signed(client: RestClient, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The document with its writer's name, as the product's own pages write it."""
    writer = {"playbooks": "lastEditedBy", "events": "createdBy"}.get(name)
    whole = {**({writer: client.uid} if writer else {}), **data}
    return {field: value for field, value in whole.items() if value is not DELETED}


@pytest.mark.parametrize("person", EDITORS)
@pytest.mark.parametrize("name", GOOD)
def test_an_editor_creates_what_people_author(people: People, person: str, name: str) -> None:
    people["server"].delete(org_path(name, "new"))
    client = people[person]
    assert client.create(org_path(name, "new"), signed(client, name, GOOD[name])) == 200


@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("name", GOOD)
def test_nobody_else_creates_it(people: People, person: str, name: str) -> None:
    people["server"].delete(org_path(name, "new"))
    client = people[person]
    assert client.create(org_path(name, "new"), signed(client, name, GOOD[name])) == 403


@pytest.mark.parametrize("person", EDITORS)
@pytest.mark.parametrize("name", ["playbooks", "inventory", "competitors"])
def test_an_editor_changes_and_deletes_it(people: People, person: str, name: str) -> None:
    client = people[person]
    assert client.update(org_path(name), **signed(client, name, {"name": "Another name"})) == 200
    assert people[person].delete(org_path(name)) == 200


@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("name", GOOD)
def test_nobody_else_changes_or_deletes_it(people: People, person: str, name: str) -> None:
    client = people[person]
    assert client.update(org_path(name), **signed(client, name, {"name": "another.name"})) == 403
    assert people[person].delete(org_path(name)) == 403


@pytest.mark.parametrize("person", EDITORS)
def test_an_event_that_happened_is_not_changed(people: People, person: str) -> None:
    assert people[person].update(org_path("events"), name="order.cancelled") == 403
    assert people[person].delete(org_path("events")) == 403


@pytest.mark.parametrize(("name", "data"), MALFORMED)
def test_a_malformed_document_is_denied(people: People, name: str, data: dict[str, Any]) -> None:
    people["server"].delete(org_path(name, "new"))
    client = people["owner"]
    assert client.create(org_path(name, "new"), signed(client, name, data)) == 403


@pytest.mark.parametrize("person", EVERYBODY)
@pytest.mark.parametrize("path", SYSTEM_DOCUMENTS)
def test_what_the_system_keeps_is_written_by_the_server_alone(people: People, person: str, path: str) -> None:
    caller: RestClient = people[person]
    assert caller.create(f"{path}-new", {"orgId": ORG}) == 403
    assert caller.update(path, note="mine") == 403
    assert caller.delete(path) == 403


@pytest.mark.parametrize("path", SYSTEM_DOCUMENTS)
def test_the_server_writes_it(people: People, path: str) -> None:
    assert people["server"].update(path, note="ours") == 200


def test_the_alert_of_an_org_is_not_marked_read_past_the_api(people: People) -> None:
    assert people["owner"].update("inbox_notifications/note-1", read=True) == 403


def test_a_price_can_be_removed(people: People) -> None:
    assert people["editor"].update(org_path("inventory"), price=DELETED) == 200


def test_an_event_of_the_future_is_denied(people: People) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    client = people["editor"]
    assert client.create(org_path("events", "late"), signed(client, "events", {**EVENT, "createdAt": later})) == 403


def test_the_names_that_rules_keep_for_the_system_are_those_that_no_playbook_may_publish() -> None:
    (kept,) = re.findall(r"!data\.name\.matches\('\^\(([a-z|]+)\)\[\.\]", RULES.read_text())
    assert tuple(kept.split("|")) == SYSTEM_EVENTS


def test_a_name_that_only_begins_like_the_systems_is_free(people: People) -> None:
    client = people["editor"]
    people["server"].delete(org_path("events", "new"))
    own = {**EVENT, "name": "organic.delivered"}
    assert client.create(org_path("events", "new"), signed(client, "events", own)) == 200


def test_who_changes_an_item_signs_with_their_own_name_or_none(people: People) -> None:
    editor = people["editor"]
    step = {"executionId": "e1", "depth": 1}
    people["server"].put({org_path("inventory"): {**ITEM, "updatedBy": step, "lastEditedBy": "somebody-else"}})
    assert editor.update(org_path("inventory"), quantity=1) == 403, "it would be said to be somebody else's write"
    assert editor.update(org_path("inventory"), quantity=1, lastEditedBy=editor.uid) == 200
    assert editor.update(org_path("inventory"), updatedBy={"executionId": "e2"}) == 403
    assert editor.update(org_path("inventory"), updatedBy=DELETED) == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"ownerEmail": "pat@shop.example"},
        {"driveFolderId": "folder-1", "driveFolderIds": ["folder-1", "folder-2"]},
    ],
)
def test_where_an_orgs_mail_and_files_go_is_its_owners_word(people: People, changes: dict[str, Any]) -> None:
    for person in ("editor", "viewer", "stranger", "nobody"):
        assert people[person].update(f"tenants/{ORG}", **changes) == 403
    assert people["owner"].update(f"tenants/{ORG}", **changes) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"ownerEmail": "nobody"},
        {"driveFolderId": "x" * 201},
        {"driveFolderIds": "folder-1"},
        {"driveFolderIds": ["folder"] * 51},
        {"ownerEmail": "pat@shop.example", "tierId": "enterprise"},
        {"status": "active"},
        {"staffPhones": []},
    ],
)
def test_an_owner_changes_nothing_else_of_the_org(people: People, changes: dict[str, Any]) -> None:
    assert people["owner"].update(f"tenants/{ORG}", **changes) == 403


SCAN_FIELDS: list[tuple[str, Any]] = [
    ("lastScan", {"at": datetime(2026, 1, 5, tzinfo=UTC), "status": "ok"}),
    ("lastMenu", {"snapshotId": "of-another", "products": 1}),
    ("comparison", {"matched": 0, "undercuts": 0}),
    ("unreadable", {"failures": 0}),
]


@pytest.mark.parametrize(("field", "forged"), SCAN_FIELDS)
def test_what_came_of_a_scan_is_the_servers_word(people: People, field: str, forged: Any) -> None:
    owner, path = people["owner"], org_path("competitors")
    people["server"].delete(org_path("competitors", "new"))
    assert owner.create(org_path("competitors", "new"), {**COMPETITOR, field: forged}) == 403
    people["server"].put({path: {**COMPETITOR, field: {"status": "failed"}}})
    assert owner.update(path, **{field: forged}) == 403
    assert owner.update(path, **{field: DELETED}) == 403
    assert owner.update(path, menuUrl="https://green.example/new") == 200
