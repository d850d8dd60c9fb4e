"""A slot comes, and one run follows: however often it is told, and also when the telling was lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx

from local.stack.running import Stack
from shared.gcp import clients
from shared.runs.queue import Lane
from tests.e2e.conftest import eventually
from tests.e2e.org import Org, email_step, set_step

TRIGGER_ID = "daily"
SWEEPS_AFTER = timedelta(minutes=11)
"""Two sweeps after a slot: the first that may wonder about it, and one that must find nothing more."""


def _schedule(org: Org, **trigger: Any) -> datetime:
    """A playbook that is due soon; its slot."""
    slot, cron = org.soon()
    schedule = {"type": "schedule", "id": TRIGGER_ID, "cron": cron, "timezone": "Etc/UTC", **trigger}
    org.playbook(set_step(), triggers=[schedule])
    org.until_scheduled()
    return slot


def _tick(org: Org, slot: datetime) -> str:
    """Call as the scheduler that was due at the slot; the run. The stack's clock is ahead of the functions' own."""
    due = {"X-CloudScheduler-ScheduleTime": slot.isoformat()}
    answer = org.execute(headers=due, triggeredBy="schedule", triggerId=TRIGGER_ID, slot=slot.isoformat())
    assert answer.status_code == 202, answer.text
    execution_id: str = answer.json()["executionId"]
    return execution_id


@contextmanager
def _paused_queue(stack: Stack, lane: Lane) -> Iterator[str]:
    """The queue of first attempts, with nothing leaving it; its name."""
    name = f"projects/{stack.project}/locations/{stack.region}/queues/{lane}"
    clients.tasks().pause_queue(name=name)
    try:
        yield name
    finally:
        clients.tasks().resume_queue(name=name)


def test_when_the_clock_reaches_the_slot_one_run_follows(org: Org) -> None:
    slot = _schedule(org)
    fired = org.advance_to(slot)
    assert [call["status"] for call in fired if f"-{org.id}-" in call["name"]] == [202]
    execution = org.until(org.first_execution(), "completed")
    assert execution["trigger"] == {"type": "schedule", "id": TRIGGER_ID, "slot": slot}


def test_a_tick_that_comes_twice_is_one_run(org: Org) -> None:
    slot = _schedule(org)
    org.advance_to(slot)
    execution_id = org.first_execution()
    same_tick = {"X-CloudScheduler-ScheduleTime": slot.isoformat()}
    again = org.execute(headers=same_tick, triggeredBy="schedule", triggerId=TRIGGER_ID)
    assert again.json()["executionId"] == execution_id
    assert _tick(org, slot) == execution_id
    assert list(org.executions()) == [execution_id]


def test_a_slot_whose_predecessor_still_runs_is_skipped_with_the_reason(org: Org, on_stack: Stack) -> None:
    slot = _schedule(org)
    with _paused_queue(on_stack, Lane.EVENT):
        first = _tick(org, slot)
        second = _tick(org, slot + timedelta(minutes=1))
        skipped = org.until(second, "skipped")
        assert first in skipped["statusReason"]
        assert "overlap" in skipped["statusReason"]
    org.until(first, "completed")


def test_a_schedule_that_allows_overlap_runs_both(org: Org, on_stack: Stack) -> None:
    slot = _schedule(org, overlap="allow")
    with _paused_queue(on_stack, Lane.EVENT):
        both = [_tick(org, slot + timedelta(minutes=number)) for number in range(2)]
    for execution_id in both:
        org.until(execution_id, "completed")


def _once(org: Org, minutes: int = 2) -> datetime:
    """A playbook that is to run once, soon; the instant."""
    at = org.console.now().replace(microsecond=0) + timedelta(minutes=minutes)
    org.playbook(set_step(), triggers=[{"type": "once", "at": at}])
    org.until_scheduled()
    return at


def test_a_single_run_starts_at_its_instant_and_never_again(org: Org) -> None:
    at = _once(org)
    org.advance_to(at)
    execution = org.until(org.first_execution(), "completed")
    assert execution["trigger"] == {"type": "schedule", "id": "once", "slot": at}
    org.console.advance(SWEEPS_AFTER.total_seconds())
    assert len(org.executions()) == 1
    record = eventually(lambda: found if not (found := org.schedule())["nextRunAt"] else None, what="its end")
    assert record["once"]["once"]["state"] == "finished"


def test_a_single_run_whose_task_was_lost_is_started_by_the_sweep(org: Org) -> None:
    at = _once(org)
    task = org.schedule()["once"]["once"]["task"]
    clients.tasks().delete_task(name=clients.tasks().task_path("demo-playbooks", "us-central1", "startOnce", task))
    org.advance_to(at + SWEEPS_AFTER)
    assert org.until(org.first_execution(), "completed")["trigger"]["slot"] == at


def test_a_single_run_that_is_edited_runs_at_the_new_instant_alone(org: Org) -> None:
    at = _once(org)
    later = at + timedelta(minutes=10)
    org.reference().update({"triggers": [{"type": "once", "at": later}]})
    eventually(lambda: org.schedule()["nextRunAt"] == later, what="the new instant")
    org.advance_to(at)
    assert org.executions() == {}
    org.advance_to(later)
    assert org.until(org.first_execution(), "completed")["trigger"]["slot"] == later


def test_a_single_run_is_not_started_while_paused_and_is_made_up_for_after(org: Org) -> None:
    at = _once(org)
    org.reference().update({"status": "paused"})
    eventually(lambda: org.schedule()["once"]["once"]["state"] == "off", what="the pause")
    org.advance_to(at + SWEEPS_AFTER)
    assert org.executions() == {}
    org.reference().update({"status": "active"})
    eventually(lambda: org.schedule()["nextRunAt"], what="its return")
    org.console.advance(SWEEPS_AFTER.total_seconds())
    assert org.until(org.first_execution(), "completed")["trigger"]["slot"] == at


def test_a_schedule_runs_as_often_as_it_may_and_then_has_no_job(org: Org) -> None:
    soon, _ = org.soon()
    first = soon + timedelta(minutes=-soon.minute % 5)
    every_five = {"type": "schedule", "cron": "*/5 * * * *", "timezone": "Etc/UTC", "overlap": "allow"}
    org.playbook(set_step(), triggers=[{**every_five, "startsAt": first, "maxRuns": 2}])
    org.until_scheduled()
    org.advance_to(first + timedelta(minutes=11))
    slots = sorted(found["trigger"]["slot"] for found in org.executions().values())
    assert slots == [first, first + timedelta(minutes=5)]
    org.console.advance(SWEEPS_AFTER.total_seconds())
    eventually(lambda: org.jobs() == [] or None, what="its job gone")
    assert org.schedule()["jobs"]["schedule"]["state"] == "finished"
    assert len(org.executions()) == 2


def test_without_room_for_a_job_tasks_start_the_same_slots_and_a_pause_ends_them(org: Org, on_stack: Stack) -> None:
    limits = f"{on_stack.console_url}/api/scheduler/limits"
    httpx.put(limits, json={"jobs": 0}).raise_for_status()
    try:
        soon, _ = org.soon()
        first = soon + timedelta(minutes=-soon.minute % 5)
        every_five = {"type": "schedule", "cron": "*/5 * * * *", "timezone": "Etc/UTC", "overlap": "allow"}
        org.playbook(set_step(), triggers=[{**every_five, "startsAt": first}])
        assert org.until_scheduled()["carrier"] == "task"
    finally:
        httpx.put(limits, json={}).raise_for_status()
    fired = org.advance_to(first + timedelta(minutes=11))
    assert len([one for one in fired if "/queues/startSlot/" in one["name"]]) == 3
    slots = sorted(found["trigger"]["slot"] for found in org.executions().values())
    assert (slots, org.jobs()) == ([first + timedelta(minutes=minutes) for minutes in (0, 5, 10)], [])
    org.reference().update({"status": "paused"})
    eventually(lambda: org.schedule()["jobs"] == {}, what="the pause")
    org.console.advance(SWEEPS_AFTER.total_seconds())
    assert len(org.executions()) == 3


def test_a_run_whose_task_was_lost_is_found_by_the_sweep(org: Org, on_stack: Stack) -> None:
    org.playbook(email_step())
    with _paused_queue(on_stack, Lane.INTERACTIVE) as queue:
        execution_id = org.start()
        lost = [task.name for task in clients.tasks().list_tasks(parent=queue) if execution_id in task.name]
        assert len(lost) == 1
        clients.tasks().delete_task(name=lost[0])
    assert org.execution(execution_id)["status"] == "queued"
    org.console.advance(SWEEPS_AFTER.total_seconds())
    org.until(execution_id, "completed")
    assert len(org.emails(execution_id)) == 1


def test_what_a_person_asks_for_waits_behind_no_storm_of_events_and_catalog_runs(org: Org, on_stack: Stack) -> None:
    org.playbook(set_step(), name="listens", triggers=[{"type": "event", "eventName": "shop.opened"}])
    org.until_listening("listens")
    org.playbook(set_step())
    with _paused_queue(on_stack, Lane.EVENT), _paused_queue(on_stack, Lane.CATALOG):
        org.publish("e1", "shop.opened")
        held = org.first_execution("listens")
        assert org.run()["status"] == "completed"
        assert org.execution(held)["status"] == "queued"
    org.until(held, "completed")


def test_a_tick_that_never_came_is_caught_up_once(org: Org) -> None:
    slot = _schedule(org)
    (job,) = org.jobs()
    clients.scheduler().delete_job(name=job.name)
    org.advance_to(slot + SWEEPS_AFTER)
    execution_id = org.first_execution()
    assert org.until(execution_id, "completed")["trigger"]["slot"] == slot
    org.console.advance(SWEEPS_AFTER.total_seconds())
    assert list(org.executions()) == [execution_id]


def test_the_daily_repair_restores_a_job_that_somebody_deleted(org: Org) -> None:
    _schedule(org)
    (job,) = org.jobs()
    clients.scheduler().delete_job(name=job.name)
    _let_the_next_sweep_repair(org)
    eventually(lambda: [restored.name for restored in org.jobs()] == [job.name], what="the restored job")


def test_the_daily_repair_takes_a_job_away_that_no_playbook_has(org: Org) -> None:
    _schedule(org)
    (job,) = org.jobs()
    wanted = job.name
    parent, _, name = job.name.rpartition("/jobs/")
    job.name = f"{parent}/jobs/{name}-stray"
    clients.scheduler().create_job(parent=parent, job=job)
    _let_the_next_sweep_repair(org)
    eventually(lambda: [kept.name for kept in org.jobs()] == [wanted], what="the stray job gone")


def _let_the_next_sweep_repair(org: Org) -> None:
    clients.firestore().document("platform/repair").delete()
    org.console.advance(300)
