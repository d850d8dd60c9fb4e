"""A time of day on an org's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

LocalTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""`HH:MM`."""


def next_at(at: str, timezone: str, after: datetime) -> datetime:
    """The first instant after `after` at which the clock shows `at`, in UTC.

    Once a day: a time that the clock skips in spring comes up to an hour late, one that it shows twice in autumn
    the first time.
    """
    zone, clock = ZoneInfo(timezone), time.fromisoformat(at)
    today = after.astimezone(zone).date()
    instants = (
        datetime.combine(today + timedelta(days=days), clock, zone).astimezone(UTC) for days in range(-1, 3)
    )
    return next(one for one in instants if one > after)
