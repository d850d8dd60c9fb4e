"""How a step waits: in a real run the run is parked; a dry run only says that it would be."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.execution.errors import ParkedError
from shared.execution.record import Execution, Wait
from shared.gcp import logging
from shared.gcp.clock import Clock

log = logging.get_logger(__name__)


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


@dataclass(frozen=True, slots=True)
class DryRunParking:
    """Records the wait and goes on."""

    path: str
    recorded: list[dict[str, Any]] = field(default_factory=list)

    def until(self, default: datetime) -> datetime:
        """The same."""
        return default

    def run_began(self, default: datetime) -> datetime:
        """Now."""
        return default

    def park(self, until: datetime, summary: Mapping[str, Any], reason: str | None = None) -> None:
        """Record it."""
        self.recorded.append(
            {"stepId": self.path, "effect": "wait", "until": until.isoformat().replace("+00:00", "Z"), **summary}
        )
