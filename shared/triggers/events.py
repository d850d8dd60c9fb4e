"""Events that playbooks listen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that happened in an org. `id` is stable across repeated deliveries."""

    org_id: str
    name: str
    id: str
    data: Mapping[str, Any] = field(default_factory=dict)
    hops: int = 0
    """The number of playbooks in the chain that led to it."""
    ancestors: tuple[str, ...] = ()
    """The ids of these playbooks, first one first."""
    fired_by: str | None = None
    """The uid of the person who caused it, if known."""
    caused_by: tuple[str, ...] = ()
    """The people behind the run that caused it, if one did."""
    root_cause: str | None = None
    """The id of the run or event it goes back to; None if it is itself the first cause."""
    traceparent: str | None = None
    """The span that caused it, if a run did."""
    at: datetime | None = None
    """When it was written, if known."""
