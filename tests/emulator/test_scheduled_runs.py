"""Runs that a schedule starts: slots, overlaps, ticks that come twice or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.gcp.clock import Clock
from shared.playbooks.cron import next_slot
from shared.runs.parts import TriggerRef
from shared.runs.record import ExecutionStatus
from shared.runs.sweep import sweep
from shared.triggers.reconcile import PlaybookKey, reconcile
from shared.triggers.record import ScheduleRecord
from tests.emulator.executions import ORG, SET, documents, put_playbook, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

SCHEDULE = {"type": "schedule", "id": "daily", "cron": "0 9 * * *", "timezone": "America/New_York"}


def tick(slot_hour: int, playbook_id: str = "p") -> ExecutionStatus:
    at = datetime(2026, 3, 2, slot_hour, tzinfo=UTC)
    return start(playbook_id, trigger=TriggerRef(type="schedule", id="daily"), tick=at).status


def test_a_tick_is_skipped_while_a_run_of_the_same_schedule_is_under_way() -> None:
    put_playbook("p", [SET], triggers=[SCHEDULE])
    assert tick(14) is ExecutionStatus.QUEUED
    assert tick(14) is ExecutionStatus.QUEUED, "the same slot is the same run"
    assert tick(15) is ExecutionStatus.SKIPPED
    skipped = [found for found in documents("playbook_executions") if found["status"] == "skipped"]
    assert "hasn't finished (overlap: skip)" in skipped[0]["statusReason"]


def test_a_schedule_may_allow_overlaps() -> None:
    put_playbook("p", [SET], triggers=[{**SCHEDULE, "overlap": "allow"}])
    assert [tick(14), tick(15)] == [ExecutionStatus.QUEUED, ExecutionStatus.QUEUED]


def test_a_scheduler_that_fires_twice_in_the_repeated_hour_makes_one_run() -> None:
    put_playbook("p", [SET], triggers=[{**SCHEDULE, "cron": "30 1 * * *"}])
    trigger = TriggerRef(type="schedule", id="daily")
    first, second = (
        start("p", trigger=trigger, tick=datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (5, 6)
    )
    assert first.execution_id == second.execution_id
    assert (first.created, second.created) == (True, False)


def test_a_slot_whose_tick_never_came_is_run_late_and_once() -> None:
    put_playbook("p", [SET], triggers=[{**SCHEDULE, "cron": "0 * * * *"}])
    reconcile(PlaybookKey(ORG, "p"), Clock())
    due = ScheduleRecord.model_validate(documents("playbook_schedules")[0]).next_run_at
    assert due is not None
    late = Clock(not_before=due + timedelta(minutes=5))
    assert sweep(late).missed == 1
    assert sweep(late).missed == 0
    assert [found["trigger"]["slot"] for found in documents("playbook_executions")] == [due]
    following = ScheduleRecord.model_validate(documents("playbook_schedules")[0]).next_run_at
    assert following == due + timedelta(hours=1)


def test_a_slot_missed_long_ago_is_written_as_skipped_and_makes_no_burst() -> None:
    put_playbook("p", [SET], triggers=[{**SCHEDULE, "cron": "0 9 * * *", "timezone": "UTC"}])
    reconcile(PlaybookKey(ORG, "p"), Clock())
    due = ScheduleRecord.model_validate(documents("playbook_schedules")[0]).next_run_at
    assert due is not None
    assert sweep(Clock(not_before=due + timedelta(days=5, hours=8))).missed == 1
    skipped = documents("playbook_executions")
    assert [found["status"] for found in skipped] == ["skipped"]
    assert "its tick was missed" in skipped[0]["statusReason"]


def test_a_tick_of_a_trigger_that_is_gone_is_skipped() -> None:
    put_playbook("p", [SET])
    assert tick(14) is ExecutionStatus.SKIPPED


FIRST_MONDAY = {**SCHEDULE, "cron": "0 9 * * 1", "occurrence": "first"}


def test_only_the_first_monday_of_the_month_is_run() -> None:
    put_playbook("p", [SET], triggers=[FIRST_MONDAY])
    trigger = TriggerRef(type="schedule", id="daily")
    mondays = [datetime(2026, 3, day, 14 if day < 8 else 13, tzinfo=UTC) for day in (2, 9, 16, 23, 30)]
    started = [start("p", trigger=trigger, tick=monday) for monday in mondays]
    assert [one.created for one in started] == [True, False, False, False, False]
    assert [found["trigger"]["slot"] for found in documents("playbook_executions")] == mondays[:1]


def test_the_record_of_an_occurrence_says_its_own_next_run_and_the_sweep_keeps_to_it() -> None:
    put_playbook("p", [SET], triggers=[FIRST_MONDAY])
    reconcile(PlaybookKey(ORG, "p"), Clock())
    record = ScheduleRecord.model_validate(documents("playbook_schedules")[0])
    due = record.next_run_at
    assert due is not None
    assert due == next_slot("0 9 * * 1", "America/New_York", datetime.now(UTC), "first")
    assert sweep(Clock(not_before=due - timedelta(days=1))).missed == 0
    assert sweep(Clock(not_before=due + timedelta(minutes=5))).missed == 1
    following = ScheduleRecord.model_validate(documents("playbook_schedules")[0]).next_run_at
    assert following is not None
    assert following - due > timedelta(days=20)
