"""A per-run cache, so that several steps read the shop's data once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

MOST_BYTES = 50_000_000
"""Cache size; anything beyond is read each time."""

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("retail_memo", default=None)
_WEIGHT = "weight"


@contextmanager
def reading_once() -> Iterator[None]:
    """Caches reads inside the block; a new thread has no cache."""
    token = _kept.set({_WEIGHT: 0})
    try:
        yield
    finally:
        _kept.reset(token)


def recalled(key: Hashable) -> Any:
    """The cached value, or None."""
    kept = _kept.get()
    return None if kept is None else kept.get(key)


def keep(key: Hashable, value: T, weight: int) -> T:
    """Caches the value if caching is on and there is room; `weight` in bytes."""
    kept = _kept.get()
    if kept is not None and kept[_WEIGHT] + weight <= MOST_BYTES:
        kept[key] = value
        kept[_WEIGHT] += weight
    return value


def once(key: Hashable, load: Callable[[], T], weigh: Callable[[T], int]) -> T:
    """The cached value, or the result of `load`."""
    found = recalled(key)
    if found is not None:
        return cast("T", found)
    loaded = load()
    return keep(key, loaded, weigh(loaded))


def forget() -> None:
    """Clears the cache: the run itself changed what it read."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
        kept[_WEIGHT] = 0
