"""The retry rule shared by Cloud Tasks and Cloud Scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`max_attempts` includes the first one; a `max_retry_duration` of zero means no limit."""

    min_backoff: timedelta
    max_backoff: timedelta
    max_doublings: int
    max_attempts: int
    max_retry_duration: timedelta = timedelta(0)

    def delay(self, retry: int) -> timedelta:
        """The wait before retry number `retry` (the first is 1): doubling, then linear, then the maximum."""
        doublings = min(retry - 1, self.max_doublings)
        linear_steps = retry - 1 - doublings
        wanted = self.min_backoff.total_seconds() * 2**doublings * (linear_steps + 1)
        return timedelta(seconds=min(wanted, self.max_backoff.total_seconds()))

    def exhausted(self, attempts: int, since_first_attempt: timedelta) -> bool:
        """Whether there are no more attempts; if both limits are set, both must be reached."""
        attempts_used = self.max_attempts != UNLIMITED and attempts >= self.max_attempts
        if self.max_retry_duration <= timedelta(0):
            return attempts_used
        time_used = since_first_attempt >= self.max_retry_duration
        return time_used and (attempts_used or self.max_attempts == UNLIMITED)
