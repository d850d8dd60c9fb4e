"""The tasks of schedules without a job: when they come, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.cadence import LONGEST, delay
from shared.triggers import time_tasks
from shared.triggers.jobs import JobOwner
from shared.triggers.record import ENABLED, JobRecord

OWNER = JobOwner("org", "p", "daily")
SLOT = datetime(2027, 6, 1, 9, tzinfo=UTC)
YEARLY = JobRecord(cron="0 9 1 6 *", timezone="UTC", name="j", state=ENABLED, exact=True, generation="1")
DAY = timedelta(days=1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []

    def create(_queue: str, name: str, _payload: Mapping[str, Any], *, at: datetime, **_: Any) -> bool:
        found.append((name, at))
        return True

    monkeypatch.setattr(time_tasks, "create_named_task", create)
    return found


def test_beyond_the_range_of_cloud_tasks_each_task_creates_the_next(made: list[tuple[str, datetime]]) -> None:
    now = SLOT - 75 * DAY
    while now < SLOT:
        time_tasks.put_task(OWNER, YEARLY, SLOT, now)
        assert time_tasks.next_task(OWNER, YEARLY, (), now) == made[-1][0], "so that an edit finds it"
        now = made[-1][1]
    assert [at for _, at in made] == [SLOT - 58 * DAY, SLOT - 29 * DAY, SLOT]
    assert len({name for name, _ in made}) == 3


@given(st.integers(0, 400 * 24 * 3_600))
def test_no_task_is_too_far_ahead_or_in_the_past(seconds: int) -> None:
    now = SLOT - timedelta(seconds=seconds)
    with pytest.MonkeyPatch.context() as patch:
        create = Mock(return_value=True)
        patch.setattr(time_tasks, "create_named_task", create)
        time_tasks.put_task(OWNER, YEARLY, SLOT, now)
    at = create.call_args.kwargs["at"]
    assert now <= at <= now + 29 * DAY


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_daily_schedule_has_its_own_part_of_ten_minutes_always_the_same(org: str, playbook: str) -> None:
    found = delay("0 9 * * *", None, org, playbook, "daily")
    assert timedelta() <= found < LONGEST
    assert found == delay("30 8 * * *", None, org, playbook, "daily")


def test_ten_thousand_schedules_of_one_slot_are_spread_evenly_over_its_minutes() -> None:
    minutes = [delay("0 9 * * *", None, f"org{n}", "p", "daily") // timedelta(minutes=1) for n in range(10_000)]
    counts = [minutes.count(minute) for minute in range(10)]
    assert sum(counts) == 10_000
    assert all(850 < count < 1_150 for count in counts)


@pytest.mark.parametrize(("cron", "occurrence"), [("*/30 * * * *", None), ("0,15 9 * * *", None)])
def test_a_schedule_more_often_than_hourly_is_not_moved(cron: str, occurrence: str | None) -> None:
    assert {delay(cron, occurrence, f"org{n}") for n in range(50)} == {timedelta()}


def test_an_exact_schedule_is_not_moved() -> None:
    daily = YEARLY.model_copy(update={"cron": "0 9 * * *"})
    assert time_tasks.delay(OWNER, daily) == timedelta()
    assert {
        time_tasks.delay(JobOwner(f"org{n}", "p", "t"), daily.model_copy(update={"exact": False})) for n in range(9)
    } != {timedelta()}
