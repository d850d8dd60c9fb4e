"""An ordered queue of everything that becomes due, fired in time or all at once by an advance."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from local.cloud.clock import VirtualClock
from local.cloud.times import rfc3339

log = logging.getLogger(__name__)

LONGEST_ADVANCE_SECONDS = 10 * 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One delivery and its HTTP status (0: no response)."""

    service: Literal["tasks", "scheduler"]
    name: str
    schedule_time: datetime
    status: int


@dataclass(frozen=True, slots=True)
class AdvanceResult:
    """The time after an advance, and what was delivered on the way, in order."""

    now: datetime
    deliveries: tuple[Dispatch, ...]

    @property
    def fired(self) -> list[dict[str, object]]:
        """The deliveries as `[{service, name, scheduleTime, status}]`, the time in RFC 3339."""
        return [
            {
                "service": one.service,
                "name": one.name,
                "scheduleTime": rfc3339(one.schedule_time),
                "status": one.status,
            }
            for one in self.deliveries
        ]


class Appointment:
    """A callback at an instant, unless canceled."""

    __slots__ = ("due", "ring")

    def __init__(self, due: datetime, ring: Callable[[], None]) -> None:
        self.due = due
        self.ring: Callable[[], None] | None = ring

    def cancel(self) -> None:
        self.ring = None


class Timeline:
    """Fires appointments in order and tracks running deliveries.

    Normally appointments fire as the clock passes them, and their deliveries overlap. During an advance, each
    appointment's deliveries finish before the next one fires.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._heap: list[tuple[datetime, int, Appointment]] = []
        self._sequence = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._in_flight: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._one_advance = asyncio.Lock()
        self._deliveries: list[Dispatch] | None = None
        self._stopped = False

    def at(self, due: datetime, ring: Callable[[], None]) -> Appointment:
        """Fires when the clock reaches `due`, or soon if it is past; ties fire in order of creation."""
        appointment = Appointment(due, ring)
        heapq.heappush(self._heap, (due, next(self._sequence), appointment))
        if self._heap[0][2] is appointment:
            self._arm()
        return appointment

    def begin(self, delivery: Coroutine[Any, Any, None]) -> None:
        """Runs a delivery in the background; an advance waits for it."""
        task = asyncio.get_running_loop().create_task(delivery)
        self._in_flight.add(task)
        task.add_done_callback(self._ended)

    def record(self, delivery: Dispatch) -> None:
        """Records a finished delivery for the current advance, if any."""
        if self._deliveries is not None:
            self._deliveries.append(delivery)

    async def advance(self, seconds: float) -> AdvanceResult:
        """Moves the clock forward and delivers everything due on the way, in order.

        Includes running deliveries, and whatever handlers create for times up to the new one. Calls take turns.

        Raises:
            ValueError: `seconds` is negative, not a number, or more than ten years.
        """
        if not 0 <= seconds <= LONGEST_ADVANCE_SECONDS:
            raise ValueError(f"seconds is {seconds!r}; expected a number from 0 to {LONGEST_ADVANCE_SECONDS}")
        async with self._one_advance:
            deliveries: list[Dispatch] = []
            self._deliveries = deliveries
            self._disarm()
            try:
                with self.clock.held():
                    await self._ring_until(self.clock.now() + timedelta(seconds=seconds))
                    return AdvanceResult(self.clock.now(), tuple(deliveries))
            finally:
                self._deliveries = None
                self._arm()

    async def stop(self) -> None:
        """Stops firing and cancels running deliveries."""
        self._stopped = True
        self._disarm()
        for task in self._in_flight:
            task.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)

    async def _ring_until(self, target: datetime) -> None:
        await self._until_idle()
        while (appointment := self._pop_due(target)) is not None:
            self.clock.advance_to(appointment.due)
            self._ring(appointment)
            await self._until_idle()
        self.clock.advance_to(target)

    async def _until_idle(self) -> None:
        while self._in_flight:
            self._idle.clear()
            await self._idle.wait()

    def _pop_due(self, until: datetime) -> Appointment | None:
        while self._heap and self._heap[0][0] <= until:
            appointment = heapq.heappop(self._heap)[2]
            if appointment.ring is not None:
                return appointment
        return None

    def _ring(self, appointment: Appointment) -> None:
        if appointment.ring is None:
            return
        try:
            appointment.ring()
        except Exception:
            # One failing appointment must not block later ones.
            log.exception("an appointment of %s failed", rfc3339(appointment.due))

    def _ring_due(self) -> None:
        self._timer = None
        while (appointment := self._pop_due(self.clock.now())) is not None:
            self._ring(appointment)
        self._arm()

    def _arm(self) -> None:
        self._disarm()
        if self._stopped or self._deliveries is not None or not self._heap:
            return
        wait = (self._heap[0][0] - self.clock.now()).total_seconds()
        self._timer = asyncio.get_running_loop().call_later(max(0.0, wait), self._ring_due)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if not self._in_flight:
            self._idle.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a delivery failed inside the local cloud", exc_info=error)
