"""Whether work may read summaries, which lag slightly behind the latest writes.

What the clock or an event starts may. A run that a person or an agent asked for reads the documents themselves:
they may have written them just before, and wait for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_allowed: ContextVar[bool] = ContextVar("lag_allowed", default=False)


@contextmanager
def allowed(is_allowed: bool = True) -> Iterator[None]:
    """Applies to reads inside the block, in this thread and in threads with a copy of its context."""
    token = _allowed.set(is_allowed)
    try:
        yield
    finally:
        _allowed.reset(token)


def is_allowed() -> bool:
    """False unless it was set."""
    return _allowed.get()
