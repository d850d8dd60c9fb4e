"""Runs steps that load a whole shop one at a time per instance: two don't fit into its memory.

Of the eight runs that an instance has at once, seven may be light ones. One that waits for its turn keeps its
lease; after a while it is parked, so that it takes no place from others; another instance may be free by then.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs.errors import ParkedError
from shared.steps.base import Action

log = logging.get_logger(__name__)

AT_ONCE = 1
PATIENCE_SECONDS = 20.0
AGAIN_SECONDS = (10, 30)
_FAMILIES = frozenset({"shared.steps.retail"})
"""Their actions read all items, orders or customers of an org."""

_turns = threading.BoundedSemaphore(AT_ONCE)


def is_heavy(action: Action[Any, Any]) -> bool:
    """Whether the step holds a whole shop in memory."""
    return type(action).__module__.rpartition(".")[0] in _FAMILIES


@contextmanager
def turn_of(action: Action[Any, Any], clock: Clock, before_waiting: Callable[[], None]) -> Iterator[None]:
    """Within it no other heavy step works in this process, if this is one.

    Raises:
        ParkedError: others have been at work for too long; the run comes again soon.
    """
    if not is_heavy(action):
        yield
        return
    if not _turns.acquire(blocking=False):
        before_waiting()
        if not _turns.acquire(timeout=PATIENCE_SECONDS):
            log.info("the step waits for memory")
            pause = random.uniform(*AGAIN_SECONDS)  # noqa: S311 - so that those that wait do not keep in step
            raise ParkedError(clock.now() + timedelta(seconds=pause), "Waiting for other reports to finish")
    try:
        yield
    finally:
        _turns.release()
