"""Schedules that tasks carry, since Cloud Scheduler has no room for more jobs: the same runs, no job left over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.task_queue import delete_named_task
from shared.runs.slot_start import start_slot
from shared.runs.sweep import sweep_missed
from shared.triggers import carriers, time_tasks
from shared.triggers.jobs import JobOwner
from shared.triggers.reconcile import reconcile
from shared.triggers.record import Carrier
from shared.triggers.repair import QUEUE
from tests.emulator.daily_walk import paused, repair
from tests.emulator.executions import documents
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, schedule

MINUTES = timedelta(minutes=1)
DAY = timedelta(days=1)
NINE = (datetime.now(UTC) + DAY).replace(hour=9, minute=0, second=0, microsecond=0)
DAILY = schedule("0 9 * * *", "UTC", exact=True, overlap="allow")


@pytest.fixture(autouse=True)
def few_jobs(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clients.firestore().document("platform/scheduler_jobs").set({"others": 0})
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "0")
    with paused(QUEUE):
        yield


@pytest.fixture
def playbook() -> ScheduledPlaybook:
    return made(DAILY)


def made(*triggers: dict[str, Any]) -> ScheduledPlaybook:
    playbook = ScheduledPlaybook()
    playbook.write(document(*triggers))
    playbook.reconcile()
    return playbook


def generation(playbook: ScheduledPlaybook) -> str | None:
    found: str | None = (playbook.record() or {})["jobs"]["schedule"].get("generation")
    return found


def come(
    playbook: ScheduledPlaybook, slot: datetime, now: datetime | None = None, of: str | None = None
) -> str | None:
    """The slot's task comes."""
    owner = JobOwner(playbook.org_id, playbook.playbook_id, "schedule")
    return start_slot(owner, slot, of or generation(playbook) or "", Clock(not_before=now or slot))


def started(playbook: ScheduledPlaybook) -> list[datetime]:
    found = [one for one in documents("playbook_executions") if one["orgId"] == playbook.org_id]
    return sorted(one["trigger"]["slot"] for one in found)


def tasks(playbook: ScheduledPlaybook) -> list[datetime]:
    return sorted(slot for slots in playbook.slot_tasks().values() for slot in slots)


def test_above_the_limit_the_next_slot_is_a_task_and_its_start_makes_the_one_after(
    playbook: ScheduledPlaybook,
) -> None:
    first = tasks(playbook)[0]
    assert (playbook.jobs(), tasks(playbook)) == ({}, [first])
    assert ((playbook.record() or {})["carrier"], (playbook.record() or {})["nextRunAt"]) == ("task", first)
    assert come(playbook, first) == come(playbook, first)
    assert (started(playbook), tasks(playbook)) == ([first], [first, first + DAY])


def test_below_the_limit_a_schedule_has_a_job_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "2")
    playbooks = [made(DAILY) for _ in range(3)]
    assert [len(one.jobs()) for one in playbooks] == [1, 1, 0]
    assert [len(tasks(one)) for one in playbooks] == [0, 0, 1]
    assert carriers.count_jobs() == 2
    playbooks[0].write(None)
    playbooks[0].reconcile()
    assert carriers.count_jobs() == 1
    assert made(DAILY).jobs() != {}


def test_one_that_has_its_job_keeps_it_when_it_is_edited_while_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "1")
    playbook = made(DAILY)
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "0")
    playbook.write(document({**DAILY, "cron": "30 9 * * *"}))
    playbook.reconcile()
    assert playbook.schedules() == {"schedule": ("30 9 * * *", "UTC")}


def test_paused_resumed_edited_and_deleted_it_leaves_no_task_of_before(playbook: ScheduledPlaybook) -> None:
    (first,), of = tasks(playbook), generation(playbook)
    playbook.write(document(DAILY, status="paused"))
    playbook.reconcile()
    assert (tasks(playbook), come(playbook, first, of=of)) == ([], None)
    playbook.write(document(DAILY))
    playbook.reconcile()
    assert tasks(playbook) == [first]
    playbook.write(document({**DAILY, "cron": "30 9 * * *"}))
    playbook.reconcile()
    half_past = first + 30 * MINUTES
    # Between 9:00 and 9:30, the next 9:30 is a day before the one that follows the next 9:00.
    expected = half_past - DAY if half_past - DAY > datetime.now(UTC) else half_past
    assert tasks(playbook) == [expected]
    assert come(playbook, first, of=of) is None, "it was on its way, and the schedule means another time by now"
    playbook.write(None)
    playbook.reconcile()
    assert (tasks(playbook), started(playbook), playbook.record()) == ([], [], None)


