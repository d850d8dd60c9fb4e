"""A new time for old days, new days for an old time: what of an earlier schedule stays when only a part is said."""

from __future__ import annotations

from shared.chat.times import time_of_day
from shared.chat.understanding import ScheduleWish
from shared.playbooks.models import Occurrence

_FIELDS = 5


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
