"""One ordered queue of everything that will become due: it rings each in time, or all at once in an advance."""

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
    """One delivery and its HTTP status (0: no answer came)."""

    service: Literal["tasks", "scheduler"]
    name: str
    schedule_time: datetime
    status: int


@dataclass(frozen=True, slots=True)
class AdvanceResult:
    """Where the clock stands after an advance, and what was delivered on the way, in order."""

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
    """A callback that rings at an instant, unless it is cancelled before."""

    __slots__ = ("due", "ring")

    def __init__(self, due: datetime, ring: Callable[[], None]) -> None:
        self.due = due
        self.ring: Callable[[], None] | None = ring

    def cancel(self) -> None:
        """Never ring."""
        self.ring = None


class Timeline:
    """Rings appointments in order of their time, and knows which deliveries are under way.

    Between advances appointments ring as the clock passes them and the deliveries they begin overlap. During an
    advance each appointment's deliveries end before the next one rings.
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
        """Ring when the clock reaches `due`, or soon where it has; those of one instant ring in the order made."""
        appointment = Appointment(due, ring)
        heapq.heappush(self._heap, (due, next(self._sequence), appointment))
        if self._heap[0][2] is appointment:
            self._arm()
        return appointment

    def begin(self, delivery: Coroutine[Any, Any, None]) -> None:
        """Run a delivery in the background; an advance waits for its end."""
        task = asyncio.get_running_loop().create_task(delivery)
        self._in_flight.add(task)
        task.add_done_callback(self._ended)

    def record(self, delivery: Dispatch) -> None:
        """Note a delivery that was answered, for the advance that is under way, if any."""
        if self._deliveries is not None:
            self._deliveries.append(delivery)

    async def advance(self, seconds: float) -> AdvanceResult:
        """Move the clock `seconds` forward and deliver, in order, everything that comes due on the way.

        Deliveries under way when it is called, and what handlers create for an instant up to the new time, are
        part of it. Calls take turns.

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
        """Ring no more and cancel the deliveries under way."""
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
            # One broken appointment must not silence all later ones.
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
