"""Fenced writes of a claimed run: each requires this process's last write, or the run is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1.field_path import FieldPath

from shared.runs import store
from shared.runs.billing import Month
from shared.runs.errors import LeaseLostError
from shared.runs.parts import CostLine
from shared.runs.record import Execution
from shared.runs.store import FenceError, Stored

WRITE_TRIES = 4
"""Nobody but a request to cancel writes into a run that this process holds, and that happens once."""


class FencedWriter:
    """Brings the stored document to what the session says, by the fields that differ."""

    def __init__(self, stored: Stored, owner: str) -> None:
        self._stored = stored
        self._owner = owner
        self._stored_bill: Bill | None = None
        self.written = stored.execution.moving_part()
        """The fields as they were last written."""
        self.is_lost = False
        """Somebody else runs it now; nothing more is written."""
        self.was_woken = False
        """Somebody set its `dueAt` since the claim."""

    def write(self, document: Callable[[], dict[str, Any]], month: Month | None) -> None:
        """Make the stored document what `document` says; `month` is charged in the same commit.

        Raises:
            LeaseLostError: another delivery runs it now, or it is gone.
        """
        execution = self._stored.execution
        if self.is_lost:
            raise LeaseLostError(f"execution {execution.id} was lost to somebody else before")
        for _ in range(WRITE_TRIES):
            wanted = document()
            fields = _difference(self.written, wanted)
            if not fields or self._try_write(fields, month):
                self.written = wanted
                return
            if self._stored_bill == _bill_of(execution):
                month = None  # that very commit was made, and only its answer got lost
        raise self._lost(f"execution {execution.id} kept changing under its runner")

    def _try_write(self, fields: dict[str, Any], month: Month | None) -> bool:
        try:
            store.update(self._stored, fields, month)
        except FenceError:
            return self._adopt_foreign_write()
        return True

    def _adopt_foreign_write(self) -> bool:
        """See whose write moved the document on; True when it was this very one, whose answer got lost.

        A request to cancel, or to wake, is taken in, so that the write can be made on top of it.

        Raises:
            LeaseLostError: another runner's.
        """
        mine = self._stored.execution
        now = store.read(mine.id)
        if now is None:
            raise self._lost(f"execution {mine.id} is gone")
        theirs = now.execution
        if theirs.lease is not None and theirs.lease.owner == self._owner:
            self._stored.version = now.version
            self._stored_bill = _bill_of(theirs)
            mine.cancel_requested_at = theirs.cancel_requested_at
            self.was_woken = self.was_woken or theirs.due_at != theirs.lease.expires_at
            return False
        if theirs.lease is None and (theirs.status, theirs.attempts) == (mine.status, mine.attempts):
            self._stored.version = now.version
            return True
        raise self._lost(f"execution {mine.id} is run by somebody else now")

    def _lost(self, reason: str) -> LeaseLostError:
        # For all threads: the next one to write must not do so on top of what this one has seen.
        self.is_lost = True
        return LeaseLostError(reason)


Bill = tuple[float, list[CostLine]]


def _bill_of(execution: Execution) -> Bill:
    return execution.billed_usd, execution.costs


_MAPS = frozenset({"effects", "progress", "waits"})
"""Fields of which each entry is written by itself: they grow with the run, and a write should not."""


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The update that makes a document with the fields `before` into one with the fields `after`."""
    fields: dict[str, Any] = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if name in _MAPS:
            fields |= _entries(name, old or {}, new or {})
        elif old != new:
            fields[name] = DELETE_FIELD if name not in after else new
    return fields


def _entries(name: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    gone = before.keys() - after.keys()
    if len(gone) > len(after):
        return {name: after or DELETE_FIELD}
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    changed |= dict.fromkeys(gone, DELETE_FIELD)
    return {FieldPath(name, key).to_api_repr(): value for key, value in changed.items()}
