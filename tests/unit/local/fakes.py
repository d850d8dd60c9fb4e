"""A local cloud that stands still, and a console served on a real socket."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette

from local.cloud.kept import KeptCloud
from local.console.app import create_app
from local.console.server import server_config

START = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


@dataclass
class FakeAdvance:
    now: datetime
    fired: list[dict[str, Any]]


@dataclass
class FakeCloud:
    """Advancing moves the clock and answers with `fires`."""

    clock: FakeClock = field(default_factory=FakeClock)
    fires: list[dict[str, Any]] = field(default_factory=list)
    queues: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    limits: tuple[int, list[str]] | None = None

    async def advance(self, seconds: float) -> FakeAdvance:
        self.clock.moment += timedelta(seconds=seconds)
        return FakeAdvance(self.clock.moment, self.fires)

    def limit_scheduler(self, jobs: int, unknown_zones: Sequence[str]) -> None:
        self.limits = (jobs, list(unknown_zones))

    def kept(self) -> KeptCloud:
        return KeptCloud(ahead_seconds=0.0, queues=[], jobs=[], secrets=[])

    def restore(self, kept: KeptCloud) -> None:
        raise AssertionError("nobody restores a cloud that stands still")

    def snapshot(self) -> Mapping[str, Any]:
        return {"clock": self.clock.moment, "queues": self.queues, "jobs": self.jobs}


def make_app(cloud: FakeCloud | None = None, *, ready: Mapping[str, bool] | None = None) -> Starlette:
    readiness = {"functions": True} if ready is None else dict(ready)
    return create_app(cloud or FakeCloud(), lambda: readiness)


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The base URL of `app` on a free port of the loopback interface."""
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

    server = Server(server_config(app, port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert started.wait(60), "the console did not start within 60 s"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
