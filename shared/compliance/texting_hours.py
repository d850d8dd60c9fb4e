"""Texting hours: 8:00 to 21:00 where the customer lives, or to 20:00 if their state requires it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.compliance.area_codes import strict_state_of, zones_of

OPENS = time(8)
CLOSES = time(21)
CLOSES_IN: Mapping[str, time] = MappingProxyType({"FL": time(20), "OK": time(20), "WA": time(20)})
HANDED_OVER_WITHIN = timedelta(minutes=5)
"""The longest time from deciding on a text to handing it over."""
_ROUNDS = 4
"""An area's zones are a few hours apart, so few rounds are enough."""


def zones_for(phone: str, org_zone: str) -> tuple[str, ...]:
    """The zones of the E.164 number's area code, otherwise the org's."""
    return zones_of(phone) or (org_zone,)


def quiet_until(phone: str, org_zone: str, now: datetime) -> datetime | None:
    """When (UTC) the number may next be texted; None if now.

    If the area has several zones, it must be daytime in all of them.
    """
    closes = CLOSES_IN.get(strict_state_of(phone) or "", CLOSES)
    zones = [ZoneInfo(name) for name in zones_for(phone, org_zone)]
    at = now
    for _ in range(_ROUNDS * len(zones)):
        later = [opening for zone in zones if (opening := _next_opening(at, zone, closes)) is not None]
        if not later:
            break
        at = max(later)
    return None if at == now else at.astimezone(UTC)


def waits_until(phone: str, org_zone: str, now: datetime) -> datetime | None:
    """When a text decided on now may be sent; None if now.

    Shortly before closing it waits until morning, because it might arrive too late.
    """
    return quiet_until(phone, org_zone, now) or quiet_until(phone, org_zone, now + HANDED_OVER_WITHIN)


def _next_opening(at: datetime, zone: ZoneInfo, closes: time) -> datetime | None:
    local = at.astimezone(zone)
    if OPENS <= local.time() < closes:
        return None
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, zone).astimezone(UTC)
