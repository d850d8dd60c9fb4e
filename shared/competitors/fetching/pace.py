"""Paces requests to a site: one per second, and none while it asks to be left alone.

All instances share one count of it (`site_access`); where that cannot be had, each keeps its own.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.competitors.fetching import site_access
from shared.competitors.fetching.site_access import SharedAccess
from shared.errors import PlaybookError, TransientError
from shared.gcp import logging
from shared.gcp.settings import settings
from shared.web.address import WebAddress

log = logging.get_logger(__name__)

SECONDS_BETWEEN = site_access.BETWEEN.total_seconds()
LONGEST_WAIT_SECONDS = site_access.LONGEST_WAIT.total_seconds()
MAX_SITES = 2_000
_OUR_OWN = ("127.", "localhost", "[::1]", "::1")


class Pace:
    """The turns of all runs, by host."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        shared: SharedAccess | None = None,
    ) -> None:
        self._clock, self._sleep, self._shared = clock, sleep, shared
        self._lock = threading.Lock()
        self._free_at: OrderedDict[str, float] = OrderedDict()
        self._left_alone: dict[str, float] = {}

    def wait_for_turn(self, address: WebAddress) -> None:
        """Wait until the site may be requested.

        Raises:
            LeftAloneError: the site asks to be left alone; `retry_after_seconds` says for how long.
            TransientError: not within fifteen seconds.
        """
        if is_our_own(address):
            return
        wait = self._reserve(address)
        if self._shared is not None:
            wait = max(wait, self._share(self._shared, address, wait))
        if wait > 0:
            self._sleep(wait)

    def leave_alone(self, address: WebAddress, seconds: float) -> None:
        """Send the site no requests for this long: its `Retry-After`."""
        if is_our_own(address):
            return
        with self._lock:
            until = max(self._left_alone.get(address.host, 0), self._clock() + seconds)
            self._left_alone[address.host] = until
            self._set(address.host, max(self._free_at.get(address.host, until), until))
        if self._shared is not None:
            try:
                self._shared.leave_alone(address, seconds)
            except Exception as error:  # noqa: BLE001 - this instance keeps to it all the same
                _without_others(address, error)

    def forget(self) -> None:
        """Forget all requests made so far."""
        with self._lock:
            self._free_at.clear()
            self._left_alone.clear()

    def _reserve(self, address: WebAddress) -> float:
        """How long this process must wait, by its own count."""
        with self._lock:
            now = self._clock()
            at = max(now, self._free_at.get(address.host, now))
            wait, left_for = at - now, self._left_alone.get(address.host, now) - now
            if left_for > LONGEST_WAIT_SECONDS:
                today = datetime.now(UTC)
                raise site_access.left_alone(address, today + timedelta(seconds=left_for), today)
            if wait > LONGEST_WAIT_SECONDS:
                raise TransientError(
                    f"{address.shown} is not asked again before {wait:.0f} seconds have passed",
                    retry_after_seconds=wait,
                )
            self._set(address.host, at + SECONDS_BETWEEN)
            return wait

    def _share(self, shared: SharedAccess, address: WebAddress, wait: float) -> float:
        try:
            found = shared.reserve(address, timedelta(seconds=wait)).total_seconds()
        except PlaybookError:
            raise
        except Exception as error:  # noqa: BLE001 - a scan goes on by this instance's own count
            _without_others(address, error)
            return wait
        with self._lock:
            self._set(
                address.host, max(self._free_at.get(address.host, 0), self._clock() + found + SECONDS_BETWEEN)
            )
        return found

    def _set(self, host: str, free_at: float) -> None:
        self._free_at[host] = free_at
        self._free_at.move_to_end(host)
        if len(self._free_at) > MAX_SITES:
            gone, _ = self._free_at.popitem(last=False)
            self._left_alone.pop(gone, None)


def is_our_own(address: WebAddress) -> bool:
    """The local stack's console serves every demo store from one host."""
    return settings().allow_private_network_fetch and address.host.startswith(_OUR_OWN)


def _without_others(address: WebAddress, error: Exception) -> None:
    log.warning("a site is paced by this instance alone", extra={"site": address.host, "reason": str(error)})


PACE = Pace(shared=site_access.SHARED)
