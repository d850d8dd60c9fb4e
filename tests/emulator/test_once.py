"""A trigger with one instant: its task, and what becomes of it when it is edited, paused, lost or late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.runs.slot_start import start_once
from shared.runs.sweep import sweep_missed, sweep_reviews
from shared.triggers.jobs import JobOwner
from shared.triggers.repair import QUEUE, repair_page
from shared.triggers.time_tasks import FARTHEST
from tests.emulator import daily_walk
from tests.emulator.executions import documents
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, on_event, once

AT = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
LATER = AT + timedelta(hours=1)
MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_repair_by_itself(quiet_queues: Stack) -> Iterator[None]:
    with daily_walk.paused(QUEUE):
        yield


@pytest.fixture
def playbook() -> ScheduledPlaybook:
    playbook = ScheduledPlaybook()
    put(playbook, once(AT))
    return playbook


def put(playbook: ScheduledPlaybook, *triggers: dict[str, Any], now: datetime | None = None, **fields: Any) -> None:
    playbook.write(document(*triggers, **fields))
    playbook.reconcile(Clock(not_before=now))


def deliver(playbook: ScheduledPlaybook, at: datetime = AT, now: datetime | None = None) -> str | None:
    """Call the task's function, at the instant unless said otherwise."""
    return start_once(JobOwner(playbook.org_id, playbook.playbook_id, "once"), at, Clock(not_before=now or at))


def runs(playbook: ScheduledPlaybook) -> list[tuple[datetime, str]]:
    found = [one for one in documents("playbook_executions") if one["orgId"] == playbook.org_id]
    return [(one["trigger"]["slot"], one["status"]) for one in found]


def summary(playbook: ScheduledPlaybook) -> dict[str, Any]:
    path = f"playbook_summaries/{playbook.org_id}_{playbook.playbook_id}"
    return clients.firestore().document(path).get().to_dict() or {}


def sweep(now: datetime) -> int:
    return sweep_missed(Clock(not_before=now))


def test_it_is_one_task_at_its_instant_and_shown_like_the_others(playbook: ScheduledPlaybook) -> None:
    assert playbook.tasks() == {"once": AT}
    assert (playbook.record() or {})["nextRunAt"] == AT
    assert (summary(playbook)["nextRuns"], summary(playbook)["runsEnd"]) == ([AT], True)
    assert summary(playbook)["when"].startswith("once, on ")
    assert playbook.reconcile() is False


def test_a_task_that_comes_twice_is_one_run_and_then_it_is_finished(playbook: ScheduledPlaybook) -> None:
    assert deliver(playbook) == deliver(playbook)
    assert runs(playbook) == [(AT, "queued")]
    assert sweep(AT + 5 * MINUTES) == 0
    assert (playbook.single_runs(), (playbook.record() or {})["nextRunAt"]) == ({"once": "finished"}, None)
    assert (summary(playbook)["nextRuns"], summary(playbook)["runsEnd"]) == ([], True)
    put(playbook, once(AT), now=AT + timedelta(days=1), name="Renamed")
    assert playbook.data()["status"] == "active", "what has been is no mistake of whoever edits the name"
    assert (playbook.single_runs(), playbook.tasks()) == ({"once": "finished"}, {})


def test_an_edited_instant_moves_the_task_and_the_old_one_starts_nothing(playbook: ScheduledPlaybook) -> None:
    put(playbook, once(LATER))
    assert playbook.tasks() == {"once": LATER}
    assert deliver(playbook, AT) is None
    assert runs(playbook) == []
    deliver(playbook, LATER)
    assert runs(playbook) == [(LATER, "queued")]


def test_paused_it_has_no_task_and_resumed_in_time_it_has_one_again(playbook: ScheduledPlaybook) -> None:
    put(playbook, once(AT), status="paused")
    assert (playbook.tasks(), playbook.single_runs()) == ({}, {"once": "off"})
    assert deliver(playbook) is None, "a task that was on its way"
    assert runs(playbook) == []
    put(playbook, once(AT))
    assert playbook.tasks() == {"once": AT}


@pytest.mark.parametrize(("hours", "status"), [(1, "queued"), (7, "skipped")])
def test_paused_over_its_instant_it_is_made_up_for_like_a_missed_slot_once(
    playbook: ScheduledPlaybook, hours: int, status: str
) -> None:
    put(playbook, once(AT), status="paused")
    resumed = AT + timedelta(hours=hours)
    put(playbook, once(AT), now=resumed)
    assert (playbook.tasks(), playbook.single_runs()) == ({}, {"once": "missed"})
    assert sweep(resumed) == 1
    assert runs(playbook) == [(AT, status)]
    if status == "skipped":
        (execution,) = (one for one in documents("playbook_executions") if one["orgId"] == playbook.org_id)
        assert "the playbook wasn't on when this was due" in execution["statusReason"]
    assert sweep(resumed) == 0
    put(playbook, once(AT), status="paused", now=resumed)
    put(playbook, once(AT), now=resumed)
    assert (sweep(resumed + 5 * MINUTES), playbook.single_runs()) == (0, {"once": "finished"})


