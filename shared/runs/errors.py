"""Errors that end a delivery early although the run hasn't failed."""

from __future__ import annotations

from datetime import datetime

from shared.errors import PlaybookError


class RunStoppedError(Exception):
    """Base: no step failed, but this delivery must not go on."""


class LeaseLostError(RunStoppedError):
    """Another delivery has taken the run over; this one must not touch it any more."""


class CancelRequestedError(RunStoppedError):
    """Somebody asked for the run to stop."""


class ParkedError(RunStoppedError):
    """A step waits: the run is to be parked until the instant, or until somebody wakes it. Its text says so."""

    def __init__(self, until: datetime, reason: str | None = None) -> None:
        super().__init__(reason or f"waiting until {until.isoformat()}")
        self.until = until


class RunEndedError(RunStoppedError):
    """A step has ended the run; no step after it is to run."""


class StepFailedError(Exception):
    """A step failed and the run cannot go past it; `cause` says whether a retry may help."""

    def __init__(self, path: str, reason: str, cause: PlaybookError) -> None:
        super().__init__(f"step {path}: {reason}")
        self.step_id = path
        self.cause = cause
