"""Runs a command and cleans up all its processes, however it or the stack ends.

`python keeper.py COMMAND...`, with standard input held open by the stack: end of input means the stack is
gone. The Firebase CLI starts emulators in their own process groups, which survive when it is
killed, so this process adopts orphans (Linux) and kills every descendant before it exits.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 6.0
_POLL_SECONDS = 0.05


def keep(command: list[str]) -> int:
    """Runs `command` until it ends, a signal comes or the input closes; kills its processes; its exit code."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    _adopt_orphans()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_die_with_keeper)
    threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    while child.poll() is None and not stop.wait(_POLL_SECONDS):
        pass
    started = descendants(os.getpid())
    if child.poll() is None:
        child.terminate()
        _wait(child, _GRACE_SECONDS)
    _kill_all(started)
    return child.wait()


def descendants(pid: int) -> set[int]:
    """All descendants' process ids."""
    children: dict[int, list[int]] = {}
    for child, parent in _processes():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _processes() -> list[tuple[int, int]]:
    """(pid, parent's pid) of every process except zombies."""
    if not Path("/proc/self/stat").exists():
        done = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True)
        return [(int(pid), int(parent)) for pid, parent in map(str.split, done.stdout.splitlines())]
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found.append((int(entry.name), int(parent)))
    return found


def _kill_all(started: set[int]) -> None:
    """Kills remaining processes, repeatedly, because they may fork meanwhile."""
    deadline = time.monotonic() + _GRACE_SECONDS
    while time.monotonic() < deadline:
        alive = {pid for pid, _ in _processes()}
        left = descendants(os.getpid()) | (started & alive)
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(_POLL_SECONDS)


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _die_with_keeper() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for_end_of_input(stop: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stop.set()


def _wait(child: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
