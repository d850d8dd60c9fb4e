"""The local cloud's state as it is kept between two stacks: tasks, jobs, secrets and how far the clock is ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from google.cloud import scheduler_v1, secretmanager_v1, tasks_v2
from pydantic import BaseModel, ConfigDict

from local.cloud.queued_task import QueuedTask, parse_task
from local.cloud.secret_store import StoredSecret, StoredVersion
from local.cloud.task_queue import PAUSED, TaskQueue

if TYPE_CHECKING:
    from local.cloud.clock import VirtualClock
    from local.cloud.scheduler import CloudScheduler
    from local.cloud.secrets import SecretManager
    from local.cloud.tasks import CloudTasks


class Kept(BaseModel):
    """Base: JSON with bytes in base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", extra="forbid")


class KeptTask(Kept):
    """`message`: the task as clients see it, in protobuf."""

    message: bytes
    named_by_caller: bool
    due: datetime
    created: datetime
    dispatches: int
    responses: int


class KeptQueue(Kept):
    """A queue, its tasks and the names that are still taken."""

    message: bytes
    tasks: list[KeptTask]
    taken_names: dict[str, datetime]


class KeptVersion(Kept):
    """A secret's version; the payload is gone of one that was destroyed."""

    message: bytes
    payload: bytes | None


class KeptSecret(Kept):
    """A secret with its versions, which count from 1."""

    message: bytes
    versions: list[KeptVersion]


class KeptCloud(Kept):
    """All of it."""

    ahead_seconds: float
    queues: list[KeptQueue]
    jobs: list[bytes]
    secrets: list[KeptSecret]


def kept_cloud(
    clock: VirtualClock, tasks: CloudTasks, scheduler: CloudScheduler, secrets: SecretManager
) -> KeptCloud:
    """What is there now. An attempt under way counts as one that is still to come: it is made again."""
    return KeptCloud(
        ahead_seconds=max(0.0, clock.ahead.total_seconds()),
        queues=[_kept_queue(queue) for queue in tasks.queues.values()],
        jobs=[scheduler_v1.Job.serialize(job.message) for job in scheduler.jobs.values()],
        secrets=[_kept_secret(one) for one in secrets.stored],
    )


def restore_cloud(
    kept: KeptCloud, clock: VirtualClock, tasks: CloudTasks, scheduler: CloudScheduler, secrets: SecretManager
) -> None:
    """Put it into a cloud that has served nobody yet; what has come due meanwhile is delivered at once.

    Raises:
        Refusal: a queue, a task or a job cannot be one.
        DecodeError: a message is no protobuf.
    """
    clock.advance_to(clock.now() + timedelta(seconds=kept.ahead_seconds))
    for secret in kept.secrets:
        secrets.restore(_secret(secret))
    for job in kept.jobs:
        scheduler.restore(scheduler_v1.Job.deserialize(job))
    for one in kept.queues:
        config = tasks_v2.Queue.deserialize(one.message)
        queue = tasks.queues.get(config.name) or tasks.add_queue(config)
        # Paused until all of them are there, so that they go in the order of their times.
        queue.pause()
        queue.take_names(one.taken_names)
        for task in one.tasks:
            queue.add(_task(task, clock.now()))
        if config.state != PAUSED:
            queue.resume()


def _kept_queue(queue: TaskQueue) -> KeptQueue:
    return KeptQueue(
        message=tasks_v2.Queue.serialize(queue.config),
        tasks=[
            KeptTask(
                message=tasks_v2.Task.serialize(one.message(full=True)),
                named_by_caller=one.named_by_caller,
                due=one.due,
                created=one.created,
                dispatches=one.dispatches,
                responses=one.responses,
            )
            for one in queue.tasks.values()
        ],
        taken_names=queue.taken_names,
    )


def _task(kept: KeptTask, now: datetime) -> QueuedTask:
    message = tasks_v2.Task.deserialize(kept.message)
    task = parse_task(message, message.name, now)
    task.named_by_caller, task.due, task.created = kept.named_by_caller, kept.due, kept.created
    task.dispatches, task.responses = kept.dispatches, kept.responses
    return task


def _kept_secret(secret: StoredSecret) -> KeptSecret:
    return KeptSecret(
        message=secretmanager_v1.Secret.serialize(secret.message),
        versions=[
            KeptVersion(message=secretmanager_v1.SecretVersion.serialize(one.message), payload=one.payload)
            for one in secret.versions
        ],
    )


def _secret(kept: KeptSecret) -> StoredSecret:
    secret = StoredSecret(secretmanager_v1.Secret.deserialize(kept.message))
    secret.versions = [
        StoredVersion(secretmanager_v1.SecretVersion.deserialize(one.message), one.payload) for one in kept.versions
    ]
    return secret
