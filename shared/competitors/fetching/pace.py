"""How often this process asks a site: once a second, and not at all while the site asks to be left alone."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from shared.errors import TransientError
from shared.gcp.settings import settings
from shared.web.address import WebAddress

SECONDS_BETWEEN = 1.0
LONGEST_WAIT_SECONDS = 15.0
"""A step holds its run's lease meanwhile; who would wait longer comes back later."""
MAX_SITES = 2_000
_OUR_OWN = ("127.", "localhost", "[::1]", "::1")


class Pace:
    """The turns of all runs in this process, by host."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait_for_turn(self, address: WebAddress) -> None:
        """Return when the site may be asked.

        Raises:
            TransientError: not within fifteen seconds; `retry_after_seconds` says when.
        """
        if _is_our_own(address):
            return
        with self._lock:
            now = self._clock()
            at = max(now, self._free_at.get(address.host, now))
            if at - now > LONGEST_WAIT_SECONDS:
                raise TransientError(
                    f"{address.shown} is not asked again before {at - now:.0f} seconds have passed",
                    retry_after_seconds=at - now,
                )
            self._set(address.host, at + SECONDS_BETWEEN)
        if at > now:
            self._sleep(at - now)

    def leave_alone(self, address: WebAddress, seconds: float) -> None:
        """Ask the site nothing for so long: its `Retry-After`."""
        with self._lock:
            now = self._clock()
            self._set(address.host, max(self._free_at.get(address.host, now), now + seconds))

    def forget(self) -> None:
        """As if no site had been asked yet."""
        with self._lock:
            self._free_at.clear()

    def _set(self, host: str, free_at: float) -> None:
        self._free_at[host] = free_at
        self._free_at.move_to_end(host)
        if len(self._free_at) > MAX_SITES:
            self._free_at.popitem(last=False)


def _is_our_own(address: WebAddress) -> bool:
    """The local stack's console serves every demo store from one host."""
    return settings().allow_private_network_fetch and address.host.startswith(_OUR_OWN)


PACE = Pace()
