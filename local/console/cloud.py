"""What the console asks of the local cloud servers (Cloud Tasks, Cloud Scheduler, Secret Manager)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from local.cloud.kept import KeptCloud


class Clock(Protocol):
    def now(self) -> datetime: ...


class Dispatch(BaseModel):
    """One thing that came due and the HTTP status of its answer (0: none came).

    Reads the cloud's own objects as well as their JSON.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)

    service: str
    name: str
    schedule_time: datetime
    status: int


class Advance(Protocol):
    """`fired` holds what came due in order, each with the fields of `Dispatch`."""

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

    def limit_scheduler(self, jobs: int, unknown_zones: Sequence[str]) -> None:
        """Has Cloud Scheduler refuse more jobs than that, and these zones."""
        ...

    def kept(self) -> KeptCloud:
        """Everything that another local cloud needs to go on where this one is."""
        ...

    def restore(self, kept: KeptCloud) -> None:
        """Goes on where another one was."""
        ...

    def snapshot(self) -> Mapping[str, Any]:
        """What the page shows, as plain JSON values: `{clock, queues, jobs}`.

        A queue: `{name, state, taskCount, tasks: [{name, scheduleTime, running, …}]}`, where `tasks` may hold
        the next ones only. A job: `{name, schedule, timeZone, state, scheduleTime, lastAttemptTime, lastStatus}`.
        """
        ...
