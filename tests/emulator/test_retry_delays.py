"""A playbook may say how long its failed runs wait before they are tried again, or that they are not."""

from __future__ import annotations

import pytest

from local.stack.running import Stack
from tests.emulator.executions import MAIL, execution, fault, mails, put_playbook, run, start, task_times

pytestmark = pytest.mark.usefixtures("quiet_queues")


def test_its_own_delays_take_the_place_of_the_platforms(quiet_queues: Stack) -> None:
    put_playbook("p", [MAIL], retryDelaysSeconds=[60, 7_200])
    execution_id = start("p").execution_id
    # An edit changes the next run, not this one.
    put_playbook("p", [MAIL], retryDelaysSeconds=[1])
    fault(quiet_queues, 503, 3)
    for attempt, delay in ((1, 60), (2, 7_200)):
        assert run(execution_id, attempt) == "retrying"
        state = execution(execution_id)
        due, ended = state.next_attempt_at, state.attempts[-1].ended_at
        assert due is not None
        assert ended is not None
        assert round((due - ended).total_seconds()) == delay
        assert task_times("retryExecution")[f"{execution_id}-attempt-{attempt + 1}"] == due
    assert run(execution_id, 3) == "failed"
    assert mails(quiet_queues, execution_id) == 0


def test_a_playbook_without_any_is_never_tried_again(quiet_queues: Stack) -> None:
    put_playbook("p", [MAIL], retryDelaysSeconds=[])
    execution_id = start("p").execution_id
    fault(quiet_queues, 503, 1)
    assert run(execution_id) == "failed"
    assert run(execution_id) == "ensured", "a second delivery sees to its dead letter, and no more"
    assert task_times("retryExecution") == {}
    assert mails(quiet_queues, execution_id) == 0
