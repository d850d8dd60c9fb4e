"""Runs that wait, on a real Firestore and task queue: woken by time, an event, a decision; twice and at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions.approvals import approvals as approvals_door
from functions.on_domain_event import on_domain_event
from functions.on_inventory_change import on_inventory_change
from local.stack.running import Stack
from shared.api.errors import ForbiddenError
from shared.decisions import approvals
from shared.decisions.approvals import ApprovalStatus
from shared.documents import executions
from shared.errors import ConflictError, NotFoundError, PlaybookError
from shared.gcp import clients
from shared.runs import control, store, wake
from shared.runs.dispatch import dispatch_all
from shared.runs.outputs import value_of
from shared.runs.parts import TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.sweep import sweep
from shared.steps.registry import load_action
from shared.triggers.events import DomainEvent
from shared.waiting import event_waits, past_events
from tests.accounts import sign_up
from tests.emulator.executions import (
    MAIL,
    ORG,
    SET,
    clock_in,
    documents,
    execution,
    lose_tasks,
    mails,
    put_playbook,
    run,
    start,
    task_names,
)
from tests.emulator.firestore_events import document_event

pytestmark = pytest.mark.usefixtures("quiet_queues")

AFTER = {"id": "after", "action": "set", "params": {"values": {"came": True}}}


def parked(*steps: dict[str, Any], execution_id: str = "e1") -> Execution:
    """A run that has come to its wait."""
    put_playbook("waits", [*steps, AFTER])
    start("waits", execution_id)
    assert run(execution_id) == "waiting"
    return execution(execution_id)


def event(event_id: str = "ev1", name: str = "order.completed", **data: Any) -> DomainEvent:
    return DomainEvent(ORG, name, event_id, data)


def waits_for_event(**params: Any) -> dict[str, Any]:
    return {"id": "wait", "action": "wait_for_event", "params": {"eventName": "order.completed", **params}}


def waits_for_approval(**params: Any) -> dict[str, Any]:
    return {"id": "ask", "action": "wait_for_approval", "params": {"title": "Lower the price?", **params}}


def output(execution_id: str, step_id: str) -> Mapping[str, Any]:
    result = execution(execution_id).result_of(step_id)
    assert result is not None
    return value_of(result)


def approval_id() -> str:
    (found,) = clients.firestore().collection(approvals.COLLECTION).stream()
    return str(found.id)


def decide(status: ApprovalStatus = ApprovalStatus.APPROVED, by: str = "u2", org: str = ORG) -> None:
    wake.decide(approval_id(), org_id=org, by=by, status=status, comment=None, clock=clock_in(0))


def test_a_wait_has_one_task_and_nothing_runs_before_it(quiet_queues: Stack) -> None:
    waiting = parked(MAIL, {"id": "wait", "action": "wait", "params": {"hours": 1}})
    assert waiting.lease is None
    (name,) = set(task_names("runExecution")) - {"e1-attempt-1"}
    assert name.startswith("e1-attempt-1-wake-")
    assert run("e1", later=60) == "ensured"
    assert run("e1", later=3601) == "completed"
    assert run("e1", later=3602) == "ignored"
    assert mails(quiet_queues, "e1") == 1


def test_the_sweep_finds_a_run_whose_wake_up_was_lost() -> None:
    parked({"id": "wait", "action": "wait", "params": {"minutes": 1}})
    assert sweep(clock_in(30)).overdue == 0
    assert sweep(clock_in(200)).overdue == 0, "it is still in the queue"
    lose_tasks("runExecution")
    assert sweep(clock_in(200)).overdue == 1
    assert any("sweep" in name for name in task_names("runExecution"))


def test_an_event_wakes_the_run_once_with_its_data() -> None:
    parked(waits_for_event(filter="event.total > 10", match={"customer": "c1"}))
    dispatch_all([event("small", total=5, customer="c1"), event("other", total=50, customer="c2")])
    assert run("e1") == "ensured"
    dispatch_all([event("big", total=50, customer="c1")])
    dispatch_all([event("big", total=50, customer="c1"), event("late", total=70, customer="c1")])
    assert run("e1", later=1) == "completed"
    assert output("e1", "wait") == {
        "outcome": "event",
        "event": {"total": 50, "customer": "c1"},
        "eventId": "big",
    }


def fire(event_id: str, org: str = ORG, **data: Any) -> None:
    """As a person would: the document is written, and the trigger tells of it."""
    path, fields = f"tenants/{org}/events/{event_id}", {"name": "order.completed", "data": data}
    clients.firestore().document(path).set(fields)
    on_domain_event(document_event(path, None, fields))


def test_an_event_that_came_before_the_run_waited_is_looked_back_for() -> None:
    order = {"id": "order", "action": "publish_event", "params": {"name": "order.placed"}}
    put_playbook("waits", [order, waits_for_event(filter="event.total > 10", match={"customer": "c1"}), AFTER])
    fire("long ago", total=50, customer="c1")
    start("waits", "e1")
    action = load_action("publish_event")

    def publish_and_see_it_answered(params: Any, context: Any) -> Any:
        fire("other", total=50, customer="c2")
        fire("small", total=5, customer="c1")
        fire("theirs", org="org_other", total=50, customer="c1")
        fire("first", total=20, customer="c1")
        fire("second", total=30, customer="c1")
        return real(params, context)

    real = action.run
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(action, "run", publish_and_see_it_answered)
        assert run("e1") == "completed"
    assert output("e1", "wait") == {
        "outcome": "event",
        "event": {"total": 20, "customer": "c1"},
        "eventId": "first",
    }


def test_an_event_that_one_wait_of_the_run_has_met_is_not_anothers() -> None:
    again = {**waits_for_event(), "id": "again"}
    parked(waits_for_event(), again)
    fire("one", n=1)
    assert run("e1", later=1) == "waiting"
    fire("two", n=2)
    assert run("e1", later=2) == "completed"
    assert (output("e1", "wait")["eventId"], output("e1", "again")["eventId"]) == ("one", "two")


def test_the_event_that_started_the_run_is_not_what_it_waits_for() -> None:
    put_playbook("waits", [waits_for_event(), AFTER])
    trigger = TriggerRef(type="event", id="t", event_id="cause")
    start("waits", "e1", trigger=trigger, event_data={"n": 1})
    action = load_action("wait_for_event")
    real = action.run

    def told_late(params: Any, context: Any) -> Any:
        fire("cause", n=1)
        return real(params, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(action, "run", told_late)
        assert run("e1") == "waiting"


def test_a_change_of_the_inventory_is_looked_back_for() -> None:
    put_playbook("waits", [MAIL, {**waits_for_event(), "params": {"eventName": "inventory.out_of_stock"}}, AFTER])
    start("waits", "e1")
    action = load_action("send_email")
    real = action.run

    def sold_meanwhile(params: Any, context: Any) -> Any:
        path, item = f"tenants/{ORG}/inventory/i1", {"name": "Blue Dream", "quantity": 1}
        for _ in range(2):
            on_inventory_change(document_event(path, item, {**item, "quantity": 0}))
        return real(params, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(action, "run", sold_meanwhile)
        assert run("e1") == "completed"
    assert output("e1", "wait")["event"]["itemId"] == "i1"


def test_whoever_comes_first_meets_the_wait_once_whatever_comes_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told at the very moment at which the run looks back: one event is the answer, and stays it."""
    put_playbook("waits", [SET, waits_for_event(), AFTER])
    start("waits", "e1")
    real = past_events.since

    def and_one_more(*args: Any) -> Any:
        fire("beside", n=2)
        return real(*args)

    action = load_action("set")
    real_set = action.run

    def set_after_an_event(*args: Any) -> Any:
        fire("before", n=1)
        return real_set(*args)

    with monkeypatch.context() as patch:
        patch.setattr(action, "run", set_after_an_event)
        patch.setattr(past_events, "since", and_one_more)
        assert run("e1") == "completed"
    (wait,) = documents(event_waits.COLLECTION)
    assert output("e1", "wait")["eventId"] == wait["eventId"] == "beside"
    fire("late", n=3)
    (wait,) = documents(event_waits.COLLECTION)
    assert wait["eventId"] == "beside"


