"""Month keys: an org's usage is stored by month of its own time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

COLLECTION = "usage"


def period(timezone: str, now: datetime) -> str:
    """The month in the zone, `YYYY-MM`."""
    return now.astimezone(ZoneInfo(timezone)).strftime("%Y-%m")


def month_path(org_id: str, month: str) -> str:
    """The path of the org's month `YYYY-MM`."""
    return f"{COLLECTION}/{org_id}-{month}"
