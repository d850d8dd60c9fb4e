"""What the console asks of the local cloud servers (Cloud Tasks, Cloud Scheduler, Secret Manager)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...


class Advance(Protocol):
    """`fired` holds `{service, name, scheduleTime, status}` of everything that came due, in order."""

    @property
    def now(self) -> datetime: ...

    @property
    def fired(self) -> Sequence[object]: ...


class LocalCloud(Protocol):
    @property
    def clock(self) -> Clock: ...

    async def advance(self, seconds: float) -> Advance:
        """Moves the clock forward and returns when all that came due has been delivered."""
        ...

    def snapshot(self) -> Mapping[str, Any]:
        """`{clock, queues: [{name, state, tasks}], jobs: [{name, schedule, timeZone, state, scheduleTime}]}`."""
        ...
