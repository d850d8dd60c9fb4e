"""A provider that refuses an account for calling too often: its runs wait, and lose no attempt and no mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.parking import THROTTLED_AT_MOST
from shared.runs.sweep import sweep_overdue
from shared.web import throttle
from tests.emulator.executions import documents, execution, put_playbook, run, start, task_times

MAIL = {"action": "send_email", "id": "mail", "params": {"to": "a@shop.example", "subject": "S", "text": "T"}}
MINUTE = 60.0


def refuse(stack: Stack, times: int, **said: Any) -> None:
    body = {"provider": "mailjet", "status": 429, "times": times, **said}
    httpx.post(f"{stack.console_url}/api/faults", json=body).raise_for_status()


def mails(stack: Stack) -> int:
    return len(httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}).json())


def started(count: int, **step: Any) -> list[str]:
    put_playbook("p", [{**MAIL, **step}])
    return [start("p").execution_id for _ in range(count)]


def next_look(execution_id: str) -> float:
    """Seconds from now until the run is looked at again."""
    due = execution(execution_id).due_at
    assert due is not None
    return (due - datetime.now(UTC)).total_seconds()


def test_six_minutes_of_429_burn_no_attempt_and_make_no_dead_letter(quiet_queues: Stack) -> None:
    ids = started(5)
    refuse(quiet_queues, 1_000)
    passed = 0.0
    while passed < 6 * MINUTE:
        for one in ids:
            assert run(one, later=passed + 1) == "waiting"
        passed = max(passed + 1, *(next_look(one) for one in ids))
    httpx.delete(f"{quiet_queues.console_url}/api/faults")
    assert [run(one, later=passed + 2) for one in ids] == ["completed"] * 5
    for one in ids:
        found = execution(one)
        assert ([attempt.number for attempt in found.attempts], found.throttled_since) == ([1], None)
    assert (mails(quiet_queues), documents("dead_letters")) == (5, [])


def test_the_run_waits_as_long_as_the_provider_asks_and_says_for_what(quiet_queues: Stack) -> None:
    (one,) = started(1)
    refuse(quiet_queues, 1, retryAfter=120)
    assert run(one) == "waiting"
    found = execution(one)
    assert "Mailjet answered 429" in (found.status_reason or "")
    assert 119 <= next_look(one) <= 151
    assert max(task_times("runExecution").values()) == found.due_at
    assert run(one, later=60) == "ensured"
    assert run(one, later=152) == "completed"
    assert mails(quiet_queues) == 1


def test_the_second_run_of_the_process_does_not_call_at_all(quiet_queues: Stack) -> None:
    first, second = started(2)
    refuse(quiet_queues, 1, retryAfter=120)
    assert run(first) == "waiting"
    assert run(second) == "waiting", "the stand-in would have taken its mail"
    assert "asked us to slow down" in (execution(second).status_reason or "")
    assert mails(quiet_queues) == 0


def test_the_pause_is_noted_for_other_processes(quiet_queues: Stack) -> None:
    first, second = started(2)
    refuse(quiet_queues, 1, retryAfter=600)
    run(first)
    throttle.forget()
    refuse(quiet_queues, 1)
    assert run(second) == "waiting"
    assert next_look(second) >= 590


def test_a_step_that_may_fail_waits_all_the_same(quiet_queues: Stack) -> None:
    (one,) = started(1, onError="continue")
    refuse(quiet_queues, 1, retryAfter=30)
    assert run(one) == "waiting"
    assert run(one, later=40) == "completed"
    assert mails(quiet_queues) == 1


def test_after_hours_of_it_the_ladder_is_climbed_so_that_people_are_notified(quiet_queues: Stack) -> None:
    (one,) = started(1)
    refuse(quiet_queues, 1_000)
    assert run(one) == "waiting"
    assert run(one, later=THROTTLED_AT_MOST.total_seconds() + MINUTE) == "retrying"


def test_a_lost_wake_is_found_by_the_sweep(quiet_queues: Stack) -> None:
    (one,) = started(1)
    refuse(quiet_queues, 1, retryAfter=30)
    run(one)
    clients.tasks().purge_queue(name=clients.tasks().queue_path("demo-playbooks", "us-central1", "runExecution"))
    assert sweep_overdue(Clock(not_before=datetime.now(UTC) + timedelta(minutes=5))) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_each_item_of_a_loop_is_mailed_once(quiet_queues: Stack, times: int) -> None:
    inner = {**MAIL, "params": {**MAIL["params"], "to": "{{item}}"}}  # type: ignore[dict-item]
    each = {
        "action": "for_each",
        "params": {"items": ["a@s.example", "b@s.example", "c@s.example"], "steps": [inner]},
    }
    put_playbook("p", [each])
    one = start("p").execution_id
    refuse(quiet_queues, times, retryAfter=30)
    assert run(one) == "waiting"
    later = 40.0
    while run(one, later=later) == "waiting":
        later += 100
        assert later < 1_000
    assert (execution(one).status, mails(quiet_queues)) == ("completed", 3)
