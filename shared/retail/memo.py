"""What one run has read of its shop, so that several steps read it once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

MOST_BYTES = 50_000_000
"""What is kept at once; what comes on top is read each time."""

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("retail_memo", default=None)
_WEIGHT = "weight"


@contextmanager
def reading_once() -> Iterator[None]:
    """Within it what is read is kept; within a thread of its own it is not."""
    token = _kept.set({_WEIGHT: 0})
    try:
        yield
    finally:
        _kept.reset(token)


def recalled(key: Hashable) -> Any:
    """What was kept under the key; None where nothing was."""
    kept = _kept.get()
    return None if kept is None else kept.get(key)


def keep(key: Hashable, value: T, weight: int) -> T:
    """Keep it, if there is room and somebody who reads once; `weight` in bytes."""
    kept = _kept.get()
    if kept is not None and kept[_WEIGHT] + weight <= MOST_BYTES:
        kept[key] = value
        kept[_WEIGHT] += weight
    return value


def once(key: Hashable, load: Callable[[], T], weigh: Callable[[T], int]) -> T:
    """What was kept under the key, else what `load` answers."""
    found = recalled(key)
    if found is not None:
        return cast("T", found)
    loaded = load()
    return keep(key, loaded, weigh(loaded))


def forget() -> None:
    """Drop all of it: the run itself has changed what it read."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
        kept[_WEIGHT] = 0
