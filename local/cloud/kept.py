"""The local cloud's persisted state: tasks, jobs, secrets and the clock's offset."""

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
    """`message`: the task in protobuf, as clients see it."""

    message: bytes
    named_by_caller: bool
    due: datetime
    created: datetime
    dispatches: int
    responses: int


class KeptQueue(Kept):
    """A queue, its tasks and the task names still reserved."""

    message: bytes
    tasks: list[KeptTask]
    taken_names: dict[str, datetime]


class KeptVersion(Kept):
    """A secret's version; a destroyed one has no payload."""

    message: bytes
    payload: bytes | None


class KeptSecret(Kept):
    """A secret and its versions, numbered from 1."""

    message: bytes
    versions: list[KeptVersion]


class KeptCloud(Kept):
    ahead_seconds: float
    queues: list[KeptQueue]
    jobs: list[bytes]
    secrets: list[KeptSecret]


def kept_cloud(
    clock: VirtualClock, tasks: CloudTasks, scheduler: CloudScheduler, secrets: SecretManager
) -> KeptCloud:
    """The current state. Attempts in progress count as pending and will be repeated."""
    return KeptCloud(
        ahead_seconds=max(0.0, clock.ahead.total_seconds()),
        queues=[_kept_queue(queue) for queue in tasks.queues.values()],
        jobs=[scheduler_v1.Job.serialize(job.message) for job in scheduler.jobs.values()],
        secrets=[_kept_secret(one) for one in secrets.stored],
    )


def restore_cloud(
    kept: KeptCloud, clock: VirtualClock, tasks: CloudTasks, scheduler: CloudScheduler, secrets: SecretManager
) -> None:
    """Restores the state into a fresh cloud; whatever came due meanwhile is delivered at once.

    Raises:
        Refusal: a queue, task or job is invalid.
        DecodeError: a message isn't valid protobuf.
    """
    clock.advance_to(clock.now() + timedelta(seconds=kept.ahead_seconds))
    for secret in kept.secrets:
        secrets.restore(_secret(secret))
    for job in kept.jobs:
        scheduler.restore(scheduler_v1.Job.deserialize(job))
    for one in kept.queues:
        config = tasks_v2.Queue.deserialize(one.message)
        queue = tasks.queues.get(config.name) or tasks.add_queue(config)
        # Paused until all are restored, so that they run in order.
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