def test_farther_ahead_than_cloud_tasks_goes_it_is_carried_on_by_the_sweep() -> None:
    playbook = ScheduledPlaybook()
    far = datetime.now(UTC).replace(microsecond=0) + FARTHEST + timedelta(hours=1)
    put(playbook, once(far))
    assert (playbook.tasks(), playbook.single_runs()) == ({}, {"once": "ahead"})
    assert (playbook.record() or {})["nextRunAt"] == far
    assert sweep_reviews(Clock(not_before=far - FARTHEST - MINUTES)) == 0
    assert sweep_reviews(Clock(not_before=far - FARTHEST + MINUTES)) == 1
    assert playbook.tasks() == {"once": far}
    assert sweep_reviews(Clock(not_before=far - FARTHEST + MINUTES)) == 0


def test_a_lost_task_is_run_by_the_sweep(playbook: ScheduledPlaybook) -> None:
    lose_the_task(playbook)
    assert sweep(AT + MINUTES) == 0, "it may still be on its way"
    assert sweep(AT + 5 * MINUTES) == 1
    assert sweep(AT + 10 * MINUTES) == 0
    assert runs(playbook) == [(AT, "queued")]


def test_a_record_that_never_came_to_making_the_task_is_put_right(playbook: ScheduledPlaybook) -> None:
    lose_the_task(playbook)
    name = f"playbook_schedules/{playbook.org_id}_{playbook.playbook_id}"
    fresh = f"{(playbook.record() or {})['once']['once']['task']}-again"
    clients.firestore().document(name).update({"once.once.task": fresh})
    repaired = repair_page(WalkPage("w", "playbooks"), Clock())
    assert repaired.repaired == 1
    assert playbook.tasks() == {"once": AT}


def lose_the_task(playbook: ScheduledPlaybook) -> None:
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", "startOnce")
    task = (playbook.record() or {})["once"]["once"]["task"]
    clients.tasks().delete_task(name=f"{parent}/tasks/{task}")
    assert playbook.tasks() == {}


def test_a_deleted_playbook_leaves_nothing_over(playbook: ScheduledPlaybook) -> None:
    playbook.write(None)
    playbook.reconcile()
    assert (playbook.tasks(), playbook.record(), summary(playbook)) == ({}, None, {})
    assert deliver(playbook) is None


def test_a_trigger_that_is_taken_out_takes_its_task_with_it(playbook: ScheduledPlaybook) -> None:
    put(playbook, on_event())
    assert (playbook.tasks(), playbook.single_runs()) == ({}, {})


def test_an_instant_that_had_passed_when_it_was_written_is_sent_back_naming_the_field() -> None:
    playbook = ScheduledPlaybook()
    passed = datetime.now(UTC) - timedelta(hours=1)
    put(playbook, on_event(), once(passed))
    data = playbook.data()
    assert data["status"] == "error"
    assert data["statusReason"].startswith("triggers[1].at: found ")
    assert "which has passed; expected a time in the future" in data["statusReason"]
    assert (playbook.tasks(), runs(playbook)) == ({}, [])


def test_an_instant_of_a_moment_ago_is_run_at_once() -> None:
    playbook = ScheduledPlaybook()
    just_now = datetime.now(UTC).replace(microsecond=0) - MINUTES
    put(playbook, once(just_now))
    assert playbook.data()["status"] == "active"
    assert playbook.single_runs() == {"once": "enabled"}
    deliver(playbook, just_now)
    assert runs(playbook) == [(just_now, "queued")]


def test_its_run_is_not_held_up_by_another_of_the_same_trigger(playbook: ScheduledPlaybook) -> None:
    deliver(playbook)
    put(playbook, once(LATER))
    deliver(playbook, LATER)
    assert sorted(runs(playbook)) == [(AT, "queued"), (LATER, "queued")]


def test_a_time_may_be_written_as_text() -> None:
    playbook = ScheduledPlaybook()
    put(playbook, once(AT.isoformat()))  # type: ignore[arg-type]
    assert playbook.tasks() == {"once": AT}
    assert deliver(playbook) is not None
    assert runs(playbook) == [(AT, "queued")]