def test_another_orgs_event_wakes_nobody() -> None:
    parked(waits_for_event())
    dispatch_all([DomainEvent("org_other", "order.completed", "ev1", {})])
    assert run("e1") == "ensured"


@pytest.mark.parametrize(
    ("on_timeout", "status"), [("continue", "completed"), ("stop", "completed"), ("fail", "failed")]
)
def test_an_event_that_never_comes(on_timeout: str, status: str) -> None:
    parked(waits_for_event(timeoutHours=1, onTimeout=on_timeout))
    assert run("e1", later=3601) == status
    assert (execution("e1").result_of("after") is not None) == (on_timeout == "continue")
    dispatch_all([event()])
    assert execution("e1").status.value == status


def test_an_event_that_comes_while_the_run_goes_to_sleep_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    put_playbook("waits", [waits_for_event(), AFTER])
    start("waits", "e1")
    real = store.update
    told: list[int] = []

    def event_first(stored: Any, fields: dict[str, Any], beside: Any = None) -> None:
        if fields.get("status") == "waiting" and not told:
            told.append(1)
            dispatch_all([event()])
        real(stored, fields, beside)

    monkeypatch.setattr(store, "update", event_first)
    assert run("e1") == "waiting"
    assert run("e1", later=1) == "completed"


def test_somebody_else_approves_and_the_run_goes_on() -> None:
    parked(waits_for_approval())
    decide()
    decide()
    assert run("e1", later=1) == "completed"
    assert output("e1", "ask")["decision"] == "approved"
    assert output("e1", "ask")["decidedBy"] == "u2"
    assert execution("e1").result_of("after") is not None


def test_a_rejection_ends_the_run() -> None:
    parked(waits_for_approval())
    decide(ApprovalStatus.REJECTED)
    assert run("e1", later=1) == "completed"
    assert execution("e1").status_reason == "“Lower the price?” was rejected by u2"
    assert execution("e1").result_of("after") is None


