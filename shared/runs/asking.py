"""Runs that somebody asks for, with a key of theirs or without one."""

from __future__ import annotations

from dataclasses import replace

from shared.gcp.clock import Clock
from shared.runs.pinning import StartRequest
from shared.runs.start import Started, start_execution


def start_asked(
    request: StartRequest, clock: Clock, *, key: str | None, fingerprint: str, reuse_failed: bool = False
) -> Started:
    """Start the run; under a key the one that it stands for. `fingerprint`: of what was asked.

    Raises:
        PlaybookError: what `start_execution` and `start_keyed` raise.
    """
    if key is None:
        return start_execution(request, clock)
    from shared.runs.keyed import start_keyed

    return start_keyed(replace(request, fingerprint=fingerprint), key, reuse_failed=reuse_failed, clock=clock)
