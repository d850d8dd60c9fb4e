"""A run that failed permanently: recorded once per replay, however often the message comes, retried on request."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.errors import ConflictError, TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.messages.channels import blackleaf
from shared.notices import outbox
from shared.notices.delivery import LATE_AFTER
from shared.runs import control, dead_letters
from shared.runs.dead_letters import DeadLetterMessage, receive
from shared.runs.record import ExecutionStatus
from shared.runs.sweep import sweep
from tests.emulator.executions import (
    MAIL,
    ORG,
    SET,
    clock_in,
    documents,
    execution,
    fault,
    mails,
    put_org,
    put_playbook,
    run,
    start,
    task_names,
)

pytestmark = pytest.mark.usefixtures("quiet_queues")

BROKEN = {"id": "broken", "action": "set", "params": {"values": {"x": "{{event.nope}}"}}}


@pytest.fixture(autouse=True)
def no_topic(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Messages are handed over by hand."""
    published: list[str] = []
    monkeypatch.setattr(dead_letters, "publish", lambda failed: published.append(failed.id))
    return published


def failed_run(steps: list[dict[str, Any]], **fields: Any) -> tuple[str, DeadLetterMessage]:
    put_playbook("p", steps, **fields)
    execution_id = start("p").execution_id
    assert run(execution_id) == "failed"
    return execution_id, message_of(execution_id)


def message_of(execution_id: str, replay: int = 0) -> DeadLetterMessage:
    return DeadLetterMessage(
        execution_id=execution_id, org_id=ORG, playbook_id="p", replay=replay, error="x", attempts=1
    )


def texts(stack: Stack) -> int:
    return len(httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "sms"}).json())


def test_a_dead_letter_is_reported_once_however_often_it_comes() -> None:
    execution_id, message = failed_run([SET, BROKEN])
    for _ in range(3):
        receive(message, Clock())
    letters, notes = documents("dead_letters"), documents("inbox_notifications")
    assert len(letters) == len(notes) == 1
    assert (letters[0]["failedStepId"], letters[0]["status"]) == ("broken", "open")
    assert "event.nope" in letters[0]["error"]
    assert letters[0]["errorCode"] == "unknown_name"
    assert notes[0]["type"] == "playbook_failure"
    assert notes[0]["executionId"] == execution_id
    state = execution(execution_id)
    assert state.dead_lettered_at is not None
    assert state.due_at is None


def test_a_notification_that_was_read_stays_read() -> None:
    _, message = failed_run([BROKEN])
    receive(message, Clock())
    note = next(iter(clients.firestore().collection("inbox_notifications").stream()))
    note.reference.update({"read": True})
    receive(message, Clock())
    assert [found["read"] for found in documents("inbox_notifications")] == [True]


def test_the_staff_are_texted_when_the_playbook_asks_for_it(quiet_queues: Stack) -> None:
    put_org(staffPhones=["+13155550123", "+13155550124"])
    _, message = failed_run([BROKEN], onFailure={"sms": True})
    receive(message, Clock())
    receive(message, Clock())
    assert texts(quiet_queues) == 2


def test_the_owner_is_written_to_once_where_the_org_asks_for_it(quiet_queues: Stack) -> None:
    preferences = {"playbook_failure": {"email": True, "dashboard": True, "sms": False}}
    clients.firestore().document(f"notification_preferences/{ORG}").set(preferences)
    _, message = failed_run([BROKEN])
    receive(message, Clock())
    receive(message, Clock())
    found = httpx.get(f"{quiet_queues.console_url}/api/outbox", params={"channel": "email"}).json()
    assert [(mail["to"], mail["subject"]) for mail in found] == [("owner@runs.example", "Playbook failed: p")]


def test_nobody_is_texted_or_written_to_unasked(quiet_queues: Stack) -> None:
    put_org(staffPhones=["+13155550123"])
    _, message = failed_run([BROKEN])
    receive(message, Clock())
    assert httpx.get(f"{quiet_queues.console_url}/api/outbox").json() == []


