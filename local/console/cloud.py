"""The console's interface to the local cloud servers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from local.cloud.kept import KeptCloud
from shared.values.camel_model import CamelModel


class Clock(Protocol):
    def now(self) -> datetime: ...


class Dispatch(CamelModel, from_attributes=True):
    """Something that came due and its HTTP status (0: no response).

    Reads the cloud's own objects as well as their JSON.
    """

    service: str
    name: str
    schedule_time: datetime
    status: int


class Advance(Protocol):
    """`fired` lists what came due, in order, with the fields of `Dispatch`."""

    @property
    def now(self) -> datetime: ...

    @property
    def fired(self) -> Sequence[object]: ...


class LocalCloud(Protocol):
    @property
    def clock(self) -> Clock: ...

    async def advance(self, seconds: float) -> Advance:
        """Moves the clock forward and returns when everything due was delivered."""
        ...

    def limit_scheduler(self, jobs: int, unknown_zones: Sequence[str]) -> None:
        """Makes Cloud Scheduler refuse more jobs than that, and these zones."""
        ...

    def kept(self) -> KeptCloud:
        """The state another local cloud needs to continue."""
        ...

    def restore(self, kept: KeptCloud) -> None:
        """Restores another one's state."""
        ...

    def snapshot(self) -> Mapping[str, Any]:
        """The page's data as plain JSON: `{clock, queues, jobs}`.

        A queue: `{name, state, taskCount, tasks: [{name, scheduleTime, running, …}]}`, where `tasks` may hold
        the next ones only. A job: `{name, schedule, timeZone, state, scheduleTime, lastAttemptTime, lastStatus}`.
        """
        ...
