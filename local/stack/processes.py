"""A process of the stack, run under a keeper, with its output in a log file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_KEEPER = Path(__file__).with_name("keeper.py")
_STOP_SECONDS = 20
_TAIL_LINES = 30


class StackError(RuntimeError):
    """A part of the stack failed to start or ended; includes the end of its log."""


class KeptProcess:
    """A running command, ended with all descendants by `stop()` or when this process ends."""

    def __init__(self, name: str, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(_KEEPER), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=dict(env),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The keeper's pid; the command's processes are its descendants."""
        return self._process.pid

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def require_running(self) -> None:
        """Raises StackError: the process has ended."""
        code = self._process.poll()
        if code is not None:
            raise self.error(f"ended with exit code {code}")

    def error(self, what: str) -> StackError:
        """A StackError with `what` happened and the end of the log."""
        tail = "\n".join(self.output().splitlines()[-_TAIL_LINES:])
        return StackError(f"{self.name} {what}. The end of {self.log}:\n{tail}")

    def ask_to_stop(self) -> None:
        """Starts stopping it; `stop` waits for that."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()

    def kill(self) -> None:
        """Kills it and its process group with SIGKILL, so that nothing can clean up."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stops it and everything it started."""
        self.ask_to_stop()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
