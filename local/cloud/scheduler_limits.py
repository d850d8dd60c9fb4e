"""What Cloud Scheduler takes: how many jobs, in which time zones. Both can be set, to try a refusal."""

from __future__ import annotations

import functools
import zoneinfo
from dataclasses import dataclass

import grpc

from local.cloud.refusal import Refusal, invalid

JOBS_A_REGION = 5_000
_NO_PLACES = frozenset({"Factory", "localtime"})


@dataclass(slots=True)
class SchedulerLimits:
    """`jobs`: how many a location may have. `unknown_zones`: names too new for the service's own database."""

    jobs: int = JOBS_A_REGION
    unknown_zones: frozenset[str] = frozenset()

    def require_room(self, present: int) -> None:
        """Pass when a location with `present` jobs may have one more.

        Raises:
            Refusal: RESOURCE_EXHAUSTED.
        """
        if present >= self.jobs:
            message = f"the location has {present} jobs; expected at most {self.jobs}, the quota of jobs per region"
            raise Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, message)

    def require_zone(self, name: str) -> None:
        """Pass when the service knows the zone.

        Raises:
            Refusal: INVALID_ARGUMENT.
        """
        known = name == "" or name.lower() == "utc" or name in _zone_names()
        if not known or name in self.unknown_zones:
            raise invalid("job.time_zone", name, "a name of the tz database, like America/New_York")


@functools.cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _NO_PLACES)
