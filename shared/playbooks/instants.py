"""Dates and times as templates read and write them: in the org's time zone, in the forms that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime

from shared.playbooks.cron import check_timezone

DATE_FORMS = {
    "medium": "%b %-d, %Y",
    "short": "%b %-d",
    "long": "%A, %B %-d, %Y",
    "us": "%m/%d/%Y",
    "iso": "%Y-%m-%d",
    "weekday": "%A",
    "month": "%B %Y",
}
TIME_FORMS = {"short": "%-I:%M %p", "24h": "%H:%M", "zone": "%-I:%M %p %Z", "iso": "%H:%M:%S"}
DATETIME_FORMS = {
    "medium": "%b %-d, %Y, %-I:%M %p %Z",
    "short": "%b %-d, %-I:%M %p",
    "long": "%A, %B %-d, %Y, %-I:%M %p %Z",
    "iso": "",
}
"""`iso` is RFC 3339 with the zone's offset, which `%` has no sign for."""

MAX_PATTERN = 100
_SIGNS = frozenset("aAbBdeHIjmMpSyYZ%")
_UNPADDED = frozenset("dmHIMSj")
_DIGITS = re.compile(r"\d{9,14}")
_EARLIEST, _LATEST = 10**8, 10**11
"""Seconds since 1970 of the years 1973 to 5138; a larger number counts milliseconds."""


def _in_utc(instant: datetime) -> datetime:
    try:
        utc = instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such instant; expected one in the years 1 to 9999 of UTC") from None
    # Firestore's own class cannot be written again once it has changed its zone.
    return datetime.combine(utc.date(), utc.timetz())


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A field that holds an instant, as UTC: `0001-01-01T00:00:00+14:00` is one that no other zone can say."""


def zone_of(scope: Mapping[str, Any]) -> tzinfo:
    """The time zone of the org in scope; UTC where it has none."""
    org = scope.get("org")
    name = org.get("timezone") if isinstance(org, Mapping) else None
    if not isinstance(name, str):
        return UTC
    try:
        return ZoneInfo(check_timezone(name))
    except ValueError:
        return UTC


def parse_instant(value: Any, zone: tzinfo) -> datetime | date:
    """The instant in `zone`, or the day, that a value says.

    Takes Firestore's timestamps, RFC 3339 texts (without an offset: local time), days, and seconds or milliseconds
    since 1970.

    Raises:
        ValueError: it's neither.
    """
    try:
        return _parsed(value, zone)
    except (ValueError, OverflowError, OSError):
        raise ValueError("expected a date or a time, like 2026-05-04 or 2026-05-04T09:30:00Z") from None


def _parsed(value: Any, zone: tzinfo) -> datetime | date:
    match value:
        case datetime():
            return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
        case date():
            return value
        case str() if len(value) <= MAX_PATTERN:
            return _from_text(value.strip(), zone)
        case bool():
            raise ValueError
        case int() | float():
            return _from_number(value, zone)
        case {"seconds": int(seconds)} | {"_seconds": int(seconds)}:
            return _from_number(seconds, zone)
    raise ValueError


def _from_text(text: str, zone: tzinfo) -> datetime | date:
    if _DIGITS.fullmatch(text):
        return _from_number(int(text), zone)
    if len(text) == len("2026-05-04"):
        return date.fromisoformat(text)
    return _parsed(datetime.fromisoformat(text), zone)


def _from_number(number: float, zone: tzinfo) -> datetime:
    seconds = number / 1000 if number >= _LATEST else number
    if not _EARLIEST <= seconds < _LATEST:
        raise ValueError
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)


def instant_words(value: datetime | date, zone: tzinfo) -> str:
    """How a timestamp reads inside a text that names no form: `May 4, 2026, 9:30 AM EDT`."""
    local = parse_instant(value, zone)
    if isinstance(local, datetime):
        return local.strftime(DATETIME_FORMS["medium"])
    return local.strftime(DATE_FORMS["medium"])


def formatted_date(value: Any, form: Any, zone: tzinfo) -> str:
    """The day in one of `DATE_FORMS`, or in a pattern like `%d.%m.%Y`."""
    return _formatted(parse_instant(value, zone), form, DATE_FORMS)


def formatted_time(value: Any, form: Any, zone: tzinfo) -> str:
    """The time of day in one of `TIME_FORMS`, or in a pattern like `%H:%M`."""
    return _formatted(_with_time(value, zone), form, TIME_FORMS)


def formatted_datetime(value: Any, form: Any, zone: tzinfo) -> str:
    """Day and time in one of `DATETIME_FORMS`, or in a pattern."""
    local = _with_time(value, zone)
    return local.isoformat(timespec="seconds") if form == "iso" else _formatted(local, form, DATETIME_FORMS)


def _with_time(value: Any, zone: tzinfo) -> datetime:
    local = parse_instant(value, zone)
    return local if isinstance(local, datetime) else datetime.combine(local, time(), zone)


def _formatted(value: datetime | date, form: Any, forms: Mapping[str, str]) -> str:
    if not isinstance(form, str) or len(form) > MAX_PATTERN:
        raise ValueError(f"expected a form: {', '.join(forms)}, or a pattern like %d.%m.%Y")
    return value.strftime(forms.get(form) or _checked(form, forms))


def _checked(pattern: str, forms: Mapping[str, str]) -> str:
    if "%" not in pattern:
        raise ValueError(f"expected a form: {', '.join(forms)}, or a pattern like %d.%m.%Y")
    place = pattern.find("%")
    while place >= 0:
        sign = pattern[place + 1 : place + 2]
        unpadded = sign == "-"
        sign = pattern[place + 2 : place + 3] if unpadded else sign
        if sign not in (_UNPADDED if unpadded else _SIGNS) or not sign:
            raise ValueError(
                f"the pattern's sign %{sign} is not known; expected one of %{' %'.join(sorted(_SIGNS))}"
            )
        place = pattern.find("%", place + (3 if unpadded else 2))
    return pattern
