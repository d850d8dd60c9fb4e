"""Ids of a waiting step's documents, derived from the run and the step, so that a retry finds its own."""

from __future__ import annotations

from shared.values.digests import hex_digest


def wait_id(execution_id: str, path: str) -> str:
    """The id of what the step at `path` of the run waits for: 32 hex digits."""
    return hex_digest(execution_id, path)
