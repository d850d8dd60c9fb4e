from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
    ("competitors", {**COMPETITOR, "menuUrl": "file:///etc/passwd"}),
    ("competitors", {**COMPETITOR, "menuUrl": 7}),
    ("competitors", {"name": "No address"}),
]


@pytest.mark.parametrize("person", EDITORS)
@pytest.mark.parametrize("name", GOOD)
def test_an_editor_creates_what_people_author(people: People, person: str, name: str) -> None:
    people["server"].delete(org_path(name, "new"))
    assert people[person].create(org_path(name, "new"), GOOD[name]) == 200


@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("name", GOOD)
def test_nobody_else_creates_it(people: People, person: str, name: str) -> None:
    people["server"].delete(org_path(name, "new"))
    assert people[person].create(org_path(name, "new"), GOOD[name]) == 403


@pytest.mark.parametrize("person", EDITORS)
@pytest.mark.parametrize("name", ["playbooks", "inventory", "competitors"])
def test_an_editor_changes_and_deletes_it(people: People, person: str, name: str) -> None:
    assert people[person].update(org_path(name), name="Another name") == 200
    assert people[person].delete(org_path(name)) == 200


@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("name", GOOD)
def test_nobody_else_changes_or_deletes_it(people: People, person: str, name: str) -> None:
    assert people[person].update(org_path(name), name="another.name") == 403
    assert people[person].delete(org_path(name)) == 403


@pytest.mark.parametrize("person", EDITORS)
def test_an_event_that_happened_is_not_changed(people: People, person: str) -> None:
    assert people[person].update(org_path("events"), name="order.cancelled") == 403
    assert people[person].delete(org_path("events")) == 403


@pytest.mark.parametrize(("name", "data"), MALFORMED)
def test_a_malformed_document_is_denied(people: People, name: str, data: dict[str, Any]) -> None:
    people["server"].delete(org_path(name, "new"))
    assert people["owner"].create(org_path(name, "new"), data) == 403


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
    assert people["editor"].create(org_path("events", "late"), {**EVENT, "createdAt": later}) == 403
