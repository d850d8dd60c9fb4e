"""How many requests one credential may send: 600 a minute to each function, and as many at once after a pause.

Each process counts for itself, so that a request costs neither a read nor a write. A function that runs on several
instances lets through as much on each: the limit is against a client that loops, not for billing.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from shared.api.errors import RateLimitedError
from shared.api.principal import Principal
from shared.gcp import logging

log = logging.get_logger(__name__)

REQUESTS_A_MINUTE = 600
MOST_CREDENTIALS = 10_000
"""What is forgotten first is the credential that has sent nothing for the longest time."""


class RequestRate:
    """A token bucket for each credential."""

    def __init__(self, a_minute: int = REQUESTS_A_MINUTE, now: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._now = now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By credential: how many requests it may still send, and when that was computed."""

    def seconds_to_wait(self, credential: str) -> float:
        """Take one request of the credential's; 0 where it may be sent now, else when the next one may."""
        with self._lock:
            now = self._now()
            left, at = self._buckets.pop(credential, (float(self._a_minute), now))
            left = min(self._a_minute, left + (now - at) * self._a_minute / 60)
            allowed = left >= 1
            self._buckets[credential] = (left - 1 if allowed else left, now)
            if len(self._buckets) > MOST_CREDENTIALS:
                self._buckets.popitem(last=False)
            return 0.0 if allowed else (1 - left) * 60 / self._a_minute


_rate = RequestRate()
_logged = RequestRate(a_minute=1)


def require_room(principal: Principal) -> None:
    """Pass when the caller's credential may send one more request now. The cron secret has no limit.

    Raises:
        RateLimitedError: it has sent too many; it may send the next one after `retry_after_seconds`.
    """
    credential = principal.key_id or principal.uid
    if credential is None:
        return
    seconds = _rate.seconds_to_wait(credential)
    if not seconds:
        return
    if not _logged.seconds_to_wait(credential):
        fields = {"orgId": principal.org_id, "caller": principal.id, "perMinute": REQUESTS_A_MINUTE}
        log.warning("a credential sends too many requests", extra=fields)
    raise RateLimitedError(
        f"too many requests with this credential; expected at most {REQUESTS_A_MINUTE} a minute",
        retry_after_seconds=max(1, math.ceil(seconds)),
    )
