"""How long after its slot a run starts where thousands share one: each schedule has its own part of ten minutes.

The slot stays what the schedule says; only the start comes later. Pure.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from shared.playbooks.cadence import smallest_gap

LONGEST = timedelta(minutes=10)
SHORTEST_GAP = timedelta(hours=1)
"""What is due more often than that is not moved."""


def delay(cron: str, occurrence: str | None, *whose: str) -> timedelta:
    """The same for every slot of the schedule that these ids name, so that its slots keep their order."""
    if smallest_gap(cron, occurrence) < SHORTEST_GAP:
        return timedelta()
    digest = hashlib.sha256("\x1f".join(whose).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % int(LONGEST.total_seconds()))
