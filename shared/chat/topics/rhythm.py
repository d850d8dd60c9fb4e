"""What follows from how often something runs: which days a report is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

_EVENING = 20
"""From this hour on a daily summary is of the day that ends."""

SalesPeriod = Literal["today", "yesterday", "last_7_days", "last_30_days", "week_to_date", "month_to_date"]
Line = tuple[str, str | None]
"""A cron line, and which of its days in a month."""


def is_often(cron: str) -> bool:
    """Whether it is due many times a day."""
    minute, hour, *_ = cron.split()
    return bool(set(minute) & set("*/,-")) or bool(set(hour) & set("*/-")) or hour.count(",") > 1


def _each(lines: Sequence[Line]) -> str:
    """`hour`, `evening`, `day`, `week` or `month`: how long it is from one of its runs to the next."""
    found = set()
    for cron, occurrence in lines:
        _, hour, day, _, weekday = cron.split()
        if is_often(cron):
            found.add("hour")
        elif occurrence or day != "*":
            found.add("month")
        elif weekday != "*" and not set(weekday) & {",", "-", "/"}:
            found.add("week")
        else:
            found.add("evening" if hour.isdigit() and int(hour) >= _EVENING else "day")
    return found.pop() if len(found) == 1 else "day"


def sales_period(lines: Sequence[Line]) -> SalesPeriod:
    """What is new since the last run: a week for a weekly one, a month for a monthly one, else the day before."""
    periods: dict[str, SalesPeriod] = {
        "hour": "today",
        "evening": "today",
        "week": "last_7_days",
        "month": "last_30_days",
    }
    return periods.get(_each(lines), "yesterday")


def birthdays_ahead(lines: Sequence[Line]) -> int:
    """The days until the next run: no birthday is passed over between two weekly ones."""
    each = {_each([line]) for line in lines}
    return 30 if "month" in each else 6 if each == {"week"} else 0


def days_listed(lines: Sequence[Line]) -> int:
    """How far back a list of what is new goes."""
    return {"week": 7, "month": 31}.get(_each(lines), 1) if lines else 7
