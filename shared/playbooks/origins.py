"""What a document records about the run that wrote it: the people behind it, and what led to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.gcp import tracing


def people_behind(origin: Any) -> tuple[str, ...]:
    """The `causedBy` of an origin: they may not approve what the run asks or suggests."""
    named = origin.get("causedBy") if isinstance(origin, Mapping) else None
    return tuple(person for person in named if isinstance(person, str)) if isinstance(named, list) else ()


def root_cause_of(origin: Any) -> str | None:
    """The `rootCause` of an origin: the id of the run or event that everything here goes back to."""
    root = origin.get("rootCause") if isinstance(origin, Mapping) else None
    return root if isinstance(root, str) and root else None


def trace_of(origin: Any) -> str | None:
    """The `traceparent` of an origin: the span of the run that wrote the document."""
    context = tracing.parse(origin.get("traceparent")) if isinstance(origin, Mapping) else None
    return str(context) if context is not None else None


def chain_of(origin: Any) -> tuple[str, ...]:
    """The ids of the playbooks that led to the document, one by the other; the last one is that which wrote it."""
    if not isinstance(origin, Mapping):
        return ()
    before = origin.get("ancestors")
    named = [*(before if isinstance(before, list) else []), origin.get("playbookId")]
    return tuple(one for one in named if isinstance(one, str) and one)
