"""Events that playbooks listen to, parsed from event documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.documents.events import EventDocument
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.origins import chain_of, people_behind, root_cause_of, trace_of
from shared.playbooks.problems import problem_lines
from shared.playbooks.sizes import require_event_size


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


def parse_domain_event(org_id: str, event_id: str, document: Mapping[str, Any]) -> DomainEvent:
    """Parses an event document.

    Raises:
        PermanentError: names the field, what was found and expected; or the data are too large.
    """
    try:
        parsed = EventDocument.model_validate(dict(document))
    except ValidationError as error:
        raise PermanentError(
            f"events/{event_id}: {'; '.join(problem_lines(error))}", code=ErrorCode.INVALID_DOCUMENT
        ) from None
    require_event_size(f"events/{event_id}: data", parsed.data)
    return DomainEvent(
        org_id=org_id,
        name=parsed.name,
        id=event_id,
        data=parsed.data,
        hops=parsed.hops,
        fired_by=parsed.created_by if isinstance(parsed.created_by, str) and parsed.created_by else None,
        ancestors=chain_of(parsed.source),
        caused_by=people_behind(parsed.source),
        root_cause=root_cause_of(parsed.source),
        traceparent=trace_of(parsed.source) or trace_of(document),
    )
