"""Schedules with a start, an end, a grid of weeks and a number of runs: what starts a run, and what has a job."""

from __future__ import annotations

import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.gcp.clock import Clock
from shared.runs.parts import TriggerRef
from shared.runs.record import ExecutionStatus
from shared.runs.start import Started
from shared.runs.sweep import sweep_missed, sweep_reviews
from shared.triggers.target import JOB_AHEAD
from tests.emulator.executions import ORG, SET, documents, put_playbook, start
from tests.emulator.scheduled_playbook import ScheduledPlaybook
from tests.harness.killing import Executioner, Killed, killing

pytestmark = pytest.mark.usefixtures("quiet_queues")

UTC_DAILY = {"type": "schedule", "id": "daily", "cron": "0 9 * * *", "timezone": "UTC", "overlap": "allow"}
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)


def slot(day: int) -> datetime:
    return TODAY + day * DAY + timedelta(hours=9)


def put(**bounds: Any) -> ScheduledPlaybook:
    """An active playbook `p` with a daily schedule within the bounds, reconciled."""
    put_playbook("p", [SET], triggers=[{**UTC_DAILY, **bounds}])
    playbook = ScheduledPlaybook("p", ORG)
    playbook.reconcile()
    return playbook


def tick(day: int) -> Started:
    return start("p", trigger=TriggerRef(type="schedule", id="daily"), tick=slot(day))


def ran() -> list[datetime]:
    return sorted(found["trigger"]["slot"] for found in documents("playbook_executions"))


def reasons_logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    fields = [said.__dict__["log_fields"] for said in caplog.records if "does not mean" in said.getMessage()]
    return [one["reason"] for one in fields]


def record() -> dict[str, Any]:
    (found,) = documents("playbook_schedules")
    return found


def test_ticks_before_the_start_after_the_end_and_off_the_grid_start_no_run_and_say_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(startsAt=slot(2), endsAt=slot(8), every={"days": 3})
    with caplog.at_level(logging.INFO):
        made = [tick(day).created for day in range(1, 12)]
    assert made == [day in (2, 5, 8) for day in range(1, 12)]
    assert ran() == [slot(2), slot(5), slot(8)]
    reasons = reasons_logged(caplog)
    assert [reason.partition(",")[0] for reason in reasons[:3]] == [
        "before startsAt",
        "between two of every 3 days",
        "between two of every 3 days",
    ]
    assert reasons[-1].startswith("after endsAt")


def test_runs_are_counted_once_however_often_a_tick_comes_and_end_when_there_are_enough(
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(maxRuns=2)
    first, again, second = tick(1), tick(1), tick(2)
    assert (first.created, again.created, second.created) == (True, False, True)
    assert again.execution_id == first.execution_id
    with caplog.at_level(logging.INFO):
        assert tick(3).created is False
    assert reasons_logged(caplog) == ["its maxRuns are used up"]
    assert tick(2).execution_id == second.execution_id, "a late double of a run that counts is that run"
    assert ran() == [slot(1), slot(2)]
    assert record()["runs"] == {"daily": [slot(1), slot(2)]}


def test_a_skipped_slot_is_not_counted() -> None:
    put(maxRuns=2, overlap="skip")
    assert [tick(day).status for day in (1, 2)] == [ExecutionStatus.QUEUED, ExecutionStatus.SKIPPED]
    assert record()["runs"] == {"daily": [slot(1)]}


def test_of_many_slots_at_once_no_more_run_than_may() -> None:
    put(maxRuns=3)
    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(tick, [1, 1, 2, 3, 4, 5, 6, 1, 2]))
    assert sum(one.created for one in made) == 3
    assert len(ran()) == 3
    assert record()["runs"]["daily"] == ran()


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "before-its-answer"])
def test_dying_at_any_call_counts_the_slot_once(after: bool) -> None:
    for at in range(1, 20):
        put(maxRuns=20)
        executioner = Executioner(at, after=after)
        with killing(executioner), contextlib.suppress(Killed):
            tick(at)
        tick(at)
        assert ran().count(slot(at)) == 1
        assert record()["runs"]["daily"].count(slot(at)) == 1
        if executioner.calls < at:
            return
    raise AssertionError("it makes fewer calls than that")


