"""Runs in progress, which could rewrite erased data: stopped first, or the erasure is refused."""

from __future__ import annotations

import time
from collections.abc import Iterable

from shared.documents.executions import COLLECTION
from shared.errors import ConflictError, NotFoundError
from shared.gcp.clock import Clock
from shared.runs import control
from shared.runs.reading import RunFilter
from shared.runs.record import ACTIVE

WAIT_SECONDS = 90.0
"""Longer than any step holds its run."""
_POLL_SECONDS = 0.5


def active(org_id: str) -> list[str]:
    """Ids of the org's unfinished runs."""
    query = RunFilter(org_id, sorted(ACTIVE)).query(COLLECTION)
    return [one.id for one in query.select(["createdAt"]).stream()]


def stop(execution_ids: Iterable[str], wait_seconds: float = WAIT_SECONDS) -> None:
    """Cancels the runs and waits for their end.

    Raises:
        ConflictError: some don't stop; the message names them.
    """
    left = list(execution_ids)
    for execution_id in left:
        try:
            control.cancel(execution_id, Clock())
        except (ConflictError, NotFoundError):
            continue
    deadline = time.monotonic() + wait_seconds
    while left := [one for one in left if _goes_on(one)]:
        if time.monotonic() > deadline:
            raise ConflictError(f"runs that didn't stop: {', '.join(left[:10])}. Wait for them, and run this again")
        time.sleep(_POLL_SECONDS)


def _goes_on(execution_id: str) -> bool:
    try:
        return control.find_execution(execution_id).execution.status in ACTIVE
    except NotFoundError:
        return False
