"""The pure decisions: what a delivery may do, and what follows a failure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.runs.record import ExecutionStatus
from shared.runs.state import Claim, Delivery, Ensure, GiveUp, Ignore, LookAgain, Retry, after_failure, decide
from tests.unit.runs.state import NOW, execution

DELAYS = (5, 30, 300)


@pytest.mark.parametrize(("attempt", "delay"), [(1, 5), (2, 30), (3, 300)])
def test_a_transient_failure_is_retried(attempt: int, delay: int) -> None:
    assert after_failure(TransientError("x"), attempt, DELAYS, NOW) == Retry(NOW + timedelta(seconds=delay))


def test_the_fourth_failure_is_the_last() -> None:
    assert after_failure(OutcomeUnknownError("x"), 4, DELAYS, NOW) == GiveUp()


@pytest.mark.parametrize("error", [PermanentError("x"), ValueError("x")])
def test_a_permanent_failure_is_not_retried(error: Exception) -> None:
    assert after_failure(error, 1, DELAYS, NOW) == GiveUp()


def test_a_queued_run_is_claimed() -> None:
    assert decide(execution(ExecutionStatus.QUEUED), Delivery("e", 1), NOW) == Claim(1)


def test_a_retrying_run_is_claimed_by_its_next_attempt_only() -> None:
    retrying = execution(ExecutionStatus.RETRYING, attempt=2)
    assert decide(retrying, Delivery("e", 3), NOW) == Claim(3)
    assert decide(retrying, Delivery("e", 2), NOW) == Ensure()


def test_a_running_run_is_left_alone_until_its_lease_ends() -> None:
    running = execution(ExecutionStatus.RUNNING, lease_seconds=60)
    assert decide(running, Delivery("e", 1), NOW) == LookAgain(NOW + timedelta(seconds=60))
    assert decide(running, Delivery("e", 1), NOW + timedelta(seconds=60)) == Claim(1, interrupted=True)


@pytest.mark.parametrize(
    "status",
    [ExecutionStatus.COMPLETED, ExecutionStatus.CANCELLED, ExecutionStatus.SKIPPED, ExecutionStatus.FAILED],
)
def test_an_ended_run_is_ignored(status: ExecutionStatus) -> None:
    assert isinstance(decide(execution(status), Delivery("e", 1), NOW), Ignore)


def test_a_failed_run_without_a_confirmed_dead_letter_sends_it_again() -> None:
    failed = execution(ExecutionStatus.FAILED, dead_lettered=False)
    assert decide(failed, Delivery("e", 4), NOW) == Ensure()


def test_a_delivery_of_an_earlier_replay_is_ignored() -> None:
    assert isinstance(decide(execution(ExecutionStatus.QUEUED, replay=1), Delivery("e", 1, replay=0), NOW), Ignore)
