"""A new run's execution inside its first task, so that a prompt delivery needs no read.

It is a copy with the version of the document: a write on top of an old copy is refused by the fence, and the run is
read. Only a task that comes within seconds uses it, so that a run that was canceled, or whose playbook was paused,
while it waited for its turn is seen to be so before any of its steps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from pydantic import Field, ValidationError

from shared.documents.executions import PINNED
from shared.gcp import logging
from shared.quarantine.failures import describe
from shared.runs.record import parse_execution
from shared.runs.stopping import JUST_STARTED
from shared.runs.store import Stored
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from datetime import datetime

log = logging.get_logger(__name__)

MAX_CHARS = 16 * 1024
"""Escaped, a character takes up to 12 bytes, and a door reads 256 KiB. Most runs have a few thousand."""


class Carried(CamelModel, extra="forbid"):
    """`{fields, eventData, pinned, version}`: the fields as JSON, what was pinned as the document's own text."""

    fields: dict[str, Any]
    event_data: dict[str, Any]
    pinned: str
    version: str = Field(max_length=40)
    """When the document was written: RFC 3339, to the nanosecond."""

    def stored(self, execution_id: str) -> Stored:
        """The execution as a read would have found it.

        Raises:
            ValueError: it is malformed.
        """
        data = {**self.fields, "eventData": self.event_data, PINNED: self.pinned}
        version = DatetimeWithNanoseconds.from_rfc3339(self.version)  # type: ignore[no-untyped-call]
        return Stored(parse_execution(execution_id, data), version)


def carry(created: Stored) -> dict[str, Any] | None:
    """The copy for the task of the run's first attempt; None where it is too large, or JSON cannot hold it."""
    execution = created.execution
    try:
        event_data = json.dumps(execution.event_data, allow_nan=False)
    except (TypeError, ValueError):
        return None  # an event read from a document may hold timestamps, bytes, and locations
    pinned = execution.pinned_text()
    if len(event_data) + len(pinned) > MAX_CHARS:
        return None
    return {
        "fields": execution.queued_part(),
        "eventData": execution.event_data,
        "pinned": pinned,
        "version": created.version.rfc3339(),  # type: ignore[no-untyped-call]
    }


def unpack(execution_id: str, carried: Mapping[str, Any] | None, now: datetime) -> Stored | None:
    """The execution that a task holds; None where it holds none, an old one, or one that cannot be read."""
    if carried is None:
        return None
    try:
        stored = Carried.model_validate(carried).stored(execution_id)
    except (ValidationError, ValueError) as error:
        log.warning("a task's copy of its run cannot be read; the run is read", extra={"reason": describe(error)})
        return None
    return stored if now - stored.execution.created_at < JUST_STARTED else None
