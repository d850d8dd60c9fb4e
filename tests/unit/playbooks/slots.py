"""Helpers of the tests of slots, shared with other tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = "America/New_York"


ZONES = [
    NEW_YORK,
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour
    "America/Havana",  # from midnight to one
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Santiago",
    "America/Nuuk",  # from 23:00 to the next day
    "Antarctica/Troll",  # two hours
    "Asia/Kolkata",
    "Pacific/Chatham",
]


def wall_time(zone: str, day: date, clock: time) -> datetime:
    """The instant at which that day's wall clock shows the time first, or that ends the gap which skips it."""
    tz = ZoneInfo(zone)
    wall = datetime.combine(day, clock, tzinfo=tz)
    while (instant := wall.astimezone(UTC)).astimezone(tz).replace(tzinfo=None, fold=0) != wall.replace(
        tzinfo=None
    ):
        wall += timedelta(minutes=1)
    return instant
