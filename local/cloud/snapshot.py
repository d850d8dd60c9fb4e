"""The local cloud's state for the console page, as plain JSON."""

from __future__ import annotations

from datetime import datetime

from google.cloud import scheduler_v1, tasks_v2

from local.cloud.clock import VirtualClock
from local.cloud.queued_task import QueuedTask
from local.cloud.scheduled_job import ScheduledJob
from local.cloud.task_queue import TaskQueue
from local.cloud.times import rfc3339

SHOWN_TASKS = 200


def clock(virtual: VirtualClock) -> str:
    """The stack's time in RFC 3339."""
    return rfc3339(virtual.now())


def queue(one: TaskQueue) -> dict[str, object]:
    """`{name, state, maxDispatchesPerSecond, maxConcurrentDispatches, maxAttempts, taskCount, tasks}`.

    `tasks` are the first 200 by due time; `taskCount` is the total.
    """
    config = one.config
    by_due = sorted(one.tasks.values(), key=lambda task: task.due)
    return {
        "name": config.name,
        "state": tasks_v2.Queue.State(config.state).name,
        "maxDispatchesPerSecond": config.rate_limits.max_dispatches_per_second,
        "maxConcurrentDispatches": config.rate_limits.max_concurrent_dispatches,
        "maxAttempts": config.retry_config.max_attempts,
        "taskCount": len(by_due),
        "tasks": [_task(task) for task in by_due[:SHOWN_TASKS]],
    }


def _task(task: QueuedTask) -> dict[str, object]:
    return {
        "name": task.name,
        "url": task.call.url,
        "scheduleTime": rfc3339(task.due),
        "running": task.running,
        "dispatchCount": task.dispatches,
        "lastStatus": task.last_answer.status if task.last_answer else None,
    }


def job(one: ScheduledJob) -> dict[str, object]:
    """`{name, description, schedule, timeZone, state, url, scheduleTime, lastAttemptTime, lastStatus}`.

    `scheduleTime` is when it is next due; `lastStatus` is null before the first attempt, "OK", or what failed.
    """
    message = one.message
    attempted: datetime | None = message.last_attempt_time
    return {
        "name": message.name,
        "description": message.description,
        "schedule": message.schedule,
        "timeZone": message.time_zone,
        "state": scheduler_v1.Job.State(message.state).name,
        "url": message.http_target.uri,
        "scheduleTime": rfc3339(message.schedule_time),
        "lastAttemptTime": rfc3339(attempted) if attempted else None,
        "lastStatus": (message.status.message or "OK") if attempted else None,
    }
