"""A token bucket on the local cloud's clock."""

from __future__ import annotations

import math
from datetime import datetime, timedelta


class TokenBucket:
    """Allows `rate` dispatches per second, with bursts of one second's worth.

    Stored as the instant up to which tokens are used, so that waits are exact and never too short.
    """

    def __init__(self, rate: float) -> None:
        self._interval = timedelta(seconds=1 / rate)
        self._burst = self._interval * (max(1, math.ceil(rate)) - 1)
        self._spent_until: datetime | None = None

    def free_at(self, now: datetime) -> datetime:
        """When the next token is available; `now` or earlier if one is."""
        return now if self._spent_until is None else self._spent_until - self._burst

    def take(self, now: datetime) -> None:
        start = now if self._spent_until is None else max(self._spent_until, now)
        self._spent_until = start + self._interval
