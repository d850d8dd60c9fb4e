"""Celery with Redis: gunicorn before it, a worker with its default pool, the result backend as the record."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.setup.once import digest, is_current, one_at_a_time, run
from local.setup.paths import CACHE, ROOT
from local.stack.ports import HOST, is_listening
from local.stack.processes import KeptProcess
from tests.bench.door import Door
from tests.bench.executions import ALL_DONE_SECONDS
from tests.bench.peers.system import Method
from tests.bench.processor_time import processor_seconds
from tests.harness.functions import free_port, production_environment

REQUIREMENTS = "tests/bench/peers/requirements.txt"
PACKAGES = CACHE / "bench-peers"
APP = "tests.bench.peers.celery_app"
_THREADS = "20"
"""As many as `execute` has."""
_READY_SECONDS = 60
_POLL_SECONDS = 1.0
_ONE_POLL_SECONDS = 0.025
"""As our own runs are looked at: a result says when it was written."""
_PROMPT_POLL_SECONDS = 0.002
_RESULTS = "celery-task-meta-"


def is_possible() -> bool:
    """Whether this machine has a Redis server."""
    return shutil.which("redis-server") is not None


@dataclass(slots=True)
class CeleryWorkers:
    """See `System`."""

    parts: dict[str, KeptProcess]
    port: int
    results: Any

    def door(self, method: Method) -> Door:
        """See `System`."""
        return Door(self.port, "/runs", {"number": 1, "method": method})

    def ended(self, count: int) -> float:
        """See `System`."""
        deadline = time.monotonic() + ALL_DONE_SECONDS
        while (found := self.results.dbsize()) < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{found} of {count} tasks were done within {ALL_DONE_SECONDS} s")
            time.sleep(_POLL_SECONDS)
        names = list(self.results.scan_iter(f"{_RESULTS}*", count=10_000))
        return max(_epoch(result) for result in self.results.mget(names))

    def one_ended(self, run_id: str) -> float:
        """See `System`."""
        deadline = time.monotonic() + ALL_DONE_SECONDS
        while True:
            time.sleep(_ONE_POLL_SECONDS)
            if (result := self.results.get(f"{_RESULTS}{run_id}")) is not None:
                return _epoch(result)
            if time.monotonic() > deadline:
                raise RuntimeError(f"task {run_id} was not done within {ALL_DONE_SECONDS} s")

    def processor_seconds(self) -> dict[str, float]:
        """Of the door and the worker alone: Redis stands where Firestore and Cloud Tasks do."""
        return {name: processor_seconds(process.pid) for name, process in self.parts.items() if name != "redis"}


@contextmanager
def celery_workers(target: str) -> Iterator[CeleryWorkers]:
    """Redis, the door and the worker, ready.

    Raises:
        SetupError: pip could not install Celery.
    """
    _install()
    sys.path.append(str(PACKAGES))
    import redis

    redis_port, port = free_port(), free_port()
    environment = {
        **production_environment(),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(PACKAGES)]),
        "PEER_REDIS_URL": f"redis://{HOST}:{redis_port}",
        "PEER_TARGET_URL": target,
    }
    server = [
        "redis-server",
        "--bind",
        HOST,
        "--port",
        str(redis_port),
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
    ]
    web = ["gunicorn", "--bind", f"{HOST}:{port}", "--threads", _THREADS, "--log-level", "error", f"{APP}:web"]
    worker = ["celery", "--app", f"{APP}:queue", "worker", "--loglevel", "ERROR"]
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
        parts: dict[str, KeptProcess] = {}

        def start(name: str, command: list[str], cwd: Path) -> None:
            parts[name] = KeptProcess(name, command, env=environment, cwd=cwd, log=folder / f"{name}.log")
            cleanup.callback(parts[name].stop)

        start("redis", server, folder)
        _wait_for(parts["redis"], redis_port)
        start("web", [sys.executable, "-m", *web], ROOT)
        start("worker", [sys.executable, "-m", *worker], ROOT)
        _wait_for(parts["web"], port)
        yield CeleryWorkers(parts, port, redis.Redis(host=HOST, port=redis_port, db=1))


def _install() -> None:
    """Beside the project's own packages, which are never changed for it."""
    stamp = PACKAGES / ".setup-stamp"
    wanted = digest(ROOT, [REQUIREMENTS], extra=sys.version)
    with one_at_a_time():
        if is_current(stamp, wanted):
            return
        shutil.rmtree(PACKAGES, ignore_errors=True)
        into = ["--quiet", "--no-deps", "--target", str(PACKAGES)]
        run([sys.executable, "-m", "pip", "install", *into, "-r", REQUIREMENTS], "pip install")
        stamp.write_text(wanted)


def _wait_for(process: KeptProcess, port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not is_listening(port):
        process.require_running()
        if time.monotonic() > deadline:
            raise process.error(f"does not listen after {_READY_SECONDS} s")
        time.sleep(_PROMPT_POLL_SECONDS)


def _epoch(result: bytes) -> float:
    found = json.loads(result)
    if found["status"] != "SUCCESS":
        raise RuntimeError(f"a task ended as {found['status']}: {found['result']}")
    done = datetime.fromisoformat(found["date_done"])
    return (done if done.tzinfo else done.replace(tzinfo=UTC)).timestamp()
