"""Waiting for what comes true by itself, with a deadline that only a defect reaches."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""Far more than anything takes on a machine with nothing else to do."""
_POLL_SECONDS = 0.01


def eventually(condition: Callable[[], bool]) -> None:
    """Poll until the condition holds.

    Raises:
        AssertionError: it did not within `PATIENCE_SECONDS`.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"the condition did not come true within {PATIENCE_SECONDS:g} s"
        time.sleep(_POLL_SECONDS)