def test_what_an_edit_does_not_touch_goes_on_with_the_same_tasks(playbook: ScheduledPlaybook) -> None:
    of = generation(playbook)
    playbook.write({**document(DAILY), "name": "Renamed"})
    assert (playbook.reconcile(), generation(playbook)) == (True, of)


def test_a_task_of_an_older_generation_starts_its_slot_and_makes_no_other(playbook: ScheduledPlaybook) -> None:
    (first,), of = tasks(playbook), generation(playbook)
    playbook.write(document({**DAILY, "exact": False}))
    playbook.reconcile()
    assert come(playbook, first, of=of) is not None
    assert (started(playbook), tasks(playbook)) == ([first], [first])


def test_a_lost_task_is_made_up_for_by_the_sweep_which_goes_on_with_the_next(playbook: ScheduledPlaybook) -> None:
    (first,) = tasks(playbook)
    (task,) = playbook.tasks_of(time_tasks.QUEUE)
    delete_named_task(time_tasks.QUEUE, task.name.rpartition("/")[2])
    assert sweep_missed(Clock(not_before=first + MINUTES)) == 0
    assert sweep_missed(Clock(not_before=first + 3 * MINUTES)) == 1
    assert (started(playbook), tasks(playbook)) == ([first], [first + DAY])
    assert sweep_missed(Clock(not_before=first + 8 * MINUTES)) == 0


def test_a_task_that_was_never_made_is_made_by_the_repair(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = tasks(playbook)
    path = f"playbook_schedules/{playbook.org_id}_{playbook.playbook_id}"
    clients.firestore().document(path).update({"jobs.schedule.generation": "another"})
    assert repair().repaired >= 1
    assert tasks(playbook) == [first, first]


def test_the_sweep_leaves_a_slot_alone_until_its_part_of_the_minutes_is_over() -> None:
    playbook = made(schedule("0 9 * * *", "UTC", overlap="allow"))
    (slot,) = tasks(playbook)
    (task,) = playbook.tasks_of(time_tasks.QUEUE)
    delay = task.schedule_time - slot
    assert timedelta() <= delay < 10 * MINUTES
    assert (playbook.record() or {})["nextRunAt"] == slot, "what people are shown is the slot"
    assert sweep_missed(Clock(not_before=slot + delay + 1.5 * MINUTES)) == 0
    assert (started(playbook), (playbook.record() or {})["nextRunAt"]) == ([], slot)
    assert sweep_missed(Clock(not_before=slot + delay + 2.5 * MINUTES)) == 1
    assert started(playbook) == [slot]


def test_the_daily_repair_moves_schedules_to_jobs_only_when_there_is_plenty_of_room_and_back_when_there_is_none(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = tasks(playbook)
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "1")
    repair()
    assert (playbook.jobs(), tasks(playbook)) == ({}, [first])
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "10")
    assert repair().repaired >= 1
    assert (set(playbook.jobs()), tasks(playbook), (playbook.record() or {})["nextRunAt"]) == (
        {"schedule"},
        [],
        first,
    )
    assert (playbook.record() or {})["carrier"] == "job"
    monkeypatch.setenv("SCHEDULER_JOB_LIMIT", "0")
    assert repair().repaired >= 1
    assert (playbook.jobs(), tasks(playbook)) == ({}, [first])


def test_a_job_that_the_move_left_behind_is_taken_away_by_the_repair(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = made(DAILY)
    with monkeypatch.context() as roomy:
        roomy.setenv("SCHEDULER_JOB_LIMIT", "10")
        reconcile(playbook.key, Clock(), move_to=Carrier.JOB)
        job = playbook.job()
    reconcile(playbook.key, Clock(), move_to=Carrier.TASK)
    clients.scheduler().create_job(parent=job.name.rpartition("/jobs/")[0], job=job)
    assert set(playbook.jobs()) == {"schedule"}
    repair()
    assert (playbook.jobs(), other.jobs()) == ({}, {})
    assert len(tasks(playbook)) == 1


def test_the_jobs_that_no_playbook_has_are_counted_once_a_day() -> None:
    repair()
    known = clients.firestore().document("platform/scheduler_jobs").get().to_dict() or {}
    assert known["others"] >= 2, "the sweep's and the heartbeat's at least"
