"""Why a delivery stops in the middle of a run without the run having failed."""

from __future__ import annotations


class RunStoppedError(Exception):
    """Base: no step failed, but this delivery must not go on."""


class LeaseLostError(RunStoppedError):
    """Another delivery has taken the run over; this one must not touch it any more."""


class CancelRequestedError(RunStoppedError):
    """Somebody asked for the run to stop."""
