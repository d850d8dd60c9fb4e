"""Runs that events start are counted on their assignment, in shards while they come fast, and added up later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.billing import trigger_counts
from shared.billing.trigger_counts import BURST, WINDOW_SECONDS, Recent, add_up, one_more
from shared.gcp import clients
from tests.harness.memory_clients import use_memory

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ASSIGNMENT = "playbook_assignments/o1_low-stock-alert"


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setattr(trigger_counts, "_recent", Recent())
    use_memory({ASSIGNMENT: {"orgId": "o1", "triggerCount": 3, "lastTriggeredAt": None}})
    yield
    clients.forget_clients()


def count(times: int) -> list[str]:
    """So many runs at once; where each was counted."""
    paths = []
    for number in range(times):
        path, fields = one_more("o1", "low-stock-alert", NOW + timedelta(seconds=number))
        clients.firestore().document(path).set(fields, merge=True)
        paths.append(path)
    return paths


def assignment() -> dict[str, object]:
    return clients.firestore().document(ASSIGNMENT).get().to_dict() or {}


def test_few_runs_are_counted_on_the_assignment() -> None:
    assert set(count(BURST)) == {ASSIGNMENT}
    assert assignment()["triggerCount"] == 3 + BURST
    assert add_up("o1") == 0


def test_thousands_of_runs_are_counted_in_shards_without_loss() -> None:
    paths = count(500)
    assert paths.count(ASSIGNMENT) == BURST
    assert len(set(paths)) > 5
    assert add_up("o1") == 500 - BURST
    assert assignment()["triggerCount"] == 503
    assert assignment()["lastTriggeredAt"] == NOW + timedelta(seconds=499)
    assert add_up("o1") == 0, "what is added up is gone"


def test_counts_of_a_deleted_playbook_are_deleted() -> None:
    count(BURST + 5)
    clients.firestore().document(ASSIGNMENT).delete()
    add_up("o1")
    assert not assignment()
    assert add_up("o1") == 0


def test_another_orgs_shards_stay() -> None:
    count(BURST + 5)
    assert add_up("o2") == 0
    assert add_up("o1") == 5


def test_the_window_moves_on() -> None:
    recent = Recent()
    assert [recent.is_burst("a", 0.0) for _ in range(BURST + 1)] == [False] * BURST + [True]
    assert not recent.is_burst("b", 0.0)
    assert not recent.is_burst("a", WINDOW_SECONDS)
