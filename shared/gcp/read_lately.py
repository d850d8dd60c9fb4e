"""Reads documents that several steps of a run need within moments, like the org, only once."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

MOMENTS = 2.0
"""How long, in seconds, a read is reused; a change may be seen this much later."""

_Read = dict[str, tuple[float, Mapping[str, Any] | None]]
_read: ContextVar[_Read | None] = ContextVar("read_lately", default=None)
_kept: ContextVar[dict[str, Any] | None] = ContextVar("written_lately", default=None)


@contextmanager
def reading_lately() -> Iterator[None]:
    """Within it, and in threads with a copy of its context, `fields` may answer what it has just answered."""
    tokens = _read.set({}), _kept.set({})
    try:
        yield
    finally:
        _read.reset(tokens[0])
        _kept.reset(tokens[1])


def fields(path: str) -> Mapping[str, Any] | None:
    """The document's fields, at most moments old; None if there is no document."""
    return fields_of([path])[path]


def fields_of(paths: Collection[str]) -> dict[str, Mapping[str, Any] | None]:
    """The same for several documents, by path; unknown ones are read in one round trip."""
    known = _read.get()
    now = time.monotonic()
    lately = {} if known is None else {path: known[path] for path in paths if path in known}
    found = {path: one for path, (at, one) in lately.items() if now - at <= MOMENTS}
    missing = [path for path in paths if path not in found]
    if missing:
        read = _fields(missing)
        found |= read
        if known is not None:
            known.update({path: (now, one) for path, one in read.items()})
    return found


def _fields(paths: Sequence[str]) -> dict[str, Mapping[str, Any] | None]:
    # Loads Firestore's library, which a function's start can do without.
    from shared.gcp import plain_firestore

    stored = [plain_firestore.read(paths[0])] if len(paths) == 1 else plain_firestore.read_all(*paths)
    return {path: one.fields if one is not None else None for path, one in zip(paths, stored, strict=True)}


def keep(key: str, value: Any) -> None:
    """Remembers a value for the rest of the run, such as a written document with its version."""
    known = _kept.get()
    if known is not None:
        known[key] = value


def kept(key: str) -> Any:
    """The value kept under the key; None if there is none."""
    known = _kept.get()
    return None if known is None else known.get(key)
