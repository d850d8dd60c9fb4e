"""A new time for old days, new days for an old time: what of an earlier schedule stays when only a part is said."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.understanding import SalesPeriod, ScheduleWish
from shared.playbooks.schedule_words import time_of_day
from shared.playbooks.time_triggers import Occurrence

_FIELDS = 5
_EVENING = 20
"""From this hour on a daily summary is of the day that ends."""

Line = tuple[str, str | None]
"""A cron line, and which of its days in a month."""


def adapted(new: ScheduleWish, cron: str, occurrence: Occurrence | None = None) -> ScheduleWish:
    """`new` with the days of the earlier line where only a time was said, and its time where only days were."""
    was, now = cron.split(), new.cron.split()
    if len(was) != _FIELDS or len(now) != _FIELDS:
        return new
    if new.only_time:
        kept = {"cron": " ".join([*now[:2], *was[2:]]), "occurrence": new.occurrence or occurrence}
        return new.model_copy(update={**kept, "only_time": False})
    if new.assumed_time and time_of_day(cron):
        return new.model_copy(update={"cron": " ".join([*was[:2], *now[2:]]), "assumed_time": False})
    return new


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
