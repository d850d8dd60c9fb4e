"""The data actions against real Firestore: confined to the org, made once, never over another's document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import WriteBatch

from local.stack.running import Stack
from shared.errors import ConflictError, NotFoundError, PermanentError
from shared.gcp.clients import firestore
from shared.steps.registry import load_action
from tests.unit.steps.fakes import NOW, PerformingEffects, RecordingEffects, step_context

ORG = "tenants/org_1"


@pytest.fixture(autouse=True)
def _records(on_emulators: Stack) -> None:
    put("tenants/org_1/inventory/i1", name="Blue Dream", price=40, quantity=5, supplier="Old")
    put("tenants/org_1/inventory/i2", name="OG Kush", price=75, quantity=50)
    put("tenants/org_2/inventory/i3", name="Theirs", price=1, quantity=1)


def put(path: str, **fields: Any) -> None:
    firestore().document(path).set(fields)


def read(path: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = firestore().document(path).get().to_dict()
    return found


def paths() -> Iterator[str]:
    for collection in firestore().document(ORG).collections():
        for document in collection.stream():
            yield document.reference.path


def run(
    name: str, /, *, step: str = "step", dry: bool = False, scope: dict[str, Any] | None = None, **params: Any
) -> dict[str, Any]:
    action = load_action(name)
    context = dataclasses.replace(
        step_context(RecordingEffects() if dry else PerformingEffects()), step_id=step, scope=scope or {}
    )
    output = action.run(action.params.model_validate(params), context)
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True)
    return dumped


# ---- count, get_document ----


def test_count_counts_the_orgs_own() -> None:
    assert run("count", collection="inventory") == {"count": 2}
    assert run("count", collection="inventory", where=[["quantity", "<", 10]]) == {"count": 1}


def test_count_across_tenants_is_confined_by_the_org_id() -> None:
    for number, org in enumerate(["org_1", "org_1", "org_2"]):
        put(f"dead_letters/d{number}", orgId=org, status="open")
    assert run("count", collection="dead_letters", where=[["status", "==", "open"]]) == {"count": 2}
    assert run("count", collection="dead_letters", where=[["orgId", "==", "org_2"]]) == {"count": 0}


def test_a_document_is_read_with_its_id() -> None:
    found = run("get_document", collection="inventory", id="i2")
    assert found == {"found": True, "document": {"id": "i2", "name": "OG Kush", "price": 75, "quantity": 50}}


def test_what_is_not_there_is_an_answer_or_an_error_as_asked() -> None:
    assert run("get_document", collection="inventory", id="i3") == {"found": False, "document": None}
    with pytest.raises(NotFoundError, match="id: found no such document in inventory"):
        run("get_document", collection="inventory", id="i3", required=True)


def test_another_orgs_document_of_a_shared_collection_is_as_good_as_none() -> None:
    put("dead_letters/mine", orgId="org_1", error="x")
    put("dead_letters/theirs", orgId="org_2", error="secret")
    put("dead_letters/nobodys", error="secret")
    assert run("get_document", collection="dead_letters", id="mine")["found"]
    for document_id in ("theirs", "nobodys"):
        assert run("get_document", collection="dead_letters", id=document_id) == {"found": False, "document": None}


# ---- create_document ----


def test_a_retry_finds_the_document_that_it_made() -> None:
    data = {"title": "Count", "at": "2026-11-24T09:00:00-05:00"}
    first = run("create_document", collection="notes", data=data)
    put_later = firestore().document(f"{ORG}/notes/{first['id']}")
    put_later.update({"title": "Changed by a person"})
    assert run("create_document", collection="notes", data=data) == first == {"id": first["id"], "created": True}
    assert read(f"{ORG}/notes/{first['id']}") == {
        "title": "Changed by a person",
        "at": datetime(2026, 11, 24, 14, tzinfo=UTC),
        "createdAt": NOW,
        "createdBy": {"executionId": "run_1", "stepId": "step", "playbookId": "pb_1", "depth": 0},
    }


def test_another_step_makes_another_document() -> None:
    one = run("create_document", step="each/0/note", collection="notes", data={})
    other = run("create_document", step="each/1/note", collection="notes", data={})
    assert one["id"] != other["id"]


def test_a_document_of_that_id_is_never_overwritten() -> None:
    put(f"{ORG}/customers/c1", name="Ann")
    with pytest.raises(ConflictError, match="customers/c1 exists already"):
        run("create_document", collection="customers", id="c1", data={"name": "Bob"})
    kept = run("create_document", collection="customers", id="c1", data={"name": "Bob"}, ifExists="keep")
    assert kept == {"id": "c1", "created": False}
    assert read(f"{ORG}/customers/c1") == {"name": "Ann"}


def test_a_retry_with_an_id_finds_its_own() -> None:
    for _ in range(2):
        assert run("create_document", collection="notes", id="n1", data={}) == {"id": "n1", "created": True}
    with pytest.raises(ConflictError):
        run("create_document", step="another", collection="notes", id="n1", data={})


def test_a_malformed_record_is_not_made() -> None:
    with pytest.raises(PermanentError, match=r"customers/.* would be malformed: totalSpent"):
        run("create_document", collection="customers", data={"totalSpent": "much"})
    assert not [path for path in paths() if "customers" in path]


# ---- update_document ----


def test_an_update_sets_unsets_and_increments_once_however_often_it_runs() -> None:
    for _ in range(3):
        output = run(
            "update_document",
            collection="inventory",
            id="i1",
            set={"price": 38.5, "bin.shelf": 4, "expiresAt": "2026-12-01T00:00:00Z"},
            unset=["supplier"],
            increment={"quantity": -4},
        )
    assert output == {"id": "i1", "changed": ["price", "bin.shelf", "expiresAt", "supplier", "quantity"]}
    assert read(f"{ORG}/inventory/i1") == {
        "name": "Blue Dream",
        "price": 38.5,
        "quantity": 1,
        "bin": {"shelf": 4},
        "expiresAt": datetime(2026, 12, 1, tzinfo=UTC),
        "updatedAt": NOW,
        "updatedBy": {"executionId": "run_1", "stepId": "step", "playbookId": "pb_1", "depth": 0},
    }


def test_each_step_increments_for_itself() -> None:
    for step in ("each/0/add", "each/1/add"):
        run("update_document", step=step, collection="inventory", id="i1", increment={"quantity": 2, "counted": 1})
    found = read(f"{ORG}/inventory/i1") or {}
    assert (found["quantity"], found["counted"]) == (9, 2)


def test_a_retry_that_read_before_its_twin_wrote_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    commit = WriteBatch.commit

    def slow_commit(batch: WriteBatch, *args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        run("update_document", collection="inventory", id="i1", increment={"quantity": 2})
        return commit(batch, *args, **kwargs)

    monkeypatch.setattr(WriteBatch, "commit", slow_commit)
    run("update_document", collection="inventory", id="i1", increment={"quantity": 2})
    assert (read(f"{ORG}/inventory/i1") or {})["quantity"] == 7


def test_what_the_marker_keeps_goes_away_by_itself() -> None:
    run("update_document", collection="inventory", id="i1", increment={"quantity": 2})
    (marker,) = (read(path) for path in paths() if "applied_effects" in path)
    assert marker is not None
    assert (marker["document"], (marker["expireAt"] - NOW).days) == ("inventory/i1", 90)


def test_what_is_only_set_leaves_no_marker() -> None:
    run("update_document", collection="inventory", id="i1", set={"price": 41})
    assert not [path for path in paths() if "applied_effects" in path]


@pytest.mark.parametrize("document_id", ["i3", "nothing"])
def test_what_the_org_does_not_have_is_not_updated(document_id: str) -> None:
    changes: list[dict[str, Any]] = [{"set": {"price": 2}}, {"increment": {"quantity": 1}}]
    for change in changes:
        with pytest.raises(NotFoundError, match="id: found no such document in inventory"):
            run("update_document", collection="inventory", id=document_id, **change)
    assert (read("tenants/org_2/inventory/i3") or {})["price"] == 1
    assert read(f"{ORG}/inventory/{document_id}") is None


def test_a_document_that_goes_between_reading_and_writing_is_reported_as_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit = WriteBatch.commit

    def late_commit(batch: WriteBatch, *args: Any, **kwargs: Any) -> Any:
        firestore().document(f"{ORG}/inventory/i1").delete()
        return commit(batch, *args, **kwargs)

    monkeypatch.setattr(WriteBatch, "commit", late_commit)
    with pytest.raises(NotFoundError, match="the document in inventory was deleted meanwhile"):
        run("update_document", collection="inventory", id="i1", increment={"quantity": 1})


@pytest.mark.parametrize(
    "change",
    [{"set": {"price": "40"}}, {"increment": {"quantity": -6}}, {"unset": ["name"]}, {"set": {"price": -1}}],
)
def test_an_update_that_breaks_an_item_is_refused(change: dict[str, Any]) -> None:
    before = read(f"{ORG}/inventory/i1")
    with pytest.raises(PermanentError, match="inventory/i1 would be malformed"):
        run("update_document", collection="inventory", id="i1", **change)
    assert read(f"{ORG}/inventory/i1") == before


def test_an_update_may_fix_an_item_that_is_broken() -> None:
    put(f"{ORG}/inventory/i4", name="Broken", price="free", quantity=1)
    run("update_document", collection="inventory", id="i4", set={"note": "look at the price"})
    run("update_document", step="mend", collection="inventory", id="i4", set={"price": 3})
    assert (read(f"{ORG}/inventory/i4") or {})["price"] == 3


def test_anything_other_than_a_number_is_not_incremented() -> None:
    put(f"{ORG}/notes/n1", count="three")
    with pytest.raises(PermanentError, match=r"increment\.count: found a text of 5 characters"):
        run("update_document", collection="notes", id="n1", increment={"count": 1})


# ---- publish_event ----


def test_an_event_is_published_once_however_often_it_is_retried() -> None:
    outputs = [run("publish_event", name="shelf.counted", data={"missing": 2}) for _ in range(2)]
    assert outputs[0] == outputs[1]
    (path,) = (path for path in paths() if "events" in path)
    assert path == f"{ORG}/events/{outputs[0]['eventId']}"
    assert read(path) == {
        "name": "shelf.counted",
        "data": {"missing": 2},
        "createdAt": NOW,
        "source": {"executionId": "run_1", "stepId": "step", "playbookId": "pb_1", "depth": 0},
        "hops": 1,
    }


# ---- all ----


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("create_document", {"collection": "notes", "data": {"a": 1}}),
        ("update_document", {"collection": "inventory", "id": "i1", "increment": {"quantity": 1}}),
        ("publish_event", {"name": "shelf.counted"}),
    ],
)
def test_a_dry_run_leaves_nothing(name: str, params: dict[str, Any]) -> None:
    before = {path: read(path) for path in paths()}
    run(name, dry=True, **params)
    assert {path: read(path) for path in paths()} == before
