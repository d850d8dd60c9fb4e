"""A local cloud on free ports in a background event loop, and the official synchronous clients of it."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.cloud import scheduler_v1, secretmanager_v1, tasks_v2
from google.cloud.scheduler_v1.services.cloud_scheduler.transports import CloudSchedulerGrpcTransport
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from local.cloud.server import LocalCloud
from local.cloud.timeline import AdvanceResult

PROJECT = "demo-playbooks"
REGION = "us-central1"
LOCATION = f"projects/{PROJECT}/locations/{REGION}"
QUEUE = f"{LOCATION}/queues/runExecution"

Result = TypeVar("Result")


class LoopThread:
    """An event loop that runs in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result], timeout: float | None = 30) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class RunningCloud:
    def __init__(self, loop: LoopThread, cloud: LocalCloud) -> None:
        self.loop = loop
        self.cloud = cloud
        self._channels = [
            grpc.insecure_channel(f"127.0.0.1:{port}")
            for port in (cloud.tasks_port, cloud.scheduler_port, cloud.secrets_port)
        ]
        of_tasks, of_scheduler, of_secrets = self._channels
        self.tasks = tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=of_tasks))
        self.scheduler = scheduler_v1.CloudSchedulerClient(
            transport=CloudSchedulerGrpcTransport(channel=of_scheduler)
        )
        self.secrets = secretmanager_v1.SecretManagerServiceClient(
            transport=SecretManagerServiceGrpcTransport(channel=of_secrets)
        )

    def now(self) -> datetime:
        return self.cloud.clock.now()

    def advance(self, seconds: float) -> AdvanceResult:
        return self.loop.run(self.cloud.advance(seconds))

    def advance_to(self, instant: datetime) -> AdvanceResult:
        return self.advance((instant - self.now()).total_seconds())

    def make_queue(self, name: str = QUEUE, **settings: object) -> tasks_v2.Queue:
        return self.tasks.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=name, **settings))

    def add_task(
        self, url: str, *, task_id: str = "", in_seconds: float | None = None, **request: object
    ) -> tasks_v2.Task:
        task: dict[str, Any] = {"http_request": {"url": url, **request}}
        if task_id:
            task["name"] = f"{QUEUE}/tasks/{task_id}"
        if in_seconds is not None:
            task["schedule_time"] = self.now() + timedelta(seconds=in_seconds)
        return self.tasks.create_task(parent=QUEUE, task=tasks_v2.Task(task))

    def task_count(self) -> int:
        return len(list(self.tasks.list_tasks(parent=QUEUE)))

    def close(self) -> None:
        for channel in self._channels:
            channel.close()


@contextmanager
def running(loop: LoopThread, functions_yaml: Path | None = None) -> Iterator[RunningCloud]:
    async def start() -> LocalCloud:
        cloud = LocalCloud()
        await cloud.start(0, 0, 0, functions_yaml, PROJECT, REGION)
        return cloud

    cloud = loop.run(start())
    running_cloud = RunningCloud(loop, cloud)
    try:
        yield running_cloud
    finally:
        running_cloud.close()
        loop.run(cloud.stop())
