"""Processes that move one at a time, from one touch of the outside to the next, and can be killed there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.unit.execution.world import World


class ProcessDied(BaseException):
    """SIGKILL, as seen by the thread that plays the process."""


class Processes:
    """Runs functions in threads of which exactly one moves at a time, from one point to the next."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._local = threading.local()
        self._alive: list[_Process] = []
        world.point = self._point

    def start(self, function: Callable[[], Any]) -> None:
        """A new process that has not done anything yet."""
        self._alive.append(_Process(function, self._local))

    @property
    def count(self) -> int:
        """How many are alive."""
        return len(self._alive)

    def run(self, index: int, points: int) -> None:
        """Let one process go on for so many points, or to its end."""
        process = self._alive[index % len(self._alive)]
        for _ in range(points):
            if process.go_on():
                self._alive.remove(process)
                return

    def kill(self, index: int) -> None:
        """End one process where it stands."""
        process = self._alive.pop(index % len(self._alive))
        process.kill()

    def finish_all(self) -> None:
        """Let each run to its end, in turn."""
        while self._alive:
            self.run(0, 1)

    def _point(self) -> None:
        process: _Process | None = getattr(self._local, "process", None)
        if process is not None:
            process.pause()


class _Process:
    def __init__(self, function: Callable[[], Any], local: threading.local) -> None:
        self._function = function
        self._local = local
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._killed = False
        self._ended = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._local.process = self
        self._turn.acquire()
        try:
            if not self._killed:
                self._function()
        except ProcessDied:
            self._killed = True
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            self._error = error
        self._ended = True
        self._back.release()

    def pause(self) -> None:
        if self._killed:
            return  # its `finally` blocks must not stop again
        self._back.release()
        self._turn.acquire()
        if self._killed:
            raise ProcessDied

    def go_on(self) -> bool:
        self._turn.release()
        self._back.acquire()
        if self._error is not None:
            raise self._error
        return self._ended

    def kill(self) -> None:
        self._killed = True
        self._turn.release()
        self._back.acquire()
        self._thread.join()
