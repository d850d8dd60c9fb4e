"""What the Firebase CLI prints is read for what it means, not for "all emulators ready"."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.stack.emulators import wait_until_ready
from local.stack.ports import Ports, free_offset
from local.stack.processes import KeptProcess, StackError

Start = Callable[[str], KeptProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a stand-in for the CLI: a shell script."""
    started: list[KeptProcess] = []

    def run(script: str) -> KeptProcess:
        process = KeptProcess(
            "the Firebase emulators", ["sh", "-c", script], env=os.environ, cwd=tmp_path, log=tmp_path / "log"
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.stop()


@pytest.mark.parametrize(
    "line",
    [
        "Failed to load function definition from source: FirebaseError: Unexpected runtime",
        "functions[us-central1-runExecution]: function ignored because the tasks emulator does not exist",
        "Error: Could not start Firestore Emulator, port taken.",
    ],
)
def test_a_function_that_did_not_load_is_fatal_although_the_emulators_are_ready(line: str, start: Start) -> None:
    process = start(f"echo '{line}'; echo 'All emulators ready! Loaded functions definitions'; sleep 1000")
    with pytest.raises(StackError) as raised:
        wait_until_ready(process, Ports(free_offset()), ["functions"])
    assert line.split(": ", 1)[1] in str(raised.value)


def test_a_cli_that_ends_is_reported_with_what_it_said(start: Start) -> None:
    process = start("echo 'java is not installed'; exit 1")
    with pytest.raises(StackError, match=r"(?s)ended with exit code 1\..*java is not installed"):
        wait_until_ready(process, Ports(free_offset()), ["firestore"])
