"""How a step waits: a real run is parked; a dry run only records that it would be."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.errors import ThrottledError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs.errors import ParkedError
from shared.runs.outputs import short
from shared.runs.parts import Wait
from shared.runs.record import Execution

log = logging.get_logger(__name__)

THROTTLED_AT_MOST = timedelta(hours=6)
SHORTEST_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class LiveParking:
    """Keeps the wait in the execution, so that it ends when it was first meant to."""

    execution: Execution
    path: str
    clock: Clock
    lock: AbstractContextManager[Any]

    def until(self, default: datetime) -> datetime:
        """The wait's end: `default`, if it begins now."""
        with self.lock:
            known = self.execution.waits.get(self.path) or Wait(since=self.clock.now(), until=default)
            self.execution.waits[self.path] = known
        return known.until

    def run_began(self, default: datetime) -> datetime:
        """When the run was first claimed."""
        return self.execution.started_at or default

    def park(self, until: datetime, summary: Mapping[str, Any], reason: str | None = None) -> None:
        """Stop this delivery; the run goes on at `until`, or when it is woken.

        Raises:
            ParkedError: always.
        """
        log.info("step waits", extra={"until": until.isoformat(), **summary})
        raise ParkedError(until, reason)

    def wait_out(self, error: ThrottledError) -> None:
        """Stop this delivery for as long as the provider asks; the attempt goes on then.

        Returns after hours without a step that came to its end: then the ladder is climbed, and people are told.

        Raises:
            ParkedError: the run waits.
        """
        now = self.clock.now()
        with self.lock:
            since = self.execution.throttled_since or now
            self.execution.throttled_since = since
        if now - since > THROTTLED_AT_MOST:
            return
        until = now + timedelta(seconds=max(error.retry_after_seconds, SHORTEST_WAIT_SECONDS))
        log.info("step waits for a provider", extra={"until": until.isoformat(), "reason": str(error)})
        raise ParkedError(until, f"Waiting to try again: {short(error)}")


@dataclass(frozen=True, slots=True)
class DryRunParking:
    """Records the wait and goes on."""

    path: str
    recorded: list[dict[str, Any]] = field(default_factory=list)

    def until(self, default: datetime) -> datetime:
        return default

    def run_began(self, default: datetime) -> datetime:
        return default

    def park(self, until: datetime, summary: Mapping[str, Any], reason: str | None = None) -> None:
        self.recorded.append(
            {"stepId": self.path, "effect": "wait", "until": until.isoformat().replace("+00:00", "Z"), **summary}
        )

    def wait_out(self, error: ThrottledError) -> None:
        """Nothing: a dry run does not wait for anybody."""
