"""Reading and writing execution documents; every write after the first is fenced by the document's version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

from shared.execution import summaries
from shared.execution.record import COLLECTION, Execution, parse_execution
from shared.gcp import clients

if TYPE_CHECKING:
    from google.api_core.datetime_helpers import DatetimeWithNanoseconds
    from google.cloud.firestore import DocumentReference, WriteBatch


class FenceError(Exception):
    """The document changed since it was read: somebody else has written it."""


@dataclass(slots=True)
class Stored:
    """An execution with the version of the document it was read from."""

    execution: Execution
    version: DatetimeWithNanoseconds


def reference(execution_id: str) -> DocumentReference:
    """The document's reference."""
    return clients.firestore().collection(COLLECTION).document(execution_id)


def put_summary(batch: WriteBatch, execution: Execution) -> None:
    """Have the batch write what every member of the org may see of the run."""
    batch.set(clients.firestore().document(summaries.path_of(execution.id)), summaries.summary_of(execution))


def create(execution: Execution, beside: tuple[str, dict[str, Any]] | None = None) -> Stored | None:
    """Create the document and its summary; None when it is there already.

    `beside`: another document's path and the fields to merge into it, in the same commit: both or neither.
    """
    client = clients.firestore()
    batch = client.batch()
    batch.create(reference(execution.id), execution.document())
    put_summary(batch, execution)
    if beside is not None:
        batch.set(client.document(beside[0]), beside[1], merge=True)
    try:
        written = batch.commit()[0]
    except AlreadyExists:
        return None
    return Stored(execution, written.update_time)


def read(execution_id: str) -> Stored | None:
    """The execution as it is now, or None."""
    snapshot = reference(execution_id).get()
    data = snapshot.to_dict()
    if data is None:
        return None
    return Stored(parse_execution(execution_id, data), snapshot.update_time)


def update(stored: Stored, fields: dict[str, Any], beside: tuple[str, dict[str, Any]] | None = None) -> None:
    """Write `fields` (Firestore field paths) if nobody has written since; moves `stored.version` on.

    `beside`: another document's path and the fields to merge into it, in the same commit: both or neither. Where
    the status changes, the summary does so too.

    Raises:
        FenceError: somebody has, or the document is gone.
    """
    client = clients.firestore()
    batch = client.batch()
    batch.update(reference(stored.execution.id), fields, client.write_option(last_update_time=stored.version))
    if "status" in fields:
        put_summary(batch, stored.execution)
    if beside is not None:
        batch.set(client.document(beside[0]), beside[1], merge=True)
    try:
        result = batch.commit()[0]
    except (FailedPrecondition, NotFound) as error:
        raise FenceError(f"execution {stored.execution.id} was written by somebody else") from error
    stored.version = result.update_time
