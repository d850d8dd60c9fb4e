"""How close together a schedule's runs are, by its occurrences rather than its cron line's wording."""

from __future__ import annotations

import functools
import hashlib
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from cronsim import CronSim

from shared.playbooks.days import has_days_in_a_row

_DAY = timedelta(days=1)
_MIDNIGHT = datetime(2024, 1, 1)  # noqa: DTZ001 - a wall clock without a zone
_BEFORE = timedelta(minutes=1)
LONGEST = timedelta(minutes=10)
SHORTEST_GAP = timedelta(hours=1)
"""What is due more often than that is not moved."""


@functools.lru_cache(maxsize=256)
def smallest_gap(cron: str, occurrence: str | None = None) -> timedelta:
    """The shortest time between two runs; a day where they are at least that far apart.

    By the wall clock: that a clock change moves two runs together or apart does not count. `cron` is a valid line.
    """
    minute, hour, *_ = cron.split()
    every_day = CronSim(f"{minute} {hour} * * *", _MIDNIGHT - _BEFORE)
    walls = list(takewhile(lambda wall: wall < _MIDNIGHT + _DAY, every_day))
    gaps = [later - earlier for earlier, later in pairwise(walls)]
    over_midnight = walls[0] + _DAY - walls[-1]
    # Only one day of each month has an occurrence.
    if over_midnight < min(gaps, default=_DAY) and occurrence is None and has_days_in_a_row(cron):
        gaps.append(over_midnight)
    return min(gaps, default=_DAY)


def in_words(gap: timedelta) -> str:
    """Like `5 minutes`, `hour`, `2 hours`: what stands after “every”."""
    minutes = int(gap.total_seconds()) // 60
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return unit if count == 1 else f"{count} {unit}s"


def delay(cron: str, occurrence: str | None, *owner: str) -> timedelta:
    """The same for every slot of the schedule that these ids name, so that its slots keep their order."""
    if smallest_gap(cron, occurrence) < SHORTEST_GAP:
        return timedelta()
    digest = hashlib.sha256("\x1f".join(owner).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % int(LONGEST.total_seconds()))
