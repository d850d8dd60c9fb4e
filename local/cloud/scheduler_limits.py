"""Configurable limits of Cloud Scheduler, for testing refusals."""

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
    """`jobs`: per location. `unknown_zones`: time zones to reject."""

    jobs: int = JOBS_A_REGION
    unknown_zones: frozenset[str] = frozenset()

    def require_room(self, present: int) -> None:
        """Checks that a location with `present` jobs has room for one more.

        Raises:
            Refusal: RESOURCE_EXHAUSTED.
        """
        if present >= self.jobs:
            message = f"the location has {present} jobs; expected at most {self.jobs}, the quota of jobs per region"
            raise Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, message)

    def require_zone(self, name: str) -> None:
        """Checks that the zone is known.

        Raises:
            Refusal: INVALID_ARGUMENT.
        """
        known = name == "" or name.lower() == "utc" or name in _zone_names()
        if not known or name in self.unknown_zones:
            raise invalid("job.time_zone", name, "a name of the tz database, like America/New_York")


@functools.cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _NO_PLACES)
