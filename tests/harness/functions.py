"""Cloud Functions as production runs them: functions-framework under gunicorn with threads, a process for each."""

from __future__ import annotations

import itertools
import os
import random
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import httpx

from local.setup.paths import ROOT, VENV
from local.stack.ports import HOST
from local.stack.processes import KeptProcess
from local.stack.running import Stack
from tests.harness.manifest import endpoints

# gunicorn closes an idle connection after 2 s; one that may be closing would look like a killed function.
GUNICORN_LIMITS = httpx.Limits(max_connections=None, keepalive_expiry=1.0)
_PORTS = range(31_600, 32_700)
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_untried_ports = iter(random.sample(_PORTS[_worker::_workers], len(_PORTS[_worker::_workers])))
_READY_SECONDS = 120
_POLL_SECONDS = 0.01


class FunctionProcess:
    """One function on a port of its own, which it keeps over restarts."""

    def __init__(self, function_id: str, stack: Stack) -> None:
        self.function_id = function_id
        self.port = free_port()
        self._stack = stack
        self._starts = itertools.count(1)
        self._process: KeptProcess | None = None
        self._environment: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def configure(self, environment: Mapping[str, str]) -> None:
        """What every start from now on gets on top of the stack's own variables."""
        self._environment = dict(environment)

    def start(self) -> None:
        """Start it; see `wait_until_ready`."""
        endpoint = endpoints()[self.function_id]
        self._process = KeptProcess(
            self.function_id,
            [
                str(VENV / "bin" / "functions-framework"),
                *("--target", endpoint.entry_point),
                *("--source", "main.py"),
                *("--host", HOST),
                *("--port", str(self.port)),
            ],
            env={
                **production_environment(),
                **self._stack.env,
                **endpoint.environment_variables,
                "FUNCTION_SIGNATURE_TYPE": endpoint.signature,
                **self._environment,
            },
            cwd=ROOT,
            log=self._stack.logs / f"{self.function_id}-{next(self._starts)}.log",
        )

    def wait_until_ready(self) -> None:
        """Return when it answers.

        Raises:
            StackError: it ended, or was not ready in time; the message shows the end of its log.
        """
        process = self._running()
        deadline = time.monotonic() + _READY_SECONDS
        # An open port says little: it may be that of the one that was killed, or of one that still imports.
        while not self._answers():
            process.require_running()
            if time.monotonic() > deadline:
                raise process.error(f"did not answer after {_READY_SECONDS} s")
            time.sleep(_POLL_SECONDS)

    def _answers(self) -> bool:
        try:
            httpx.get(f"{self.url}/__/health", timeout=_READY_SECONDS)
        except httpx.TransportError:
            return False
        return True

    @property
    def pid(self) -> int:
        """The process under which all of its processes are."""
        return self._running().pid

    def kill(self) -> None:
        """SIGKILL, to all of its processes at once."""
        self._running().kill()

    def stop(self) -> None:
        """End it; harmless when it was never started."""
        if self._process is not None:
            self._process.stop()

    def output(self) -> str:
        """What it has printed since its last start."""
        return self._running().output()

    def _running(self) -> KeptProcess:
        if self._process is None:
            raise RuntimeError(f"{self.function_id} was not started")
        return self._process


@contextmanager
def running_functions(
    stack: Stack,
    function_ids: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    task_urls: Mapping[str, str] | None = None,
) -> Iterator[dict[str, FunctionProcess]]:
    """Start the functions against the stack's emulators, and stop them at the end.

    Tasks go straight to the functions, or where `task_urls` (by function id) says.
    """
    functions = {name: FunctionProcess(name, stack) for name in function_ids}
    urls = {name: function.url for name, function in functions.items()} | dict(task_urls or {})
    shared = {f"FUNCTION_URL_{name}": url for name, url in urls.items()} | dict(environment or {})
    with ExitStack() as cleanup:
        for function in functions.values():
            function.configure(shared)
            cleanup.callback(function.stop)
            function.start()
        for function in functions.values():
            function.wait_until_ready()
        yield functions


def production_environment() -> dict[str, str]:
    """This process's environment without what would make Python slower than it is in production."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def free_port() -> int:
    """A port that nothing listens on now; none is handed out twice.

    Below the ports that the system gives to outgoing connections: one of those could take it while its function
    restarts. Each worker of a test run has ports of its own.

    Raises:
        RuntimeError: none is left.
    """
    for port in _untried_ports:
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no port from {_PORTS.start} to {_PORTS.stop - 1} is free")
