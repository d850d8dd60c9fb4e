"""Documents that several steps of one run read within moments of each other, like the org: they are read once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

MOMENTS = 2.0
"""Seconds for which what was read counts: a change is seen as if it had come so much later."""

_Read = dict[str, tuple[float, Mapping[str, Any] | None]]
_read: ContextVar[_Read | None] = ContextVar("read_lately", default=None)


@contextmanager
def reading_lately() -> Iterator[None]:
    """Within it, and in threads with a copy of its context, `fields` may answer what it has just answered."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def fields(path: str) -> Mapping[str, Any] | None:
    """The document's fields as they are, or were moments ago; None where there is none."""
    known = _read.get()
    if known is None:
        return _fields(path)
    now = time.monotonic()
    before = known.get(path)
    if before is not None and now - before[0] <= MOMENTS:
        return before[1]
    found = _fields(path)
    known[path] = (now, found)
    return found


def _fields(path: str) -> Mapping[str, Any] | None:
    # Loads Firestore's library, which a function's start can do without.
    from shared.gcp import plain_firestore

    found = plain_firestore.read(path)
    return found.fields if found is not None else None
