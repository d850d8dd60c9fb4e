"""Faults of the email provider, a fifth of all its calls, in an order that a seed fixes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import httpx

FAULTY_SHARE = 0.2
LOW_WATER = 150
BATCH = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to fail; `share` is its part of all faults."""

    share: float
    status: int
    delay_seconds: float = 0.0


KINDS = (
    Kind(0.42, 503),
    Kind(0.10, 500, 0.2),
    # Accepted, and then the connection drops without an answer.
    Kind(0.30, 0),
    # Accepted, and answered when the lease of the run that asked is over.
    Kind(0.10, 200, 8.0),
    # Accepted, and answered when the client has long given up.
    Kind(0.03, 200, 16.0),
    # Refused for good: straight to the dead letters.
    Kind(0.05, 400),
)
_PASS = Kind(0.0, 200)


class ProviderFaults:
    """Keeps the console's list of faults filled; look-ups after the fact meet them as well as sends."""

    def __init__(self, console: httpx.Client, seed: int) -> None:
        self._console = console
        self._random = random.Random(seed)
        self._ordered_faults = 0

    def top_up(self) -> None:
        """Order the next calls' fates, if few are left."""
        if sum(fault["times"] for fault in self._pending()) >= LOW_WATER:
            return
        passes = 0
        for _ in range(BATCH):
            if self._random.random() >= FAULTY_SHARE:
                passes += 1
                continue
            if passes:
                self._order(_PASS, passes)
            passes = 0
            self._order(self._random.choices(KINDS, [kind.share for kind in KINDS])[0], 1)
            self._ordered_faults += 1

    def served(self) -> int:
        """How many calls have met a fault."""
        left = [fault for fault in self._pending() if fault["status"] != 200 or fault["delaySeconds"]]
        return self._ordered_faults - sum(int(fault["times"]) for fault in left)

    def clear(self) -> None:
        """Order no more."""
        self._console.delete("/api/faults").raise_for_status()

    def _order(self, kind: Kind, times: int) -> None:
        fault = {
            "provider": "mailjet",
            "status": kind.status,
            "delaySeconds": kind.delay_seconds,
            "times": times,
            "lookups": True,
        }
        self._console.post("/api/faults", json=fault).raise_for_status()

    def _pending(self) -> list[dict[str, Any]]:
        pending: list[dict[str, Any]] = self._console.get("/api/faults").raise_for_status().json()["faults"]
        return pending
