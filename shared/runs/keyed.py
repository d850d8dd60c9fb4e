"""Runs that a caller asks for under a key: the same key is the same run, unless that failed and may be replaced."""

from __future__ import annotations

from dataclasses import replace

from shared.errors import ConflictError
from shared.gcp.clock import Clock
from shared.runs import ids, store
from shared.runs.pinning import StartRequest
from shared.runs.record import ExecutionStatus
from shared.runs.start import Started, start_execution

MAX_USES = 20
"""Of one key, after that many failed runs."""


def start_keyed(request: StartRequest, key: str, *, reuse_failed: bool, clock: Clock) -> Started:
    """Start the key's run, or find the newest one that it has started.

    `reuse_failed`: where that one has failed, start another. Of several requests that ask so at once, one does.

    Raises:
        KeyReusedError: the key's run was asked for with another request.
        ConflictError: the key has been used too often.
        PlaybookError: what `start_execution` raises.
    """
    for use in range(MAX_USES):
        execution_id = _id(request, key, use)
        asked = replace(request, execution_id=execution_id, may_replace_failed=reuse_failed)
        started = start_execution(asked, clock)
        if started.created or started.status is not ExecutionStatus.FAILED:
            return started
        if not reuse_failed and store.read(_id(request, key, use + 1)) is None:
            return started
    raise ConflictError(f"Idempotency-Key: {MAX_USES} runs of this key have failed; expected a new key")


def _id(request: StartRequest, key: str, use: int) -> str:
    again = f"{key}\x1f{use}" if use else key
    return ids.keyed_execution_id(request.org_id, request.playbook_id, again)
