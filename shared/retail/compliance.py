"""Licenses that expire and content waiting for review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from shared.documents.shop import Content, Location
from shared.retail.figures import Row
from shared.retail.periods import local_day

PENDING = "pending_review"


class License(Row):
    """A location's license. `daysLeft` counts shop days: 0 is today, negative means it has expired."""

    location_id: str
    location: str
    license_number: str | None
    ends_on: date | None
    days_left: int | None
    status: str
    """`ended`, `ends soon`, `valid`, or `no date` if no expiry date was entered."""


class PendingContent(Row):
    """Content waiting for review; `daysWaiting` is None if its creation date is unknown."""

    content_id: str
    title: str
    days_waiting: int | None


def licenses(locations: Iterable[Location], now: datetime, zone: str, soon_days: int) -> list[License]:
    """All licenses, soonest to expire first; those without a date last."""
    today = local_day(now, zone)
    rows = [_license(location, today, zone, soon_days) for location in locations]
    return sorted(rows, key=lambda row: (row.days_left is None, row.days_left or 0, row.location.casefold()))


def _license(location: Location, today: date, zone: str, soon_days: int) -> License:
    ends = location.license_expires_at
    ends_on = local_day(ends, zone) if ends else None
    days = (ends_on - today).days if ends_on else None
    return License(
        location_id=location.id,
        location=location.name,
        license_number=location.license_number,
        ends_on=ends_on,
        days_left=days,
        status=_status(days, soon_days),
    )


def _status(days: int | None, soon_days: int) -> str:
    if days is None:
        return "no date"
    return "ended" if days < 0 else "ends soon" if days <= soon_days else "valid"


def pending(content: Iterable[Content], now: datetime) -> list[PendingContent]:
    """Content waiting for review, longest wait first."""
    rows = [
        PendingContent(
            content_id=one.id,
            title=one.title,
            days_waiting=None if one.created_at is None else max((now - one.created_at).days, 0),
        )
        for one in content
        if one.status == PENDING
    ]
    return sorted(rows, key=lambda row: (-(row.days_waiting or 0), row.title.casefold()))
