from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.setup.paths import VENV
from local.stack.emulator_repairs import KEEP_ALIVE_SECONDS, is_functions_framework

WITH_CHILD = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, sys.argv[1]], stdout=subprocess.PIPE, text=True,
                         env={**os.environ, "FUNCTIONS_EMULATOR": "true"})
print(child.stdout.readline(), flush=True)
import time; time.sleep(1000)
"""
FUNCTION = """
import os, time
forked = os.fork()
if forked:
    print(os.getpid(), forked, flush=True)
time.sleep(1000)
"""


_SECONDS = 60
_SELECT_TAKES = 1024


def _functions_framework(folder: Path, script: str) -> Path:
    path = folder / "functions-framework"
    path.write_text(script)
    return path


def test_gunicorn_keeps_idle_connections_in_a_function_of_the_emulator(tmp_path: Path) -> None:
    script = "from gunicorn.config import Config; print(Config().keepalive)"
    done = subprocess.run(
        [sys.executable, str(_functions_framework(tmp_path, script))],
        env={**os.environ, "FUNCTIONS_EMULATOR": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(KEEP_ALIVE_SECONDS)
    assert done.stderr == ""


@pytest.fixture
def many_open_files() -> Iterator[None]:
    """As late in a session whose tests have opened hundreds of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * _SELECT_TAKES), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(_SELECT_TAKES)]
    yield
    for one in held:
        os.close(one)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_open_files")
def test_a_function_and_its_worker_die_with_the_shell_that_the_emulator_kills(tmp_path: Path) -> None:
    function = _functions_framework(tmp_path, FUNCTION)
    parent = subprocess.Popen([sys.executable, "-c", WITH_CHILD, str(function)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    watches = [os.pidfd_open(pid) for pid in pids]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for watch in watches:
        os.set_blocking(watch, False)
        _wait_for_end(watch)
        os.close(watch)


def test_other_python_programs_are_left_alone() -> None:
    assert not is_functions_framework([str(VENV / "bin" / "python"), "-m", "pytest"])
    assert is_functions_framework([str(VENV / "bin" / "python"), str(VENV / "bin" / "functions-framework")])


def _wait_for_end(watch: int) -> None:
    # Not `select`, which takes no descriptor above 1023: late in a long session they are higher.
    poll = select.poll()
    poll.register(watch, select.POLLIN)
    assert poll.poll(_SECONDS * 1000), f"the process survived its parent by {_SECONDS} seconds"
