"""Going through items each by itself: failures counted over processes, passed over, told, released."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument, ServiceUnavailable

from local.stack.running import Stack
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.notices.quarantine_alert import notify_owners
from shared.quarantine import command, entries
from shared.quarantine.entries import Item
from shared.quarantine.isolation import BROKEN_WORKER, Counts, Isolation
from tests.emulator.executions import documents
from tests.harness.operations import counted

pytestmark = pytest.mark.usefixtures("on_emulators")


def put(org_id: str, **fields: Any) -> None:
    clients.firestore().document(f"tenants/{org_id}").set({"name": org_id, "timezone": "UTC", **fields})


def go_through(
    worker: str, *, at_once: int = 1, error: type[Exception] = InvalidArgument
) -> tuple[list[str], Counts]:
    """A worker that fails with every org that is `bad`; whom it has dealt with."""
    dealt_with: list[str] = []

    def deal(snapshot: Any) -> None:
        if snapshot.get("bad"):
            raise error("no")
        dealt_with.append(snapshot.id)

    found = list(clients.firestore().collection("tenants").stream())
    with Isolation(worker) as isolation:
        isolation.each(found, Item.of, deal, at_once=at_once)
    return sorted(dealt_with), isolation.counts


@pytest.fixture
def worker() -> str:
    for name, bad in (("o1", False), ("o2", True), ("o3", False)):
        put(name, bad=bad)
    return f"worker-{uuid.uuid4().hex[:6]}"


@pytest.mark.parametrize("at_once", [1, 4])
def test_one_that_fails_stops_nobody_and_is_skipped_from_the_third_failure(worker: str, at_once: int) -> None:
    for _ in range(3):
        assert go_through(worker, at_once=at_once) == (["o1", "o3"], Counts(done=2, failed=1))
    assert go_through(worker, at_once=at_once) == (["o1", "o3"], Counts(done=2, passed_over=1))
    (entry,) = documents(entries.COLLECTION)
    assert (entry["path"], entry["orgId"], entry["worker"]) == ("tenants/o2", "o2", worker)
    assert (entry["failures"], entry["status"], entry["told"]) == (3, "quarantined", False)
    assert entry["reason"].startswith("InvalidArgument")
    assert go_through(f"{worker}-other")[1].failed == 1, "another worker knows nothing of it"


def test_a_document_that_is_written_again_is_tried_again_and_forgotten_once_it_is_fine(worker: str) -> None:
    for _ in range(3):
        go_through(worker)
    put("o2", bad=True, again=1)
    assert go_through(worker)[1] == Counts(done=2, failed=1)
    assert [entry["failures"] for entry in documents(entries.COLLECTION)] == [1]
    put("o2", bad=False)
    assert go_through(worker) == (["o1", "o2", "o3"], Counts(done=3))
    assert documents(entries.COLLECTION) == []


def test_healthy_items_cost_no_write_and_one_read_in_all(worker: str) -> None:
    put("o2", bad=False)
    found = list(clients.firestore().collection("tenants").stream())
    with counted() as operations, Isolation(worker) as isolation:
        isolation.each(found, Item.of, lambda one: one.id)
    assert (len(operations.writes), operations.queries, operations.commits) == (0, 1, 0)


def test_a_single_item_costs_one_read_however_many_others_are_in_quarantine(worker: str) -> None:
    for _ in range(3):
        go_through(worker)
    with counted() as operations, Isolation(worker) as isolation:
        isolation.run(Item("tenants/o1"), lambda: None)
    assert (len(operations.writes), operations.queries) == (0, 0)
    bad = Item.of(clients.firestore().document("tenants/o2").get())
    assert isolation.run(bad, lambda: "tried") is None


def test_what_may_pass_is_never_held_against_the_item_and_asks_to_come_again(worker: str) -> None:
    for _ in range(4):
        dealt_with, counts = go_through(worker, error=ServiceUnavailable)
        assert (dealt_with, counts) == (["o1", "o3"], Counts(done=2, waiting=1))
    assert documents(entries.COLLECTION) == []
    with Isolation(worker) as isolation:
        isolation.run(Item("tenants/o1"), lambda: isolation.require_no_waiting())

    def away() -> None:
        raise TransientError("away")

    isolation.run(Item("tenants/o2"), away)
    with pytest.raises(TransientError, match="1 could not be dealt with now: tenants/o2"):
        isolation.require_no_waiting()


def test_a_worker_that_fails_with_everything_puts_nothing_into_quarantine(on_emulators: Stack) -> None:
    def broken(_: int) -> None:
        raise NameError("a bad deploy")

    with Isolation("broken") as isolation:
        isolation.each(range(BROKEN_WORKER), lambda number: Item(f"tenants/o{number}"), broken)
    assert isolation.counts.failed == BROKEN_WORKER
    assert documents(entries.COLLECTION) == []


def test_the_owner_is_notified_once_and_also_where_its_own_document_is_what_is_broken(worker: str) -> None:
    put("o1", bad=True, ownerEmail="owner@o1.example")
    put("o2", bad=True, timezone="Eastern")
    for _ in range(3):
        go_through(worker)
    clients.firestore().document("quarantine/garbage").set({"told": False, "orgId": 7})
    now = Clock().now()
    assert notify_owners(now) == 2
    assert notify_owners(now) == 0
    told = documents("inbox_notifications")
    assert sorted(one["orgId"] for one in told) == ["o1", "o2"]
    assert all("tenants/o" in one["body"] and "InvalidArgument" in one["body"] for one in told)


def test_a_death_between_the_telling_and_its_note_tells_once(worker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        go_through(worker)
    (entry,) = clients.firestore().collection(entries.COLLECTION).stream()
    notify_owners(Clock().now())
    entry.reference.update({"told": False})
    assert notify_owners(Clock().now()) == 1
    assert len(documents("inbox_notifications")) == 1


def test_the_command_lists_and_releases(worker: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        go_through(worker)
    (entry,) = clients.firestore().collection(entries.COLLECTION).stream()
    assert command.run(["--org", ""]) == 0
    listed = capsys.readouterr().out
    assert entry.id in listed
    assert "tenants/o2" in listed
    assert command.run(["--org", "o1"]) == 0
    assert capsys.readouterr().out == "nothing is in quarantine\n"
    assert command.run(["--release", "nonsense"]) == 1
    assert "expected the id of an entry" in capsys.readouterr().err
    assert command.run(["--release", entry.id]) == 0
    assert go_through(worker)[1].failed == 1