def test_an_edit_and_a_pause_keep_the_count_and_a_new_start_starts_over() -> None:
    playbook = put(maxRuns=2)
    tick(1), tick(2)
    put_playbook("p", [SET], triggers=[{**UTC_DAILY, "maxRuns": 2}], status="paused")
    playbook.reconcile()
    put(maxRuns=3)
    assert [tick(day).created for day in (3, 4)] == [True, False]
    put(maxRuns=1, startsAt=slot(4))
    assert [tick(day).created for day in (4, 5)] == [True, False]


def test_a_trigger_that_is_taken_out_takes_its_count_with_it() -> None:
    playbook = put(maxRuns=1)
    tick(1)
    put_playbook("p", [SET], triggers=[])
    playbook.reconcile()
    assert record()["runs"] == {}
    put(maxRuns=1)
    assert tick(2).created is True


def test_a_schedule_has_a_job_from_two_days_before_its_start_to_its_end() -> None:
    playbook = put(startsAt=slot(10), endsAt=slot(12))
    assert (playbook.jobs(), record()["jobs"]["daily"]["state"]) == ({}, "ahead")
    assert record()["nextRunAt"] == slot(10)
    assert record()["reviewAt"] == slot(10) - JOB_AHEAD
    assert sweep_reviews(Clock(not_before=slot(7))) == 0
    near = Clock(not_before=slot(10) - JOB_AHEAD + timedelta(minutes=5))
    assert sweep_reviews(near) == 1
    assert playbook.recorded() == {"daily": ("0 9 * * *", "UTC", "enabled")}
    assert sweep_reviews(near) == 0
    assert set(playbook.jobs()) == {"daily"}
    playbook.reconcile(Clock(not_before=slot(12) + timedelta(minutes=5)))
    assert set(playbook.jobs()) == {"daily"}, "its last tick may still be knocking"
    tick(12)
    assert sweep_missed(Clock(not_before=slot(12) + timedelta(minutes=5))) == 0
    assert (set(playbook.jobs()), record()["nextRunAt"]) == ({"daily"}, slot(12)), "to be looked at once more"
    assert sweep_missed(Clock(not_before=slot(12) + timedelta(minutes=15))) == 0
    assert (playbook.jobs(), record()["jobs"]["daily"]["state"], record()["nextRunAt"]) == ({}, "finished", None)


def test_after_its_last_run_the_summary_says_that_there_are_none_and_the_job_is_gone() -> None:
    playbook = put(maxRuns=1)
    (summary,) = documents("playbook_summaries")
    assert (len(summary["nextRuns"]), summary["runsEnd"]) == (1, True)
    due = datetime.fromisoformat(summary["nextRuns"][0].isoformat())
    started = start("p", trigger=TriggerRef(type="schedule", id="daily"), tick=due)
    assert started.created is True
    sweep_missed(Clock(not_before=due + timedelta(minutes=5)))
    (summary,) = documents("playbook_summaries")
    assert (summary["nextRuns"], summary["runsEnd"]) == ([], True)
    assert summary["when"] == "every day at 9:00 AM UTC, at most once"
    assert playbook.jobs() == {}
    put()
    (summary,) = documents("playbook_summaries")
    assert "runsEnd" not in summary
    assert set(playbook.jobs()) == {"daily"}


def test_a_missed_tick_of_a_bounded_schedule_is_made_up_for_within_its_bounds_alone() -> None:
    put(startsAt=slot(1), endsAt=slot(2))
    assert sweep_missed(Clock(not_before=slot(0) + timedelta(minutes=5))) == 0
    assert sweep_missed(Clock(not_before=slot(1) + timedelta(minutes=5))) == 1
    assert sweep_missed(Clock(not_before=slot(2) + timedelta(minutes=5))) == 1
    assert sweep_missed(Clock(not_before=slot(3) + timedelta(minutes=5))) == 0
    assert ran() == [slot(1), slot(2)]
