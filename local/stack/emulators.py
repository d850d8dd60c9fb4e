"""The Firebase emulators as one process, and a real readiness check."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import yaml

from local.setup.paths import FIREBASE_CLI, ROOT
from local.stack.environment import emulator_environment
from local.stack.firebase_config import work_folder, write_firebase_config
from local.stack.ports import PROJECT, Ports, is_listening
from local.stack.processes import KeptProcess

_PRELOADED = tuple(Path(__file__).with_name(name) for name in ("fast_auth.cjs", "function_ports.cjs"))
# Below a test's time limit, so that the CLI's own error is shown before a timeout.
_READY_SECONDS = 180
_POLL_SECONDS = 0.1
_READY = "All emulators ready"
_LOADED = "Loaded functions definitions"
_FATAL = re.compile(
    r"Failed to load function definition.*|.*function ignored because.*|Could not start .* Emulator.*|^Error: .*",
    re.M,
)


def start_emulators(
    ports: Ports, only: Sequence[str], overrides: Mapping[str, str], imported: Path | None = None
) -> KeptProcess:
    """Starts the Firebase CLI with the emulators in `only` (names from firebase.json).

    `imported`: an exported folder with the initial documents and accounts.
    """
    config = write_firebase_config(ports)
    folder = work_folder(ports)
    return KeptProcess(
        "the Firebase emulators",
        [
            "node",
            *(argument for module in _PRELOADED for argument in ("--require", str(module))),
            str(FIREBASE_CLI),
            "emulators:start",
            "--project",
            PROJECT,
            "--config",
            str(config),
            "--only",
            ",".join(only),
            *(("--import", str(imported.resolve())) if imported is not None else ()),
        ],
        env=emulator_environment(overrides),
        cwd=folder,
        log=folder / "firebase.log",
    )


def wait_until_ready(process: KeptProcess, ports: Ports, only: Sequence[str]) -> None:
    """Waits until all emulators respond and all functions are loaded.

    Raises:
        StackError: the CLI ended, printed a load error or wasn't ready in time; includes its output.
    """
    deadline = time.monotonic() + _READY_SECONDS
    with_functions = "functions" in only
    while not _announced(process, with_functions):
        if time.monotonic() > deadline:
            raise process.error(f"were not ready after {_READY_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    for name in only:
        while not is_listening(ports.of(name)):
            process.require_running()
            if time.monotonic() > deadline:
                raise process.error(f"do not answer on the port of {name} ({ports.of(name)})")
            time.sleep(_POLL_SECONDS)
    if with_functions:
        _require_every_function(process, ports)


def _announced(process: KeptProcess, with_functions: bool) -> bool:
    process.require_running()
    output = process.output()
    fatal = _FATAL.search(output)
    if fatal:
        raise process.error(f"reported {fatal.group(0).strip()!r}")
    return _READY in output and (_LOADED in output or not with_functions)


def _require_every_function(process: KeptProcess, ports: Ports) -> None:
    """Compares the CLI's functions with functions.yaml: "all emulators ready" doesn't cover functions."""
    wanted = set(yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"])
    answer = httpx.get(f"{ports.url('functions')}/backends", timeout=10).raise_for_status().json()
    loaded = {trigger["name"] for backend in answer["backends"] for trigger in backend["functionTriggers"]}
    if wanted - loaded:
        raise process.error(f"did not load {', '.join(sorted(wanted - loaded))}")
