"""Writes of inventory items start the playbooks that listen to what they mean."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from functions.on_inventory_change import on_inventory_change
from local.stack.running import Stack
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.logging import fields_of
from shared.retail.shelf import changes
from shared.triggers.events import DomainEvent
from tests.emulator.firestore_events import WRITTEN_AT, document_event
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, on_event

PATH = "tenants/o1/inventory/i1"
ITEM = {"name": "Blue Dream", "price": 40.0, "quantity": 20, "reorderPoint": 10}


@pytest.fixture
def low_stock_playbook(on_emulators: Stack) -> ScheduledPlaybook:
    playbook = ScheduledPlaybook("restock", "o1")
    playbook.write(document(on_event("inventory.low_stock")))
    playbook.reconcile()
    return playbook


def write(before: dict[str, Any] | None, after: dict[str, Any] | None, minutes: int = 0) -> None:
    on_inventory_change(document_event(PATH, before, after, WRITTEN_AT + timedelta(minutes=minutes)))


def executions() -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in clients.firestore().collection("playbook_executions").stream()]


def test_the_write_that_crosses_starts_the_playbook_with_the_items_data(
    low_stock_playbook: ScheduledPlaybook,
) -> None:
    write(ITEM, ITEM | {"quantity": 9})
    (execution,) = executions()
    data = execution["eventData"]
    assert (data["itemId"], data["quantity"], data["before"]["quantity"]) == ("i1", 9, 20)


def test_writes_while_it_stays_low_start_nothing_more(low_stock_playbook: ScheduledPlaybook) -> None:
    quantities = [20, 9, 8, 7, 0]
    for minute, (before, after) in enumerate(itertools.pairwise(quantities)):
        write(ITEM | {"quantity": before}, ITEM | {"quantity": after}, minute)
    assert len(executions()) == 1


def test_a_second_crossing_starts_a_second_run(low_stock_playbook: ScheduledPlaybook) -> None:
    quantities = [20, 9, 20, 9]
    for minute, (before, after) in enumerate(itertools.pairwise(quantities)):
        write(ITEM | {"quantity": before}, ITEM | {"quantity": after}, minute)
    assert len(executions()) == 2


def test_a_write_that_the_shelf_sees_leaves_one_marker_however_often_its_event_arrives(on_emulators: Stack) -> None:
    for _ in range(2):
        write(ITEM, ITEM | {"price": 41.0})
    write(ITEM, ITEM | {"somebodyElses": 1}, minutes=1)
    assert [one.item_id for one in changes.waiting("o1", 9)] == ["i1"]


def test_the_same_write_delivered_twice_starts_one_run(low_stock_playbook: ScheduledPlaybook) -> None:
    for _ in range(2):
        write(ITEM, ITEM | {"quantity": 9})
    assert len(executions()) == 1


def test_a_deleted_item_starts_nothing(low_stock_playbook: ScheduledPlaybook) -> None:
    write(ITEM, None)
    assert executions() == []


def test_a_malformed_item_is_acknowledged_and_named_in_the_log(
    low_stock_playbook: ScheduledPlaybook, caplog: pytest.LogCaptureFixture
) -> None:
    write(ITEM, ITEM | {"quantity": "few"})
    assert executions() == []
    (refusal,) = [line for line in caplog.records if line.message == "event cannot be used"]
    assert "inventory/i1: quantity: found a text of 3 characters" in str(fields_of(refusal)["reason"])


def test_an_event_that_cannot_be_started_now_does_not_stop_the_next(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fail(event: DomainEvent) -> list[str]:
        tried.append(event.name)
        raise TransientError("busy")

    monkeypatch.setattr("shared.runs.dispatch.dispatch", fail)
    with pytest.raises(TransientError, match="2 could not be dealt with now"):
        write(ITEM, ITEM | {"quantity": 0})
    assert tried == ["inventory.low_stock", "inventory.out_of_stock"]