def test_nobody_approves_their_own_nor_twice_nor_too_late_nor_elsewhere() -> None:
    parked(waits_for_approval(expiresHours=1))
    with pytest.raises(ForbiddenError, match="someone else"):
        decide(by="u1")
    with pytest.raises(NotFoundError):
        decide(org="org_other")
    with pytest.raises(ConflictError, match="expired"):
        wake.decide(
            approval_id(),
            org_id=ORG,
            by="u2",
            status=ApprovalStatus.APPROVED,
            comment=None,
            clock=clock_in(3601),
        )
    decide()
    with pytest.raises(ConflictError, match="approved already"):
        decide(ApprovalStatus.REJECTED, by="u3")


def test_an_undecided_question_expires() -> None:
    parked(waits_for_approval(expiresHours=1, onRefusal="continue"))
    assert run("e1", later=3601) == "completed"
    assert output("e1", "ask")["decision"] == "expired"


def test_a_decision_on_a_cancelled_run_is_refused() -> None:
    parked(waits_for_approval())
    control.cancel("e1", clock_in(0))
    with pytest.raises(ConflictError, match="its run is cancelled"):
        decide()


def test_of_two_decisions_at_once_one_holds() -> None:
    parked(waits_for_approval())

    def attempt(number: int) -> str:
        status = ApprovalStatus.APPROVED if number % 2 else ApprovalStatus.REJECTED
        try:
            decide(status, by=f"v{number}")
        except PlaybookError as error:
            return type(error).__name__
        return status.value

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))
    held = [outcome for outcome in outcomes if outcome in {"approved", "rejected"}]
    assert len(held) == 1
    assert approvals.find(approval_id())[0].status.value == held[0]


def test_a_dead_letter_replay_asks_no_second_time() -> None:
    parked(waits_for_approval(), {"id": "bad", "action": "stop", "params": {"reason": "no", "status": "failed"}})
    decide()
    assert run("e1", later=1) == "failed"
    assert approvals.find(approval_id())[0].status is ApprovalStatus.APPROVED
    assert len(list(clients.firestore().collection("inbox_notifications").stream())) == 1


def call(stack: Stack, method: str, token: str, body: dict[str, Any] | None = None) -> flask.Response:
    app = flask.Flask(__name__)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/api/approvals/{approval_id()}"
    data = json.dumps(body) if body is not None else None
    with app.test_request_context(path, method=method, headers=headers, data=data, content_type="application/json"):
        return approvals_door(flask.request)


def test_the_door_shows_on_get_and_decides_on_post(quiet_queues: Stack) -> None:
    parked(waits_for_approval(details="Blue Dream: 40 to 35"))
    editor, viewer = (sign_up(quiet_queues, orgId=ORG, role=role).id_token for role in ("editor", "viewer"))
    stranger = sign_up(quiet_queues, orgId="org_other", role="owner").id_token
    shown = call(quiet_queues, "GET", viewer)
    assert (shown.status_code, shown.get_json()["status"]) == (200, "pending")
    assert "details" not in shown.get_json()
    assert call(quiet_queues, "GET", editor).get_json()["details"] == "Blue Dream: 40 to 35"
    (told,) = clients.firestore().collection("inbox_notifications").stream()
    assert "Blue Dream" not in str(told.to_dict())
    assert execution("e1").status is ExecutionStatus.WAITING
    assert call(quiet_queues, "POST", viewer, {"decision": "approve"}).status_code == 403
    assert call(quiet_queues, "POST", stranger, {"decision": "approve"}).status_code == 404
    assert call(quiet_queues, "POST", editor, {"decision": "perhaps"}).status_code == 422
    assert call(quiet_queues, "POST", editor, {"decision": "approve"}).get_json()["status"] == "approved"
    assert call(quiet_queues, "POST", editor, {"decision": "reject"}).status_code == 409
    assert run("e1", later=1) == "completed"


def test_items_of_a_loop_wait_each_for_their_own_decision() -> None:
    step = {
        "id": "each",
        "action": "for_each",
        "params": {"items": ["a", "b"], "concurrency": 2, "steps": [waits_for_approval(title="Take {{item}}?")]},
    }
    parked(step)
    found = {
        (one.to_dict() or {})["title"]: one.id
        for one in clients.firestore().collection(approvals.COLLECTION).stream()
    }
    assert sorted(found) == ["Take a?", "Take b?"]
    for number, one in enumerate(found.values(), start=1):
        wake.decide(one, org_id=ORG, by="u2", status=ApprovalStatus.APPROVED, comment=None, clock=clock_in(number))
        assert run("e1", later=number) == ("waiting" if number == 1 else "completed")


def test_a_parked_run_keeps_its_end_across_restarts() -> None:
    waiting = parked({"id": "wait", "action": "wait", "params": {"hours": 1}})
    until = waiting.waits["wait"].until
    executions.reference("e1").update({"dueAt": datetime.now(UTC)})
    assert run("e1", later=600) == "waiting"
    assert execution("e1").waits["wait"].until == until
    assert execution("e1").due_at == until
    assert until - waiting.created_at < timedelta(hours=1, minutes=1)
