"""Counts, days and time spans in words, the same in every report, email and log line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

WHOLE_FROM = 1_000
"""US dollars from which on nobody says the cents."""


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 order`, `2 orders`, `1,200 orders`."""
    return f"{count:,} {plural(count, one, many)}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """The word alone: `order`, `orders`; also for verbs: `plural(n, "is", "are")`."""
    return one if count == 1 else many or f"{one}s"


def listed(things: Sequence[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; empty without any."""
    *first, last = things or [""]
    return f"{', '.join(first) + f' {joint} ' if first else ''}{last}"


def dollars(amount: Decimal) -> str:
    """`$34`, `$34.50`, `$1,476`: in a sentence, where the cents of a whole or a large amount say nothing."""
    sign, size = ("-", -amount) if amount < 0 else ("", amount)
    whole = size >= WHOLE_FROM or size == size.to_integral_value()
    return f"{sign}${size.to_integral_value(ROUND_HALF_UP):,f}" if whole else f"{sign}${size:,.2f}"


def exact_dollars(amount: float) -> str:
    """`$500`, `$1,250.50`: of a limit, to the cent."""
    return f"${amount:,.2f}".removesuffix(".00")


def day_words(day: date) -> str:
    """`Sat, Nov 21`: of days so near that everybody knows the year."""
    return f"{day:%a, %b} {day.day}"


def date_words(day: date) -> str:
    """`Nov 21, 2026`: of days that may be years away."""
    return f"{day:%b} {day.day}, {day.year}"


def clock_words(hour: int, minute: int) -> str:
    """`2:05 PM`."""
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"


def time_words(at: datetime) -> str:
    """`2:05 PM`, on the clock of the instant's own zone."""
    return clock_words(at.hour, at.minute)


def moment_words(at: datetime) -> str:
    """`2:05 PM on Sat, Nov 21`, on the clock and calendar of the instant's own zone."""
    return f"{time_words(at)} on {day_words(at)}"


def month_words(month: str) -> str:
    """`November`, of `2026-11`."""
    return f"{date.fromisoformat(f'{month}-01'):%B}"


def span_words(span: timedelta) -> str:
    """`1 minute`, `90 minutes`, `about 3 hours`, `about 4 days`; at least a minute."""
    minutes = max(1, math.ceil(span.total_seconds() / 60))
    if minutes < 120:
        return counted(minutes, "minute")
    return f"about {counted(round(minutes / 60), 'hour')}" if minutes < 48 * 60 else about_days(minutes / 1440)


def about_days(days: float) -> str:
    """`about 9 days`, `less than a day`."""
    whole = int(Decimal(str(days)).quantize(Decimal(1), ROUND_HALF_UP))
    return f"about {counted(whole, 'day')}" if whole else "less than a day"
