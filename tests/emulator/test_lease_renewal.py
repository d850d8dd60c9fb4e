"""A step longer than its lease: it runs once while its process lives, and again once that is dead or held up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shared.documents import executions
from shared.runs.record import ExecutionStatus
from shared.steps.registry import load_action
from tests.emulator.executions import SET, execution, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

LEASE_SECONDS = 2
STEP_SECONDS = 5
PATIENCE = 90.0

CHILD = """
import sys
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from shared.gcp.clock import Clock
from shared.steps.registry import load_action

action = load_action("set")
real = action.run

def slow(params, context):
    print("working", flush=True)
    sys.stdin.readline()
    return real(params, context)

action.run = slow
print(deliver(Delivery(sys.argv[1], 1), Clock()), flush=True)
"""
"""A process whose step ends when it is told so."""


@pytest.fixture(autouse=True)
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASE_SECONDS", str(LEASE_SECONDS))


def test_a_step_longer_than_its_lease_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    action = load_action("set")
    real, begun, calls = action.run, threading.Event(), []

    def slow(params: Any, context: Any) -> Any:
        calls.append(context.step_id)
        begun.set()
        time.sleep(STEP_SECONDS)
        return real(params, context)

    monkeypatch.setattr(action, "run", slow)
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, execution_id)
        assert begun.wait(PATIENCE)
        _until(lambda: execution(execution_id).lease is not None)
        meanwhile = []
        while not running.done():
            meanwhile.append(run(execution_id))
            time.sleep(0.5)
        assert running.result() == "completed"
    assert set(meanwhile[:-1]) == {"look again"}
    assert calls == ["set"]
    ended = execution(execution_id)
    assert (ended.interruptions, len(ended.attempts), ended.lease) == (0, 1, None)


def test_the_death_of_its_process_lets_the_lease_run_out() -> None:
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    with _working(execution_id) as child:
        child.send_signal(signal.SIGKILL)
        child.wait(PATIENCE)
        _taken_over(execution_id)
    ended = execution(execution_id)
    assert (ended.status, ended.interruptions) == (ExecutionStatus.COMPLETED, 1)


def test_a_process_that_was_held_up_renews_nothing_and_writes_nothing() -> None:
    put_playbook("p", [SET])
    execution_id = start("p").execution_id
    with _working(execution_id) as child:
        child.send_signal(signal.SIGSTOP)
        _taken_over(execution_id)
        written = executions.reference(execution_id).get().update_time
        child.send_signal(signal.SIGCONT)
        answer, _ = child.communicate("go on\n", PATIENCE)
    assert answer.split() == ["ignored"]
    assert executions.reference(execution_id).get().update_time == written


@contextmanager
def _working(execution_id: str) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of the run's step, with a lease that it has renewed at least once."""
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, execution_id],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "working\n"
        seen: set[Any] = set()

        def is_renewed() -> bool:
            lease = execution(execution_id).lease
            seen.update({lease.expires_at} if lease else ())
            return len(seen) > 1

        _until(is_renewed)
        yield child
    finally:
        child.kill()
        child.communicate()


def _taken_over(execution_id: str) -> None:
    outcomes = set()

    def is_completed() -> bool:
        outcomes.add(run(execution_id))
        return "completed" in outcomes

    _until(is_completed)
    assert outcomes <= {"look again", "completed"}


def _until(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends_at, "it never came to that"
        time.sleep(0.1)
