"""The three parts of a week whose orders fit no document: Monday and Tuesday, Wednesday and Thursday, the weekend.

Their packs stand beside that of the week, `tenants/{orgId}/order_weeks/{first day}-part`, so one query finds both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from shared.retail.periods import ONE_DAY

SUFFIX = "-part"
_BEGINS = (0, 2, 4)
"""Weekdays, Monday is 0."""
_DAYS_A_WEEK = 7
DOCUMENTS = 1 + len(_BEGINS)
"""Read for a week in parts: the pack of the week, which is too large, and theirs."""


def part_of(day: date) -> str:
    """The name of the part with this day."""
    weekday = max(one for one in _BEGINS if one <= day.weekday())
    return f"{(day - timedelta(days=day.weekday() - weekday)).isoformat()}{SUFFIX}"


def parts_of(monday: date) -> list[str]:
    """The names of the week's parts."""
    return [f"{(monday + one * ONE_DAY).isoformat()}{SUFFIX}" for one in _BEGINS]


def begins(name: str) -> date:
    """The first day of a pack of a day, a week or a part.

    Raises:
        ValueError: the name is of none of them.
    """
    return date.fromisoformat(name.removesuffix(SUFFIX))


def days_of(part: str) -> Sequence[date]:
    """The part's days."""
    first = begins(part)
    later = [one for one in (*_BEGINS, _DAYS_A_WEEK) if one > first.weekday()]
    return [first + number * ONE_DAY for number in range(later[0] - first.weekday())]
