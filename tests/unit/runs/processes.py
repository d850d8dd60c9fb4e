"""Processes that move one at a time, from one touch of the outside to the next, and can be killed there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.runs.world import World


class ProcessDied(BaseException):
    """SIGKILL, as seen by the thread that plays the process."""


class Processes:
    """Runs functions in threads of which exactly one moves at a time, from one point to the next."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._local = threading.local()
        self._alive: list[Process] = []
        world.point = self._point
        world.current_process = lambda: getattr(self._local, "process", None)

    def start(self, function: Callable[[], Any], *, beside: Process | None = None) -> None:
        """A new process that has not done anything yet; or a thread of the process `beside`, which dies with it."""
        self._alive.append(Process(function, self._local, beside))

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
        """End one process where it stands, with all of its threads."""
        main = self._alive[index % len(self._alive)].main
        dying = [process for process in self._alive if process.main is main]
        self._alive = [process for process in self._alive if process.main is not main]
        # A thread that holds a lock lets go of it as it dies, so the one that may be waiting for it dies last.
        for process in sorted(dying, key=lambda process: process is main):
            process.kill()

    def finish_all(self) -> None:
        """Let all run to their ends, one point each in turn."""
        while self._alive:
            for process in list(self._alive):
                self.run(self._alive.index(process), 1)

    def _point(self) -> None:
        process: Process | None = getattr(self._local, "process", None)
        if process is not None:
            process.pause()


class Process:
    """One process, or another thread of the process `main`."""

    def __init__(self, function: Callable[[], Any], local: threading.local, beside: Process | None) -> None:
        self.main: Process = beside.main if beside is not None else self
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


class TurnLock:
    """A re-entrant lock for processes that move in turn: the one that waits for it lets the others go on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        while self._owner not in {None, me}:
            self._world.point()
        self._owner, self._depth = me, self._depth + 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
