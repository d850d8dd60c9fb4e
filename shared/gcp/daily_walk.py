"""A daily pass over any number of documents, one task per page, so it always finishes.

A page has the next one asked for before it deals with its own documents, and its task's name is made of the walk
and the page: asked for twice, it is there once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.task_queue import create_named_task
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

PLATFORM = "platform"
"""The collection for the product's own state: walks in progress, counted jobs."""
EVERY = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(hours=1)
DEADLINE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class WalkPage:
    """One page of a walk. `source`: which of several lists of documents; `after`: where the page before ended."""

    walk: str
    source: str = ""
    after: str | None = None

    def enqueue(self, queue: str) -> bool:
        """Have the function `queue` deal with the page; False where that was asked for before."""
        payload = {"walk": self.walk, "source": self.source, "after": self.after}
        return create_named_task(queue, self.task_name(), payload, deadline_seconds=DEADLINE_SECONDS)

    def task_name(self) -> str:
        """The task's name; the hash prefix avoids hotspots."""
        parts = (self.walk, self.source, self.after or "")
        digest = hex_digest(*parts)
        return f"{digest}-{self.walk}"


def begin_if_due(name: str, ask: Callable[[str], None], clock: Clock, at: time | None = None) -> bool:
    """Begin the day's walk `name`, unless it began within the last day; `ask` gets the walk's id.

    `at`: the time of day (UTC) from which it is due again, instead of a day after it began.

    If this process dies between the note in `platform/{name}` and the end of `ask`, the next call asks again, under
    the same id.
    """
    state = clients.firestore().document(PLATFORM, name)
    known: dict[str, Any] = state.get().to_dict() or {}
    now = clock.now()
    walk = known.get("walk")
    if not (isinstance(walk, str) and _is_of_today(known.get("startedAt"), now, at)):
        walk = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        state.set({"walk": walk, "startedAt": now, "isAsked": False})
    elif known.get("isAsked") is True:
        return False
    ask(walk)
    state.update({"isAsked": True})
    log.info("a walk begins", extra={"walkName": name, "walk": walk})
    return True


def _is_of_today(started_at: Any, now: datetime, at: time | None) -> bool:
    if not isinstance(started_at, datetime) or started_at - now >= CLOCKS_DIFFER:
        return False
    return now - started_at < EVERY if at is None else started_at >= _last(at, now)


def _last(at: time, now: datetime) -> datetime:
    """When it was this time of day last."""
    today = datetime.combine(now.astimezone(UTC).date(), at, UTC)
    return today if today <= now else today - EVERY
