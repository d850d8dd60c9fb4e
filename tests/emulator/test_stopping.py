"""Pausing, archiving or deleting a playbook stops what waits for its turn, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from cloudevents.http import CloudEvent
from google.events.cloud.firestore import DocumentEventData

from functions.on_playbook_updated import on_playbook_updated
from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import control
from shared.runs.dispatch import dispatch_all
from shared.runs.parts import TriggerRef
from shared.triggers.events import DomainEvent
from tests.emulator.executions import (
    MAIL,
    ORG,
    SET,
    documents,
    execution,
    fault,
    mails,
    put_playbook,
    run,
    start,
)

pytestmark = pytest.mark.usefixtures("quiet_queues")

EVENT = TriggerRef(type="event", id="event", event_id="ev")
CHILD = TriggerRef(type="agent", id="parent", event_id="e0:go")
WAIT = {"id": "wait", "action": "wait", "params": {"hours": 1}}
LATER = 30.0


def change(status: str) -> None:
    """What a person does to the playbook `p`."""
    playbook = clients.firestore().document(f"tenants/{ORG}/playbooks/p")
    if status == "deleted":
        playbook.delete()
    else:
        playbook.update({"status": status})


def tell() -> None:
    """The news of it, as Firestore brings it."""
    attributes = {
        "type": "google.cloud.firestore.document.v1.updated",
        "source": "//firestore.googleapis.com/projects/demo-playbooks/databases/(default)",
        "subject": f"documents/tenants/{ORG}/playbooks/p",
    }
    on_playbook_updated(CloudEvent(attributes, DocumentEventData.serialize(DocumentEventData())))


def ended(execution_id: str) -> tuple[str, str | None]:
    found = execution(execution_id)
    assert (found.due_at, found.next_attempt_at, found.completed_at is None) == (None, None, False)
    return found.status, found.status_reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("paused", "the playbook is paused, not active"),
        ("archived", "the playbook is archived, not active"),
        ("error", "the playbook is error, not active"),
        ("deleted", "the playbook was deleted"),
    ],
)
@pytest.mark.parametrize("fields", [{"trigger": EVENT}, {"trigger": CHILD, "depth": 1}], ids=["event", "child"])
def test_a_run_whose_task_comes_after_the_change_does_nothing(
    status: str, reason: str, fields: dict[str, Any], quiet_queues: Stack
) -> None:
    put_playbook("p", [MAIL])
    start("p", "e1", **fields)
    change(status)
    assert run("e1", later=LATER) == "skipped"
    assert ended("e1") == ("skipped", reason)
    assert (mails(quiet_queues, "e1"), documents("dead_letters")) == (0, [])
    assert run("e1", later=LATER) == "ignored"


def test_what_waits_ends_with_the_write_and_needs_no_task(quiet_queues: Stack) -> None:
    put_playbook("p", [WAIT, MAIL])
    start("p", "waiting", trigger=EVENT)
    assert run("waiting") == "waiting"
    put_playbook("p", [MAIL])
    start("p", "retrying", trigger=EVENT)
    fault(quiet_queues, 503, 1)
    assert run("retrying") == "retrying"
    start("p", "queued", trigger=EVENT)
    put_playbook("other", [MAIL])
    start("other", "others", trigger=EVENT)
    change("paused")
    tell()
    tell()
    assert [ended(one)[0] for one in ("waiting", "retrying", "queued")] == ["cancelled", "cancelled", "skipped"]
    assert execution("others").status == "queued"


def test_an_edit_that_cannot_run_ends_no_run_in_the_middle(quiet_queues: Stack) -> None:
    put_playbook("p", [WAIT, MAIL])
    start("p", "waiting", trigger=EVENT)
    assert run("waiting") == "waiting"
    start("p", "queued", trigger=EVENT)
    put_playbook("p", [{"id": "typo", "action": "send_emial", "params": {}}])
    tell()
    assert (clients.firestore().document(f"tenants/{ORG}/playbooks/p").get().to_dict() or {})["status"] == "error"
    tell()
    assert ended("queued")[0] == "skipped"
    assert run("waiting", later=3700) == "completed", "it has the steps that it was started with"
    assert mails(quiet_queues, "waiting") == 1


def test_what_a_person_asked_for_goes_on_when_the_playbook_is_only_paused() -> None:
    put_playbook("p", [SET])
    start("p", "by-hand")
    start("p", "by-agent", trigger=TriggerRef(type="agent"))
    change("paused")
    tell()
    assert [run(one, later=LATER) for one in ("by-hand", "by-agent")] == ["completed", "completed"]


@pytest.mark.parametrize("status", ["archived", "deleted"])
def test_what_a_person_asked_for_ends_with_the_playbook(status: str) -> None:
    put_playbook("p", [SET])
    start("p", "by-hand")
    change(status)
    tell()
    assert ended("by-hand") == ("skipped", f"the playbook was {status}")


def test_a_run_in_the_middle_goes_on_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.steps.registry import load_action

    put_playbook("p", [SET, {**SET, "id": "second"}])
    start("p", "e1", trigger=EVENT)
    run_set = load_action("set").run

    def pause_meanwhile(params: Any, context: Any) -> Any:
        change("paused")
        tell()
        return run_set(params, context)

    monkeypatch.setattr(load_action("set"), "run", pause_meanwhile)
    assert run("e1") == "completed"


def test_a_run_that_a_person_sent_back_goes_on() -> None:
    put_playbook("p", [{"id": "no", "action": "run_playbook", "params": {"playbookId": "none"}}])
    start("p", "e1", trigger=EVENT)
    assert run("e1") == "failed"
    put_playbook("none", [SET])
    change("paused")
    control.replay(control.find_execution("e1"), Clock())
    assert run("e1", replay=1, later=LATER) == "completed"


def test_one_malformed_run_does_not_keep_the_others_from_being_stopped() -> None:
    put_playbook("p", [SET])
    clients.firestore().document("playbook_executions/bad").set(
        {"orgId": ORG, "playbookId": "p", "status": "queued"}
    )
    start("p", "e1", trigger=EVENT)
    change("paused")
    tell()
    assert ended("e1")[0] == "skipped"


def test_a_playbook_in_force_stops_nothing() -> None:
    put_playbook("p", [SET])
    start("p", "e1", trigger=EVENT)
    tell()
    assert execution("e1").status == "queued"
    assert run("e1", later=LATER) == "completed"


def test_an_event_that_a_stopped_run_waited_for_does_not_make_it_due_again() -> None:
    put_playbook("p", [{"id": "until", "action": "wait_for_event", "params": {"eventName": "order.completed"}}])
    start("p", "e1", trigger=EVENT)
    assert run("e1") == "waiting"
    change("deleted")
    tell()
    dispatch_all([DomainEvent(ORG, "order.completed", "late")])
    assert ended("e1") == ("cancelled", "the playbook was deleted")
    assert documents("playbook_event_waits") == []
