"""Renews a run's lease in a separate thread while a step works, so that a long step isn't run twice.

A claim that was not written at once is written by the first renewal, so people see a run that lasts. Most runs end
before: until then one thread waits for all runs of the process, since starting one for each costs more than the
rest of what the engine does for a step.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from shared.gcp import logging
from shared.quarantine.failures import describe
from shared.runs.alarms import Alarms
from shared.runs.errors import CancelRequestedError, LeaseLostError
from shared.runs.queue import DISPATCH_DEADLINE_SECONDS
from shared.runs.session import Session

log = logging.get_logger(__name__)

RENEWALS_PER_LEASE = 4
"""More than half of the lease is left at any time, as a provider's call needs it, even if one renewal fails."""
RENEW_FOR_SECONDS = DISPATCH_DEADLINE_SECONDS
"""No longer than the platform lets a delivery run: a step that hangs must not hold its run forever."""

LASTING = Alarms("runs that last")


@contextmanager
def renewing(session: Session, lease_seconds: float, claimed_after: float = math.inf) -> Iterator[None]:
    """Within it, the session's lease is renewed, until the run has ended or is lost.

    `claimed_after`: in so many seconds for the first time, if that is sooner than the lease needs it.
    """
    stop = threading.Event()
    interval = lease_seconds / RENEWALS_PER_LEASE
    run = copy_context().run
    lasting = LASTING.after(min(claimed_after, interval), lambda: _start(run, stop, session, interval))
    try:
        yield
    finally:
        lasting.forget()
        stop.set()
        session.close()


def _start(run: Callable[..., Any], stop: threading.Event, session: Session, interval: float) -> None:
    """A thread for each run that lasts: one renewal that hangs must not hold up those of other runs."""
    if stop.is_set():
        return
    arguments = (_renew_until, stop, session, interval, RENEW_FOR_SECONDS)
    try:
        threading.Thread(target=run, args=arguments, name="lease", daemon=True).start()
    except RuntimeError as error:
        log.warning("the lease could not be renewed now", extra={"reason": describe(error)})
        LASTING.after(interval, lambda: _start(run, stop, session, interval))


def _renew_until(stop: threading.Event, session: Session, interval: float, seconds: float) -> None:
    """Renew at once, up to one interval having passed, and then at each interval."""
    ends_at = time.monotonic() + seconds - interval
    while not stop.is_set():
        if time.monotonic() >= ends_at:
            log.error("a step does not end; its lease is not renewed any more", extra={"afterSeconds": seconds})
            return
        if not renew(session):
            return
        stop.wait(interval)


def renew(session: Session) -> bool:
    """Renew the session's lease once; False when it is lost."""
    try:
        session.renew()
    except CancelRequestedError:
        # The step's own thread stops the run before its next step; until then the run is still this delivery's.
        return True
    except LeaseLostError as error:
        log.warning("lease lost while a step worked", extra={"reason": str(error)})
        return False
    except Exception as error:  # noqa: BLE001 - the next renewal may succeed, and without one the step runs twice
        log.warning("the lease could not be renewed now", extra={"reason": describe(error)})
    return True
