"""What time it is for one call of a function."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The time as one request sees it: never before the instant at which its sender was due to call.

    Cloud Tasks and Cloud Scheduler say when a call was due. An instance whose own clock lags behind that
    would otherwise compute delays that lie in the past, so the later of the two is where this clock starts.
    """

    def __init__(self, not_before: datetime | None = None) -> None:
        started = datetime.now(UTC)
        self._start = max(started, not_before) if not_before else started
        self._monotonic_start = time.monotonic()

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._monotonic_start)
