"""Next due times of a cron schedule in a time zone."""

from __future__ import annotations

from datetime import datetime

from local.cloud.refusal import invalid
from shared.playbooks.cron import check_cron, check_timezone, next_slot


class CronSchedule:
    """Five fields in an IANA zone. A fixed time of day is due once a day, even on days with a clock change.

    A skipped time is due right after the gap; a repeated time is due the first time.
    """

    def __init__(self, schedule: str, time_zone: str) -> None:
        """Raises Refusal (INVALID_ARGUMENT) saying whether the schedule or the zone is wrong."""
        self._zone = _checked_zone(time_zone)
        try:
            self._schedule = check_cron(schedule)
        except ValueError as error:
            raise invalid("job.schedule", schedule, f"a cron line like 0 9 * * MON-FRI; {error}") from error

    def next_after(self, instant: datetime) -> datetime:
        """The first slot strictly after `instant`, in UTC."""
        return next_slot(self._schedule, self._zone, instant)

    def latest_until(self, slot: datetime, now: datetime) -> datetime:
        """The last slot from `slot` (itself a slot) to `now`."""
        while (later := self.next_after(slot)) <= now:
            slot = later
        return slot


def _checked_zone(name: str) -> str:
    canonical = name if name and name.lower() != "utc" else "UTC"
    try:
        return check_timezone(canonical)
    except ValueError as error:
        raise invalid("job.time_zone", name, "a name of the tz database, like America/New_York") from error
