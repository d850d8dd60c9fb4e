"""What the parser is told of the org: names that may be meant, the zone, the question that is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.chat.understanding import Understanding


@dataclass(frozen=True)
class Hints:
    """`timezone` is an IANA name, `now` an aware datetime; `playbooks` and `competitors` are names of the org's."""

    timezone: str
    now: datetime
    playbooks: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    pending: Understanding | None = None
    """What was understood before, when its question is still open."""