def test_what_a_receiver_that_died_did_not_text_is_texted_by_the_sweep_once(
    quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_org(staffPhones=["+13155550123"])
    _, message = failed_run([BROKEN], onFailure={"sms": True})
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "deliver", lambda *_: None)
        receive(message, Clock())
    receive(message, Clock())
    assert texts(quiet_queues) == 0
    for _ in range(2):
        outbox.sweep(Clock().now() + LATE_AFTER)
    assert texts(quiet_queues) == 1


def test_a_text_that_may_have_arrived_is_not_sent_again(
    quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ProcessDied(BaseException):
        pass

    real = blackleaf.send

    def die_after_sending(to: str, body: str) -> str:
        real(to, body)
        raise ProcessDied

    put_org(staffPhones=["+13155550123"])
    _, message = failed_run([BROKEN], onFailure={"sms": True})
    with monkeypatch.context() as patch:
        patch.setattr(blackleaf, "send", die_after_sending)
        with pytest.raises(ProcessDied):
            receive(message, Clock())
    receive(message, Clock())
    assert texts(quiet_queues) == 1


def test_a_replay_resumes_at_the_failed_step(quiet_queues: Stack) -> None:
    put_playbook("p", [SET, MAIL])
    execution_id = start("p").execution_id
    fault(quiet_queues, 400, 1)
    assert run(execution_id) == "failed"
    receive(message_of(execution_id), Clock())
    set_result = execution(execution_id).result_of("set")

    replayed = control.replay(control.find_execution(execution_id), Clock())
    assert (replayed.status, replayed.replay) == (ExecutionStatus.QUEUED, 1)
    assert f"{execution_id}-replay-1-attempt-1" in task_names("runExecution")
    assert documents("dead_letters")[0]["status"] == "replayed"
    assert run(execution_id, replay=1) == "completed"
    assert execution(execution_id).result_of("set") == set_result
    assert mails(quiet_queues, execution_id) == 1


def test_a_double_click_on_replay_starts_one() -> None:
    execution_id, _ = failed_run([BROKEN])
    first, second = control.find_execution(execution_id), control.find_execution(execution_id)
    assert control.replay(first, Clock()).replay == 1
    with pytest.raises(TransientError):
        control.replay(second, Clock())
    assert control.replay(control.find_execution(execution_id), Clock()).replay == 1


def test_only_a_failed_run_is_sent_back() -> None:
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    run(execution_id)
    with pytest.raises(ConflictError, match="completed"):
        control.replay(control.find_execution(execution_id), Clock())


def test_a_message_of_an_earlier_replay_changes_nothing() -> None:
    execution_id, message = failed_run([BROKEN])
    receive(message, Clock())
    control.replay(control.find_execution(execution_id), Clock())
    receive(message, Clock())
    assert documents("dead_letters")[0]["status"] == "replayed"
    assert run(execution_id, replay=1) == "failed"
    receive(message, Clock())
    assert documents("dead_letters")[0]["status"] == "replayed"
    receive(message_of(execution_id, replay=1), Clock())
    assert documents("dead_letters")[0]["status"] == "open"
    assert len(documents("inbox_notifications")) == 2


def test_a_dead_letter_that_nobody_heard_of_is_published_again(no_topic: list[str]) -> None:
    execution_id, _ = failed_run([BROKEN])
    assert no_topic == [execution_id]
    sweep(clock_in(120))
    assert no_topic == [execution_id, execution_id]


def test_the_inbox_does_not_quote_what_the_run_handled() -> None:
    quotes = {"id": "bad", "action": "stop", "params": {"reason": "no mail for {{event.name}}", "status": "failed"}}
    put_playbook("p", [quotes])
    execution_id = start("p", event_data={"name": "Ann Nonymous"}).execution_id
    assert run(execution_id) == "failed"
    stored = execution(execution_id)
    assert "Ann Nonymous" in (stored.status_reason or "")
    message = DeadLetterMessage(execution_id=execution_id, org_id=ORG, playbook_id="p", error="x", attempts=1)
    receive(message, clock_in(0))
    (line,) = documents("inbox_notifications")
    assert line["body"].startswith("Step bad failed (attempt 1).")
    assert "Ann" not in str(line)
