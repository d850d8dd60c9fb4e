"""Whatever a part of the stack starts is gone when that part, or the stack's owner, is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from local.setup.paths import ROOT
from local.stack.processes import KeptProcess, StackError
from tests.harness.eventually import eventually

# Like the Firebase CLI: it starts a child in a session of its own, which no signal to the parent reaches.
PARENT = "setsid sleep 1000 & wait"
OWNER = """
import sys, time
from pathlib import Path
from local.stack.processes import KeptProcess
KeptProcess("part", ["sh", "-c", sys.argv[1]], env={"PATH": sys.argv[2]}, cwd=Path.cwd(), log=Path(sys.argv[3]))
time.sleep(1000)
"""


def test_stop_ends_the_children_that_left_the_process_group(tmp_path: Path) -> None:
    part, marker = _start(tmp_path)
    assert _running(marker)
    part.stop()
    assert not _running(marker)


def test_the_death_of_the_command_takes_its_children_along(tmp_path: Path) -> None:
    _, marker = _start(tmp_path)
    command = next(pid for pid in _running(marker) if _comm(pid) == "sh")
    os.kill(command, signal.SIGKILL)
    eventually(lambda: not _running(marker))


def test_nothing_outlives_an_owner_that_is_killed(tmp_path: Path) -> None:
    marker = _marker()
    log = tmp_path / "part.log"
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, f"export {marker}=1; {PARENT}", os.environ["PATH"], str(log)], cwd=ROOT
    )
    try:
        eventually(lambda: bool(_running(marker)))
    finally:
        owner.kill()
        owner.wait()
    eventually(lambda: not _running(marker))


def test_a_part_that_ends_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    part = KeptProcess(
        "the part", ["sh", "-c", "echo no room; exit 3"], env=os.environ, cwd=tmp_path, log=tmp_path / "log"
    )
    with pytest.raises(StackError, match=r"(?s)the part ended with exit code 3\..*no room"):
        eventually(lambda: _is_ended(part))


def _is_ended(part: KeptProcess) -> bool:
    part.require_running()
    return False


def _start(folder: Path) -> tuple[KeptProcess, str]:
    marker = _marker()
    part = KeptProcess(
        "part", ["sh", "-c", PARENT], env={**os.environ, marker: "1"}, cwd=folder, log=folder / "part.log"
    )
    eventually(lambda: any(_comm(pid) == "sleep" for pid in _running(marker)))
    return part, marker


def _marker() -> str:
    """The name of a variable that only this test's processes have: others may run the same test on this machine."""
    return f"MARK_{uuid.uuid4().hex}"


def _running(marker: str) -> list[int]:
    """The processes whose environment holds `marker`, the keeper left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (entry / "environ").read_bytes() and _comm(int(entry.name)) in {"sh", "sleep"}:
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def _comm(pid: int) -> str:
    """The name of the program; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
