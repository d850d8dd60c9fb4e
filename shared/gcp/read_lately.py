"""Documents that several steps of one run read within moments of each other, like the org: they are read once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

MOMENTS = 2.0
"""Seconds for which what was read counts: a change is seen as if it had come so much later."""

_read: ContextVar[dict[str, tuple[float, DocumentSnapshot[Any]]] | None] = ContextVar("read_lately", default=None)


@contextmanager
def reading_lately() -> Iterator[None]:
    """Within it, and in threads with a copy of its context, `snapshot` may answer what it has just answered."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def snapshot(reference: DocumentReference) -> DocumentSnapshot[Any]:
    """The document as it is, or was moments ago."""
    known = _read.get()
    if known is None:
        return reference.get()
    now = time.monotonic()
    before = known.get(reference.path)
    if before is not None and now - before[0] <= MOMENTS:
        return before[1]
    found = reference.get()
    known[reference.path] = (now, found)
    return found
