"""The local cloud: three gRPC servers on one timeline and clock."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import grpc
from google.cloud import tasks_v2

from local.cloud import scheduler, secrets, snapshot, tasks
from local.cloud.clock import VirtualClock
from local.cloud.grpc_service import service_handler
from local.cloud.http_sender import HttpSender
from local.cloud.kept import KeptCloud, kept_cloud, restore_cloud
from local.cloud.queues import ManifestError, declared_queues
from local.cloud.refusal import Refusal
from local.cloud.timeline import AdvanceResult, Timeline

HOST = "127.0.0.1"
STOP_GRACE_SECONDS = 1.0
# Otherwise a second stack would share the port and silently get every other call.
ONE_PROCESS_PER_PORT = (("grpc.so_reuseport", 0),)


class LocalCloud:
    """Runs in the event loop that starts it; state lives as long as the object."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.tasks_port = 0
        self.scheduler_port = 0
        self.secrets_port = 0
        self._timeline = Timeline(self.clock)
        self._servers: list[grpc.aio.Server] = []
        self._started = False

    async def start(
        self,
        tasks_port: int,
        scheduler_port: int,
        secrets_port: int,
        functions_yaml: Path | None,
        project: str,
        region: str,
    ) -> None:
        """Creates the declared queues and serves; port 0 picks a free one (see `tasks_port` and so on).

        Raises:
            ManifestError: `functions_yaml` is missing or malformed.
            RuntimeError: a port is in use, or this cloud was started before.
        """
        if self._started:
            raise RuntimeError("this LocalCloud was already started; expected a new one")
        self._started = True
        self._sender = HttpSender()
        self.tasks = tasks.CloudTasks(self._timeline, self._sender)
        self.scheduler = scheduler.CloudScheduler(self._timeline, self._sender)
        if functions_yaml is not None:
            self._make_queues(declared_queues(functions_yaml, project, region))
        try:
            self.tasks_port = await self._serve(tasks.SERVICE_NAME, self.tasks, tasks_port)
            self.scheduler_port = await self._serve(scheduler.SERVICE_NAME, self.scheduler, scheduler_port)
            self.secrets = secrets.SecretManager(self.clock)
            self.secrets_port = await self._serve(secrets.SERVICE_NAME, self.secrets, secrets_port)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops the servers and pending deliveries; safe to repeat."""
        servers, self._servers = self._servers, []
        for server in servers:
            await server.stop(STOP_GRACE_SECONDS)
        if self._started:
            await self._timeline.stop()
            self._sender.close()

    async def advance(self, seconds: float) -> AdvanceResult:
        """Moves the clock; returns when everything due was delivered. See `Timeline.advance`."""
        return await self._timeline.advance(seconds)

    def limit_scheduler(self, jobs: int, unknown_zones: Iterable[str]) -> None:
        """Makes Cloud Scheduler refuse more jobs than that, and these zones."""
        self.scheduler.limits.jobs = jobs
        self.scheduler.limits.unknown_zones = frozenset(unknown_zones)

    def snapshot(self) -> dict[str, object]:
        """`{clock, queues: [{…, tasks: [...]}], jobs: [...]}` for the console page; see `local.cloud.snapshot`."""
        return {
            "clock": snapshot.clock(self.clock),
            "queues": [snapshot.queue(queue) for _, queue in sorted(self.tasks.queues.items())],
            "jobs": [snapshot.job(job) for _, job in sorted(self.scheduler.jobs.items())],
        }

    def kept(self) -> KeptCloud:
        """The state another local cloud needs to continue."""
        return kept_cloud(self.clock, self.tasks, self.scheduler, self.secrets)

    def restore(self, kept: KeptCloud) -> None:
        """Restores another local cloud's state into this fresh one."""
        restore_cloud(kept, self.clock, self.tasks, self.scheduler, self.secrets)

    def _make_queues(self, configs: list[tasks_v2.Queue]) -> None:
        for config in configs:
            try:
                self.tasks.add_queue(config)
            except Refusal as refusal:
                raise ManifestError(f"queue {config.name}: {refusal.message}") from refusal

    async def _serve(self, service_name: str, service: object, port: int) -> int:
        server = grpc.aio.server(options=ONE_PROCESS_PER_PORT)
        server.add_generic_rpc_handlers((service_handler(service_name, service),))
        bound: int = server.add_insecure_port(f"{HOST}:{port}")
        await server.start()
        self._servers.append(server)
        return bound
