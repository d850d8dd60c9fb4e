"""Summaries of runs and playbooks: there as soon as what they tell of, gone with it, and never behind."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import control
from shared.runs.dispatch import dispatch_all
from shared.triggers.events import DomainEvent
from shared.triggers.playbook_summaries import COLLECTION
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator.executions import MAIL, ORG, SET, clock_in, execution, fault, put_org, put_playbook, run, start
from tests.emulator.rings import put_listening
from tests.emulator.summaries import summary

pytestmark = pytest.mark.usefixtures("quiet_queues")

WAIT = {"id": "wait", "action": "wait", "params": {"hours": 1}}


def of_playbook(playbook_id: str = "p", org_id: str = ORG) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (
        clients.firestore().document(f"{COLLECTION}/{org_id}_{playbook_id}").get().to_dict()
    )
    return found


def put(**fields: Any) -> None:
    put_playbook("p", fields.pop("steps", [SET]), **fields)
    reconcile(PlaybookKey(ORG, "p"), Clock())


def test_a_runs_summary_goes_with_its_status(quiet_queues: Stack) -> None:
    put_playbook("p", [SET, MAIL, WAIT], name="Report")
    started = start("p").execution_id
    assert summary(started)["status"] == "queued"
    fault(quiet_queues, 503, 1)
    assert run(started) == "retrying"
    found = summary(started)
    assert (found["status"], found["statusReason"]) == ("retrying", "the step mail (send_email) failed")
    assert found["nextAttemptAt"] == execution(started).next_attempt_at
    assert run(started, attempt=2, later=10) == "waiting"
    assert summary(started)["statusReason"].startswith("waiting until ")
    assert run(started, attempt=2, later=3700) == "completed"
    found = summary(started)
    assert (found["playbookName"], found["status"], found["attempt"]) == ("Report", "completed", 2)
    assert [(step["stepId"], step["status"]) for step in found["steps"]] == [
        ("set", "completed"),
        ("mail", "completed"),
        ("wait", "completed"),
    ]
    assert found["expireAt"] == execution(started).expire_at
    assert found.keys().isdisjoint({"stepResults", "pinned", "eventData", "effects", "nextAttemptAt"})


def test_what_an_event_or_another_run_started_shows_from_the_beginning() -> None:
    put_org(tierId="starter")
    put_listening("listens", "shelf.counted", [SET])
    put_playbook("child", [SET])
    put_playbook("parent", [{"id": "go", "action": "run_playbook", "params": {"playbookId": "child"}}])
    dispatch_all([DomainEvent(ORG, "shelf.counted", "e1")])
    clients.firestore().document(f"tenants/{ORG}/playbooks/listens").update({"status": "paused"})
    dispatch_all([DomainEvent(ORG, "shelf.counted", "e2")])
    run(start("parent").execution_id)
    runs = {one.id: one.to_dict() or {} for one in clients.firestore().collection("playbook_executions").stream()}
    assert sorted(one["status"] for one in runs.values()) == ["completed", "queued", "queued", "skipped"]
    assert {name: summary(name).get("status") for name in runs} == {name: runs[name]["status"] for name in runs}


def test_a_cancel_and_a_replay_show() -> None:
    put_playbook("p", [SET, {"id": "bad", "action": "stop", "params": {"reason": "no", "status": "failed"}}])
    cancelled, failed = (start("p").execution_id for _ in range(2))
    control.cancel(cancelled, clock_in(0))
    assert (summary(cancelled)["status"], summary(cancelled)["statusReason"]) == (
        "cancelled",
        "cancelled on request",
    )
    assert run(failed) == "failed"
    control.replay(control.find_execution(failed), clock_in(0))
    assert summary(failed)["status"] == "queued"
    assert "statusReason" not in summary(failed)
    assert "completedAt" not in summary(failed)


def test_a_playbooks_summary_goes_with_the_playbook() -> None:
    put(category="pricing", lastEditedBy="u1", ownerId="u2")
    found = of_playbook() or {}
    assert {name: found[name] for name in ("name", "status", "category", "ownerId", "steps")} == {
        "name": "p",
        "status": "active",
        "category": "pricing",
        "ownerId": "u2",
        "steps": [{"id": "set", "action": "set"}],
    }
    put(name="Renamed", status="draft")
    assert (of_playbook() or {})["status"] == "draft"
    clients.firestore().document(f"tenants/{ORG}/playbooks/p").delete()
    reconcile(PlaybookKey(ORG, "p"), Clock())
    assert of_playbook() is None


def test_a_second_look_writes_nothing() -> None:
    put()
    assert reconcile(PlaybookKey(ORG, "p"), Clock()) is False
    clients.firestore().document(f"{COLLECTION}/{ORG}_p").update({"name": "Drifted"})
    assert reconcile(PlaybookKey(ORG, "p"), Clock()) is True
    assert (of_playbook() or {})["name"] == "p"


def test_what_is_wrong_is_named_without_what_was_found() -> None:
    secret = "Bearer s3cret"
    call = {"id": "call", "action": "http_request", "params": {"url": "https://x.example", "headers": secret}}
    trigger = {"type": "event", "id": "e", "eventName": "a.b", "filter": "event.name == 'Ann'"}
    put(steps=[call], triggers=[trigger])
    found = of_playbook() or {}
    assert found["status"] == "error"
    assert "steps[0].params.headers" in found["statusReason"]
    told = [one.to_dict() for one in clients.firestore().collection("inbox_notifications").stream()]
    assert "steps[0].params.headers" in str(told)
    for shown in (found, told):
        assert "s3cret" not in str(shown)
        assert "Ann" not in str(shown)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": 7, "triggers": None, "steps": "x"},
        {
            "name": None,
            "steps": [None, 7, {"action": ["x"]}],
            "agent": {},
            "version": "1",
            "createdAt": "yesterday",
        },
        {"name": "x" * 5_000, "triggers": [{"type": "schedule", "every": {"days": 2}, "cron": {"a": 1}}] * 500},
    ],
)
def test_a_malformed_playbook_has_a_summary_too(fields: dict[str, Any]) -> None:
    put(**fields)
    found = of_playbook() or {}
    assert (found["orgId"], found["playbookId"], found["status"]) == (ORG, "p", "error")
    assert len(str(found)) < 60_000


def test_two_orgs_whose_ids_run_into_one_another_do_not_show_each_others_playbooks() -> None:
    for org_id, playbook_id in ((f"{ORG}_a", "b"), (ORG, "a_b")):
        clients.firestore().document(f"tenants/{org_id}").set({"name": org_id})
        document = {"name": f"of {org_id}", "status": "draft", "triggers": [], "steps": [SET]}
        clients.firestore().document(f"tenants/{org_id}/playbooks/{playbook_id}").set(document)
        reconcile(PlaybookKey(org_id, playbook_id), Clock())
    assert (of_playbook("a_b") or {})["orgId"] == f"{ORG}_a"
