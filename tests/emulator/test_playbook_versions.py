"""A playbook's history: one version an edit, whatever comes twice, late, in another order, or dies."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.cloud_events import DocumentChange
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.triggers import versions
from shared.triggers.versions import KEPT, KEPT_AFTER_DELETION, note_version
from tests.emulator.executions import ORG, SET, put_playbook

pytestmark = pytest.mark.usefixtures("on_emulators")

WRITTEN = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST: dict[str, Any] = {
    "name": "P",
    "status": "active",
    "triggers": [],
    "steps": [SET],
    "lastEditedBy": "u1",
    "version": 1,
}
SECOND = {**FIRST, "name": "Renamed", "lastEditedBy": "u2", "version": 2}


def change(before: dict[str, Any] | None, after: dict[str, Any] | None, minutes: int = 0) -> DocumentChange:
    return DocumentChange(before, after, (WRITTEN + timedelta(minutes=minutes)).isoformat())


def note(before: dict[str, Any] | None, after: dict[str, Any] | None, minutes: int = 0) -> bool:
    return note_version(ORG, "p", change(before, after, minutes), Clock())


def kept() -> list[dict[str, Any]]:
    """Newest first."""
    query = clients.firestore().collection(f"tenants/{ORG}/playbooks/p/versions")
    return [one.to_dict() or {} for one in query.order_by("editedAt", direction="DESCENDING").stream()]


@pytest.fixture(autouse=True)
def _playbook(on_emulators: Stack) -> None:
    put_playbook("p", [SET])


def test_each_edit_is_a_version_with_who_and_when() -> None:
    assert note(None, FIRST)
    assert note(FIRST, SECOND, 1)
    newest, oldest = kept()
    assert (oldest["editedBy"], oldest["editedAt"], oldest["isFirst"]) == ("u1", WRITTEN, True)
    assert (newest["editedBy"], newest["version"], newest["isFirst"]) == ("u2", 2, False)
    assert newest["content"] == {"name": "Renamed", "triggers": [], "steps": [SET]}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "paused", "lastEditedBy": "u2"},
        {"updatedAt": WRITTEN},
        {"status": "error", "statusReason": "steps[0]: is missing", "refusedBy": "tier"},
        {"source": "catalog", "pausedBy": "tier", "catalogHash": "x"},
    ],
)
def test_what_no_author_writes_makes_no_version(fields: dict[str, Any]) -> None:
    note(None, FIRST)
    assert not note(FIRST, {**FIRST, **fields}, 1)
    assert len(kept()) == 1


def test_what_the_catalog_brings_is_nobodys_edit() -> None:
    note(None, {**FIRST, "catalogVersion": 1})
    note({**FIRST, "catalogVersion": 1}, {**SECOND, "catalogVersion": 2}, 1)
    note({**SECOND, "catalogVersion": 2}, {**FIRST, "catalogVersion": 2}, 2)
    assert [one.get("editedBy") for one in kept()] == ["u1", None, None]


def test_events_that_come_twice_and_in_any_order_end_in_the_same_history() -> None:
    third = {**SECOND, "name": "Again"}
    events = [(None, FIRST, 0), (FIRST, SECOND, 1), (SECOND, third, 2)]
    for order in itertools.permutations(events):
        for event in (*order, order[0]):
            note(*event)
        assert [one["content"]["name"] for one in kept()] == ["Again", "Renamed", "P"]


def test_only_the_latest_are_kept_and_a_death_in_between_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: str) -> None:
        raise RuntimeError("killed")

    names = [{**FIRST, "name": f"n{number}"} for number in range(KEPT + 4)]
    note(None, names[0])
    with monkeypatch.context() as dying:
        dying.setattr(versions, "_prune", die)
        for number in range(1, KEPT + 3):
            with pytest.raises(RuntimeError):
                note(names[number - 1], names[number], number)
    assert len(kept()) == KEPT + 3
    note(names[-2], names[-1], KEPT + 3)
    found = [one["content"]["name"] for one in kept()]
    assert found == [f"n{number}" for number in range(KEPT + 3, 3, -1)]


def test_the_history_of_a_deleted_playbook_goes_after_30_days() -> None:
    note(None, FIRST)
    note(FIRST, SECOND, 1)
    clients.firestore().document(f"tenants/{ORG}/playbooks/p").delete()
    assert not note(SECOND, None, 2)
    left = [one["expireAt"] - datetime.now(UTC) for one in kept()]
    assert all(timedelta(days=29) < one <= KEPT_AFTER_DELETION for one in left)
    before = kept()
    note(SECOND, None, 2)
    assert kept() == before


def test_news_of_an_edit_after_that_of_the_deletion_leaves_nothing_for_ever() -> None:
    clients.firestore().document(f"tenants/{ORG}/playbooks/p").delete()
    note(FIRST, None, 2)
    note(FIRST, SECOND, 1)
    assert [("expireAt" in one) for one in kept()] == [True]


def test_a_playbook_as_large_as_a_document_can_be_has_a_version_without_content() -> None:
    large = {**FIRST, "notes": "x" * 1_048_000, "more": "x" * 600}
    assert note(None, large)
    assert kept()[0]["content"] is None
