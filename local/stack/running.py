"""A running stack: `with running_stack() as stack: ...`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.setup.paths import ROOT
from local.setup.web import provide_dashboard
from local.stack.emulators import start_emulators, wait_until_ready
from local.stack.environment import client_environment, emulator_environment
from local.stack.firebase_config import config_path, forget_old_stacks, work_folder
from local.stack.platform import seed_platform
from local.stack.ports import PROJECT, REGION, Ports, is_listening
from local.stack.processes import KeptProcess, StackError
from local.stack.server import READY_FILE_VARIABLE
from local.stack.state import StateFolder

ALL_EMULATORS = ("auth", "firestore", "functions", "hosting", "pubsub", "tasks")
WITHOUT_FUNCTIONS = ("auth", "firestore", "pubsub")
_SERVER_SECONDS = 90
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Stack:
    """A ready stack: its parts' addresses and the client environment."""

    ports: Ports
    cron_secret: str
    processes: tuple[KeptProcess, ...]
    project: str = PROJECT
    region: str = REGION

    @property
    def env(self) -> dict[str, str]:
        """Variables to set before creating clients in this process."""
        return client_environment(self.ports)

    @property
    def public_url(self) -> str:
        """Hosting's base URL, which routes `/api/**` to the functions."""
        return self.ports.url("hosting")

    @property
    def console_url(self) -> str:
        return self.ports.url("console")

    def function_url(self, function_id: str) -> str:
        """A Cloud Function's direct URL, by its camelCase id."""
        return f"{self.ports.functions_base_url}/{function_id}"

    @property
    def logs(self) -> Path:
        """The folder with the stack's logs."""
        return work_folder(self.ports)

    def clear_firestore(self) -> None:
        """Deletes all documents without firing triggers."""
        documents = f"/emulator/v1/projects/{self.project}/databases/(default)/documents"
        httpx.delete(f"{self.ports.url('firestore')}{documents}", timeout=30).raise_for_status()

    def clear_auth(self) -> None:
        """Deletes all accounts of the Auth emulator."""
        accounts = f"/emulator/v1/projects/{self.project}/accounts"
        httpx.delete(f"{self.ports.url('auth')}{accounts}", timeout=30).raise_for_status()

    def require_running(self) -> None:
        """Raises StackError: a part of the stack has ended."""
        for process in self.processes:
            process.require_running()


@contextmanager
def running_stack(
    port_offset: int = 0,
    *,
    only: Sequence[str] = ALL_EMULATORS,
    environment: Mapping[str, str] | None = None,
    state: StateFolder | None = None,
) -> Iterator[Stack]:
    """Start the stack, yield it once it is ready, stop everything at the end.

    `only` names the emulators (of firebase.json); `WITHOUT_FUNCTIONS` is enough for tests that call the library
    themselves. `environment` is given to every function on top of the caller's own. With `state` the stack goes on
    where the one was that kept it; to keep it again is the caller's part.

    Raises:
        StackError: a port is taken, or a part failed to start; the message shows the end of its log.
        SetupError: no Java can be found, or the dashboard cannot be built.
    """
    ports = Ports(port_offset)
    _require_ports(ports)
    if "hosting" in only:
        provide_dashboard()
    forget_old_stacks()
    ready_file = work_folder(ports) / "ready"
    ready_file.unlink(missing_ok=True)
    overrides = dict(environment or {})
    with ExitStack() as cleanup:
        server = start_server(ports, ready_file, overrides)
        cleanup.callback(server.stop)
        cleanup.callback(config_path(ports).unlink, missing_ok=True)
        emulators = start_emulators(ports, only, overrides, state.emulators if state else None)
        cleanup.callback(emulators.stop)
        cleanup.callback(server.ask_to_stop)
        _wait_for_server(server, ports)
        wait_until_ready(emulators, ports, only)
        if state is not None:
            state.restore_local()
        stack = Stack(ports, seed_platform(ports), (server, emulators))
        ready_file.touch()
        yield stack


def start_server(ports: Ports, ready_file: Path, overrides: Mapping[str, str]) -> KeptProcess:
    """Start the process with the local cloud servers and the console."""
    return KeptProcess(
        "the local servers",
        [sys.executable, "-m", "local.stack.server"],
        env={
            **emulator_environment(overrides),
            "PORT_OFFSET": str(ports.offset),
            READY_FILE_VARIABLE: str(ready_file),
        },
        cwd=ROOT,
        log=work_folder(ports) / "server.log",
    )


def _require_ports(ports: Ports) -> None:
    for names, problem in (
        (ports.unusable(), "ports that no web client may call"),
        (ports.taken(), "ports already in use"),
    ):
        if names:
            named = ", ".join(f"{ports.of(name)} ({name})" for name in names)
            raise StackError(f"{problem}: {named}. Choose another PORT_OFFSET (it is {ports.offset} now)")


def _wait_for_server(process: KeptProcess, ports: Ports) -> None:
    deadline = time.monotonic() + _SERVER_SECONDS
    for name in ("cloud_tasks", "cloud_scheduler", "secret_manager", "console"):
        while not is_listening(ports.of(name)):
            process.require_running()
            if time.monotonic() > deadline:
                raise process.error(f"do not answer on the port of {name} ({ports.of(name)})")
            time.sleep(_POLL_SECONDS)
