"""Runs on a real Firestore and a real task queue: twice, late, at once, dead in the middle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest

from local.stack.running import Stack
from shared.errors import ConflictError, NotFoundError, PermanentError
from shared.gcp.clock import Clock
from shared.runs import control, ids, queue
from shared.runs.dry_run import dry_run
from shared.runs.event_start import start_or_debounce
from shared.runs.outputs import value_of
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.record import ExecutionStatus
from shared.runs.sweep import sweep
from shared.triggers.events import DomainEvent
from shared.triggers.listeners import Listener
from tests.emulator.executions import (
    MAIL,
    ORG,
    SET,
    clock_in,
    documents,
    execution,
    fault,
    mails,
    put_playbook,
    run,
    start,
    task_names,
    task_times,
)

pytestmark = pytest.mark.usefixtures("quiet_queues")


def test_the_same_key_starts_one_run_and_one_task() -> None:
    put_playbook("p", [SET])
    key = ids.keyed_execution_id(ORG, "p", "click")
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda _: start("p", key), range(8)))
    assert {one.execution_id for one in started} == {key}
    assert sum(one.created for one in started) == 1
    assert task_names("runExecution") == [f"{key}-attempt-1"]


def test_a_playbook_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        start("nope")


def test_an_archived_playbook_is_not_run() -> None:
    put_playbook("p", [SET], status="archived")
    with pytest.raises(ConflictError, match="archived"):
        start("p")


BROKEN = {"status": "error", "statusReason": "triggers[0].cron: is missing; it is required"}


def test_a_playbook_in_error_is_not_run_and_the_answer_says_why() -> None:
    put_playbook("p", [SET], **BROKEN)
    for trigger_type in ("manual", "agent"):
        with pytest.raises(ConflictError, match=r"cannot run: triggers\[0\]\.cron: is missing"):
            start("p", "e1", trigger=TriggerRef(type=trigger_type))
    assert documents("playbook_executions") == documents("dead_letters") == []


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_a_playbook_that_was_never_checked_is_checked_when_somebody_runs_it(status: str) -> None:
    put_playbook("p", [{"action": "levitate"}], status=status)
    with pytest.raises(ConflictError, match=r"cannot run: steps\[0\]\.action"):
        start("p", "e1")
    assert documents("playbook_executions") == []


@pytest.mark.parametrize(
    "trigger",
    [
        TriggerRef(type="event", id="event", event_id="ev"),
        TriggerRef(type="schedule", id="schedule", slot=datetime(2026, 11, 23, 9, tzinfo=UTC)),
    ],
    ids=["event", "schedule"],
)
def test_what_starts_a_playbook_in_error_by_itself_leaves_a_skipped_run_with_the_reason(
    trigger: TriggerRef,
) -> None:
    put_playbook("p", [SET], **BROKEN)
    start("p", "e1", trigger=trigger)
    assert execution("e1").status_reason == f"the playbook cannot run: {BROKEN['statusReason']}"
    assert (execution("e1").status, task_names("runExecution"), documents("dead_letters")) == ("skipped", [], [])


@pytest.mark.parametrize("fields", [BROKEN, {"status": "paused"}, {"status": "archived"}])
def test_a_step_that_starts_a_playbook_that_must_not_run_leaves_a_skipped_run(fields: dict[str, str]) -> None:
    put_playbook("child", [SET], **fields)
    put_playbook("p", [{"id": "go", "action": "run_playbook", "params": {"playbookId": "child"}}])
    start("p", "e1")
    assert run("e1") == "completed"
    (child,) = [one for one in documents("playbook_executions") if one["playbookId"] == "child"]
    assert child["status"] == "skipped"
    assert "the playbook " in child["statusReason"]


def test_a_run_whose_starter_died_before_enqueueing_is_found_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    put_playbook("p", [SET])
    with monkeypatch.context() as patch:
        patch.setattr(queue, "enqueue_attempt", lambda *_, **__: None)
        execution_id = start("p").execution_id
    assert task_names("runExecution") == []
    assert sweep(clock_in(30)).overdue == 0
    assert sweep(clock_in(120)).overdue == 1
    assert [name.startswith(f"{execution_id}-attempt-1-sweep") for name in task_names("runExecution")] == [True]


def test_a_run_pins_the_playbook_as_it_was() -> None:
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    put_playbook("p", [{"id": "other", "action": "set", "params": {"values": {}}}])
    run(execution_id)
    assert [result.step_id for result in execution(execution_id).step_results] == ["set"]


def test_a_second_delivery_does_nothing(quiet_queues: Stack) -> None:
    put_playbook("p", [SET, MAIL])
    execution_id = start("p").execution_id
    assert run(execution_id) == "completed"
    assert run(execution_id) == "ignored"
    assert mails(quiet_queues, execution_id) == 1


def test_many_deliveries_at_once_run_it_once(quiet_queues: Stack) -> None:
    put_playbook("p", [SET, MAIL])
    execution_id = start("p").execution_id
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: run(execution_id), range(6)))
    assert outcomes.count("completed") == 1
    assert mails(quiet_queues, execution_id) == 1


def test_an_accepted_mail_whose_answer_was_dropped_is_not_sent_again(quiet_queues: Stack) -> None:
    put_playbook("p", [MAIL])
    execution_id = start("p").execution_id
    fault(quiet_queues, 0, 1)
    assert run(execution_id) == "retrying"
    assert run(execution_id, attempt=2, later=5) == "completed"
    assert mails(quiet_queues, execution_id) == 1


def test_a_process_that_died_is_replaced_when_its_lease_ends(
    quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.messages.channels import mailjet

    class ProcessDied(BaseException):
        pass

    real = mailjet.send

    def die_after_sending(*args: object, **kwargs: object) -> str:
        real(*args, **kwargs)  # type: ignore[arg-type]
        raise ProcessDied

    put_playbook("p", [SET, MAIL])
    execution_id = start("p").execution_id
    with monkeypatch.context() as patch:
        patch.setattr(mailjet, "send", die_after_sending)
        with pytest.raises(ProcessDied):
            run(execution_id)
    assert run(execution_id) == "look again"
    assert run(execution_id, later=90) == "completed"
    assert execution(execution_id).interruptions == 1
    assert mails(quiet_queues, execution_id) == 1


def test_each_rung_of_the_ladder_is_a_named_task_at_its_time(quiet_queues: Stack) -> None:
    put_playbook("p", [MAIL])
    execution_id = start("p").execution_id
    fault(quiet_queues, 503, 4)
    for attempt, delay in ((1, 5), (2, 30), (3, 300)):
        assert run(execution_id, attempt) == "retrying"
        state = execution(execution_id)
        assert state.next_attempt_at is not None
        assert state.attempts[-1].ended_at is not None
        assert round((state.next_attempt_at - state.attempts[-1].ended_at).total_seconds()) == delay
        assert f"{execution_id}-attempt-{attempt + 1}" in task_names("retryExecution")
    assert run(execution_id, 4) == "failed"
    assert mails(quiet_queues, execution_id) == 0


def test_the_next_attempt_waits_as_long_as_the_provider_asks(quiet_queues: Stack) -> None:
    put_playbook("p", [MAIL])
    execution_id = start("p").execution_id
    fault(quiet_queues, 503, 1, retryAfter=120)
    assert run(execution_id) == "retrying"
    state = execution(execution_id)
    assert state.status_reason is not None
    assert "Mailjet answered 503" in state.status_reason
    codes = (state.error_code, state.attempts[-1].error_code, state.step_results[-1].error_code)
    assert codes == ("provider_unavailable",) * 3
    assert state.next_attempt_at is not None
    assert state.attempts[-1].ended_at is not None
    assert round((state.next_attempt_at - state.attempts[-1].ended_at).total_seconds()) == 120
    assert task_times("retryExecution")[f"{execution_id}-attempt-2"] == state.next_attempt_at
    assert run(execution_id, 2, later=120) == "completed"
    assert mails(quiet_queues, execution_id) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_crash_of_the_provider_has_it_asked_before_a_second_mail(quiet_queues: Stack, status: int) -> None:
    put_playbook("p", [MAIL])
    execution_id = start("p").execution_id
    fault(quiet_queues, status, 1)
    assert run(execution_id) == "retrying"
    assert execution(execution_id).effect_of("mail/email") is not None, "it may have been taken"
    assert run(execution_id, 2, later=5) == "completed"
    assert mails(quiet_queues, execution_id) == 1


def test_cancel_of_a_queued_run_ends_it_at_once() -> None:
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    assert control.cancel(execution_id, Clock()).status is ExecutionStatus.CANCELLED
    assert control.cancel(execution_id, Clock()).status is ExecutionStatus.CANCELLED
    assert run(execution_id) == "ignored"


def test_cancel_of_a_completed_run_is_a_conflict() -> None:
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    run(execution_id)
    with pytest.raises(ConflictError, match="completed"):
        control.cancel(execution_id, Clock())


def test_cancel_of_a_running_run_stops_it_before_the_next_effect(
    quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.steps.registry import load_action

    put_playbook("p", [SET, MAIL])
    execution_id = start("p").execution_id
    action = load_action("set")
    real = action.run

    def cancelled_meanwhile(params: object, context: object) -> object:
        control.cancel(execution_id, Clock())
        return real(params, context)  # type: ignore[arg-type]

    monkeypatch.setattr(action, "run", cancelled_meanwhile)
    assert run(execution_id) == "cancelled"
    assert mails(quiet_queues, execution_id) == 0


def test_an_event_delivered_twice_starts_one_run() -> None:
    put_playbook("p", [SET], triggers=[{"type": "event", "eventName": "a.b"}])
    listener = Listener(playbook_id="p", org_id=ORG, trigger_id="event", event_name="a.b")
    event = DomainEvent(ORG, "a.b", "e1", {"n": 1})
    first, second = (start_or_debounce(listener, event, Clock(), None) for _ in range(2))
    assert first == second
    assert len(documents("playbook_executions")) == 1


def test_an_event_for_a_paused_playbook_is_written_as_skipped() -> None:
    put_playbook("p", [SET], status="paused")
    started = start("p", "e1", trigger=TriggerRef(type="event", id="event", event_id="x"))
    assert started.status is ExecutionStatus.SKIPPED
    assert execution("e1").status_reason == "the playbook is paused, not active"
    assert task_names("runExecution") == []


def test_a_playbook_that_starts_itself_ends() -> None:
    put_playbook("p", [{"id": "again", "action": "run_playbook", "params": {"playbookId": "p"}}])
    execution_id = start("p").execution_id
    for _ in range(4):
        run(execution_id)
        child = execution(execution_id).result_of("again")
        assert child is not None
        if child.status == "failed":
            break
        execution_id = value_of(child)["executionId"]
    assert "already ran 3 times in one chain" in (execution(execution_id).status_reason or "")


def test_a_dry_run_writes_nothing(quiet_queues: Stack) -> None:
    note = {"id": "note", "action": "create_inbox_notification", "params": {"title": "T", "body": "B"}}
    put_playbook("p", [SET, note, MAIL, {"id": "sub", "action": "run_playbook", "params": {"playbookId": "p"}}])
    shown = dry_run(StartRequest(ORG, "p", TriggerRef(type="manual"), user=PinnedUser(id="u")), Clock())
    assert [effect["stepId"] for effect in shown["effects"]] == ["note", "mail", "sub"]
    assert documents("playbook_executions") == documents("inbox_notifications") == []
    assert httpx.get(f"{quiet_queues.console_url}/api/outbox").json() == []


def test_a_dry_run_of_an_invalid_playbook_names_the_field() -> None:
    put_playbook("p", [{"action": "nonsense"}])
    with pytest.raises(PermanentError, match=r"steps\[0\].action"):
        dry_run(StartRequest(ORG, "p", TriggerRef(type="manual")), Clock())
