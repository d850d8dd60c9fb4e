"""Runs installers only when their inputs changed, and never concurrently."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.setup.paths import CACHE, ROOT
from local.setup.problems import SetupError


def say(text: str) -> None:
    """Prints progress in one write, because several jobs print concurrently."""
    sys.stderr.write(f"set-up: {text}\n")
    sys.stderr.flush()


def digest(root: Path, names: Iterable[str], extra: str = "") -> str:
    """A digest of the files' relative names and contents."""
    found = hashlib.sha256(extra.encode())
    for name in names:
        found.update(name.encode() + b"\0" + (root / name).read_bytes())
    return found.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the stamp matches."""
    return stamp.exists() and stamp.read_text() == wanted


def run(command: Sequence[str], what: str, cwd: Path = ROOT) -> None:
    """Raises SetupError: the command failed; its last lines are in the message."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetupError(f"{what} failed with exit code {done.returncode}:\n{tail}")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Prevents concurrent `make` commands from installing into the same folders."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
