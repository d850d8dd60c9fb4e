"""Timers, most of which are canceled before they fire: one thread serves all of them."""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.gcp import logging
from shared.quarantine.failures import describe

log = logging.get_logger(__name__)


@dataclass(slots=True, order=True)
class Alarm:
    """A call that is to come."""

    at: float
    number: int
    _call: Callable[[], object] | None = field(compare=False)

    def forget(self) -> None:
        """Call it off; harmless when it has been made."""
        self._call = None

    def ring(self) -> None:
        """Make the call, unless it was called off."""
        call = self._call
        if call is not None:
            call()


class Alarms:
    """Makes calls at their instants, in a thread that starts with the first of them.

    A call is made in that thread, and holds the others up for as long as it takes.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._waiting: list[Alarm] = []
        self._numbers = itertools.count()
        self._looks_at = -math.inf
        """When the thread looks again by itself; an alarm for later need not wake it."""
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, call: Callable[[], object]) -> Alarm:
        """Have the call made then."""
        alarm = Alarm(time.monotonic() + seconds, next(self._numbers), call)
        with self._changed:
            heapq.heappush(self._waiting, alarm)
            if self._thread is None or not self._thread.is_alive():
                # The first one, or the first one of a process that was forked.
                self._thread = threading.Thread(target=self._wait, name=self._name, daemon=True)
                self._thread.start()
            elif alarm.at < self._looks_at:
                self._changed.notify()
        return alarm

    def _wait(self) -> None:
        while True:
            with self._changed:
                while not self._waiting or self._waiting[0].at > time.monotonic():
                    self._looks_at = self._waiting[0].at if self._waiting else math.inf
                    self._changed.wait(self._waiting[0].at - time.monotonic() if self._waiting else None)
                alarm = heapq.heappop(self._waiting)
            try:
                alarm.ring()
            except Exception as error:  # noqa: BLE001 - the others are waited for all the same
                log.error("a call that was due failed", extra={"reason": describe(error)})
