"""When a cron schedule in a time zone is next due."""

from __future__ import annotations

import functools
import zoneinfo
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from local.cloud.refusal import invalid

CRON_FIELDS = 5
EXPECTED = "five cron fields (minute, hour, day of month, month, day of week), like 0 9 * * MON-FRI"


class CronSchedule:
    """Five fields in an IANA zone. A fixed time of day is due once a day, on the days of a clock change too.

    A time that the change skips is due at the first instant after the gap; one that it repeats, the first time.
    """

    def __init__(self, schedule: str, time_zone: str, now: datetime) -> None:
        """Raises Refusal (INVALID_ARGUMENT) saying whether the schedule or the zone is wrong."""
        self._schedule = schedule
        self._zone = _zone(time_zone)
        if len(schedule.split()) != CRON_FIELDS:
            raise invalid("job.schedule", schedule, EXPECTED)
        try:
            self.next_after(now)
        except CronSimError as error:
            raise invalid("job.schedule", schedule, f"{EXPECTED}; {error}") from error
        except StopIteration:
            raise invalid("job.schedule", schedule, "a date that exists in some year") from None

    def next_after(self, instant: datetime) -> datetime:
        """The first slot strictly after `instant`, in UTC."""
        slots = CronSim(self._schedule, instant.astimezone(self._zone))
        # In the repeated hour of a clock change the iterator can begin with a slot that has passed.
        while (slot := next(slots).astimezone(UTC)) <= instant:
            pass
        return slot

    def latest_until(self, slot: datetime, now: datetime) -> datetime:
        """The last slot in `slot`..`now`, where `slot` is one; `slot` itself where no later one has passed."""
        while (later := self.next_after(slot)) <= now:
            slot = later
        return slot


@functools.cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(name: str) -> zoneinfo.ZoneInfo:
    canonical = name if name and name.lower() != "utc" else "UTC"
    if canonical not in _zone_names():
        raise invalid("job.time_zone", name, "a name of the tz database, like America/New_York")
    return zoneinfo.ZoneInfo(canonical)
