from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.api.callers import Caller, delivery_time, require_caller
from shared.api.errors import ForbiddenError
from tests.unit.api.requests import request

TASK = {"X-CloudTasks-QueueName": "executions", "X-CloudTasks-TaskName": "t1"}
JOB = {"X-CloudScheduler": "true"}


@pytest.mark.parametrize(("kind", "headers"), [("tasks", TASK), ("scheduler", JOB)])
def test_the_expected_service_passes(kind: Caller, headers: dict[str, str]) -> None:
    require_caller(request(headers=headers), kind)


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("tasks", {}),
        ("tasks", JOB),
        ("tasks", {"X-CloudTasks-QueueName": "executions"}),
        ("tasks", {"X-CloudTasks-TaskName": "t1"}),
        ("scheduler", {}),
        ("scheduler", TASK),
        ("scheduler", {"X-CloudScheduler": "false"}),
    ],
)
def test_anybody_else_is_refused(kind: Caller, headers: dict[str, str]) -> None:
    with pytest.raises(ForbiddenError):
        require_caller(request(headers=headers), kind)


def test_a_tasks_delivery_time_is_read_with_its_fraction() -> None:
    moment = delivery_time(request(headers={"X-CloudTasks-TaskETA": "1772960400.25"}))
    assert moment == datetime(2026, 3, 8, 9, tzinfo=UTC) + timedelta(milliseconds=250)


@pytest.mark.parametrize("text", ["2026-03-08T09:00:00Z", "2026-03-08T09:00:00.000000Z"])
def test_a_jobs_delivery_time_is_read(text: str) -> None:
    moment = delivery_time(request(headers={"X-CloudScheduler-ScheduleTime": text}))
    assert moment == datetime(2026, 3, 8, 9, tzinfo=UTC)


def test_an_offset_is_turned_into_utc() -> None:
    moment = delivery_time(request(headers={"X-CloudScheduler-ScheduleTime": "2026-03-08T05:00:00-04:00"}))
    assert moment == datetime(2026, 3, 8, 5, tzinfo=timezone(timedelta(hours=-4)))
    assert moment is not None
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CloudTasks-TaskETA": "soon"},
        {"X-CloudTasks-TaskETA": "nan"},
        {"X-CloudTasks-TaskETA": "1e300"},
        {"X-CloudScheduler-ScheduleTime": "09:00"},
        {"X-CloudScheduler-ScheduleTime": "2026-03-08T09:00:00"},
    ],
)
def test_a_malformed_delivery_time_is_none_with_a_warning(
    headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert delivery_time(request(headers=headers)) is None
    assert "delivery time" in caplog.text


def test_no_delivery_time_is_none_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert delivery_time(request()) is None
    assert caplog.text == ""
