"""Events that follow one another start one run, of the last one; each key for itself, and never too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.dispatch import dispatch_all
from shared.runs.event_start import start_for_event
from shared.runs.fair import debounce
from shared.triggers import listeners
from shared.triggers.events import DomainEvent
from tests.emulator.executions import (
    ORG,
    SET,
    clock_in,
    documents,
    lose_tasks,
    put_playbook,
    task_names,
    task_times,
)

pytestmark = pytest.mark.usefixtures("quiet_queues")

WRITTEN = datetime.now(UTC)


def put_debounced(**settings: Any) -> None:
    trigger = {"type": "event", "id": "event", "eventName": "cart.changed", "debounce": settings}
    put_playbook("p", [SET], triggers=[trigger])
    (document,) = (
        listeners.Listener(
            playbook_id="p", org_id=ORG, trigger_id="event", event_name="cart.changed", debounce=settings
        ).model_dump(by_alias=True, exclude_none=True)
        for _ in range(1)
    )
    clients.firestore().collection(listeners.COLLECTION).document("p").set(document)


def tell(number: int, **data: Any) -> None:
    at = WRITTEN + timedelta(milliseconds=number)
    dispatch_all([DomainEvent(ORG, "cart.changed", f"c{number}", {"n": number, **data}, at=at)])


def come_due(later: float) -> list[str | None]:
    found = clients.firestore().collection(debounce.COLLECTION).stream()
    clock = clock_in(later)
    return [
        debounce.start_due(one.id, clock, lambda listener, event: start_for_event(listener, event, clock))
        for one in found
    ]


def started() -> list[int]:
    return sorted(one["eventData"]["n"] for one in documents("playbook_executions"))


def test_the_last_of_several_starts_the_run_and_no_other_does() -> None:
    put_debounced(seconds=30)
    for number in (1, 2, 3):
        tell(number)
    assert started() == []
    assert come_due(10) == [None]
    assert come_due(31) != [None]
    assert started() == [3]
    assert come_due(90) == [None]


def test_late_repeated_or_reordered_events_change_nothing() -> None:
    put_debounced(seconds=30)
    for number in (2, 3, 1, 3):
        tell(number)
    come_due(31)
    for number in (1, 2, 3):
        tell(number)
    assert come_due(90) == [None]
    assert started() == [3]
    tell(4)
    come_due(200)
    assert started() == [3, 4]


def test_each_key_has_its_own_run() -> None:
    put_debounced(seconds=30, by="event.customer")
    for number, customer in enumerate(["ann", "bob", "ann", "bob", "carl"]):
        tell(number, customer=customer)
    come_due(31)
    assert started() == [2, 3, 4]


def test_an_event_without_the_key_is_a_skipped_run_that_says_so() -> None:
    put_debounced(seconds=30, by="event.customer")
    tell(1)
    (run,) = documents("playbook_executions")
    assert run["status"] == "skipped"
    assert "debounce key cannot be computed" in run["statusReason"]
    (summary,) = documents("execution_summaries")
    assert summary["statusReason"] == "the trigger's debounce key cannot be computed"


def test_events_that_keep_coming_do_not_put_it_off_for_ever() -> None:
    put_debounced(seconds=30)
    tell(1)
    (found,) = clients.firestore().collection(debounce.COLLECTION).stream()
    found.reference.update({"firstAt": datetime.now(UTC) - timedelta(seconds=295)})
    tell(2)
    (waiting,) = documents(debounce.COLLECTION)
    assert waiting["dueAt"] - waiting["firstAt"] == timedelta(seconds=300)


def test_its_task_comes_when_it_is_due_and_again_where_it_was_put_off() -> None:
    put_debounced(seconds=30)
    tell(1)
    (first,) = task_times(debounce.QUEUE).values()
    (waiting,) = documents(debounce.COLLECTION)
    assert abs(first - waiting["dueAt"]) < timedelta(milliseconds=1)
    tell(2)
    assert len(task_names(debounce.QUEUE)) == 1, "one task a window"
    (moved,) = documents(debounce.COLLECTION)
    assert moved["dueAt"] > waiting["dueAt"]
    assert come_due(0) == [None]
    assert len(task_names(debounce.QUEUE)) == 2


def test_a_lost_task_is_asked_for_again_by_the_sweep() -> None:
    put_debounced(seconds=30)
    tell(1)
    lose_tasks(debounce.QUEUE)
    assert debounce.sweep_debounced(Clock()) == 0
    assert debounce.sweep_debounced(clock_in(100)) == 1
    assert task_names(debounce.QUEUE)


def test_of_a_paused_playbook_a_skipped_run_is_left_and_of_a_deleted_one_none() -> None:
    put_debounced(seconds=30)
    tell(1)
    put_playbook("p", [SET], status="paused")
    come_due(31)
    (run,) = documents("playbook_executions")
    assert (run["status"], run["statusReason"]) == ("skipped", "the playbook is paused, not active")
    tell(2)
    clients.firestore().document(f"tenants/{ORG}/playbooks/p").delete()
    assert come_due(90) == [None]
    assert len(documents("playbook_executions")) == 1


def test_an_event_that_comes_while_the_one_before_is_started_has_its_own_time() -> None:
    put_debounced(seconds=30)
    tell(1)
    (found,) = clients.firestore().collection(debounce.COLLECTION).stream()
    clock = clock_in(31)

    def start_while_another_comes(listener: listeners.Listener, event: DomainEvent) -> str:
        tell(2)
        return start_for_event(listener, event, clock)

    debounce.start_due(found.id, clock, start_while_another_comes)
    come_due(120)
    assert started() == [1, 2]
