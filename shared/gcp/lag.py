"""Whether a piece of work may read summaries, which are as old as the news of the last writes.

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
    """For what is read meanwhile, in this thread and those with a copy of its context."""
    token = _allowed.set(is_allowed)
    try:
        yield
    finally:
        _allowed.reset(token)


def is_allowed() -> bool:
    """False where nobody has said so."""
    return _allowed.get()
