"""What playbooks listen to: something that happened in an org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that happened. `id` is the same however often the news of it arrives."""

    org_id: str
    name: str
    id: str
    data: Mapping[str, Any] = field(default_factory=dict)
    hops: int = 0
    """How many playbooks have led to it, one by the other."""
    ancestors: tuple[str, ...] = ()
    """The ids of these playbooks, the first one first."""
    fired_by: str | None = None
    """The uid of the person who made it happen; None if nobody did, or it isn't known."""
    caused_by: tuple[str, ...] = ()
    """Who stands behind the run that made it happen, where one did."""
    root_cause: str | None = None
    """The id of the run or event that it goes back to; None where it is a first cause itself."""
    traceparent: str | None = None
    """The span that made it happen, where a playbook's run did."""
    at: datetime | None = None
    """When it was written, where that is known."""
