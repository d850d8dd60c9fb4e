"""When runs ended, as Firestore dates their last write."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.executions import COLLECTION
from shared.gcp import clients

ALL_DONE_SECONDS = 120
_POLL_SECONDS = 1.0
"""Seldom: the emulator counts by reading, on the processors that are measured."""
_ONE_POLL_SECONDS = 0.025
"""The document says when it was written, so that looking seldom costs no accuracy, and looking often the cores."""


def wait_for_all(count: int) -> float:
    """When the last of `count` executions was completed (seconds of the epoch).

    Raises:
        RuntimeError: not all of them were in time.
    """
    executions = clients.firestore().collection(COLLECTION)
    completed = executions.where(filter=FieldFilter("status", "==", "completed"))
    deadline = time.monotonic() + ALL_DONE_SECONDS
    while (found := _count(completed)) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{found} of {count} executions were completed within {ALL_DONE_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    return max(_epoch(snapshot.update_time) for snapshot in completed.select([]).stream())


def wait_for_one(execution_id: str) -> float:
    """When it was completed.

    Raises:
        RuntimeError: it was not in time.
    """
    reference = clients.firestore().collection(COLLECTION).document(execution_id)
    deadline = time.monotonic() + ALL_DONE_SECONDS
    while True:
        time.sleep(_ONE_POLL_SECONDS)
        snapshot: Any = reference.get(["status"])
        if snapshot.get("status") == "completed":
            return _epoch(snapshot.update_time)
        if time.monotonic() > deadline:
            raise RuntimeError(f"execution {execution_id} is {snapshot.get('status')} after {ALL_DONE_SECONDS} s")


def _count(found: Any) -> int:
    """Without reading the documents."""
    return int(found.count().get()[0][0].value)


def _epoch(moment: datetime) -> float:
    return moment.timestamp()
