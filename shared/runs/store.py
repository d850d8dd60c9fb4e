"""Reads and writes execution documents; every later write is fenced by the document's version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

from shared.documents.executions import path_of
from shared.gcp import clients, plain_firestore
from shared.gcp.plain_firestore import Commit, Version
from shared.runs import summaries, webhook_messages
from shared.runs.record import Execution, ExecutionStatus, parse_execution

if TYPE_CHECKING:
    from google.cloud.firestore import WriteBatch


class FenceError(Exception):
    """The document changed since it was read: somebody else has written it."""


@dataclass(slots=True)
class Stored:
    """An execution with the version of the document it was read from.

    `has_just_begun`: it may be over before anybody looks, and its summary need not say that it runs.
    `is_summary_behind`: it does not say so yet.
    """

    execution: Execution
    version: Version
    has_just_begun: bool = False
    is_summary_behind: bool = False


def put_summary(batch: WriteBatch, execution: Execution) -> None:
    """Have the batch write what every member of the org may see of the run."""
    batch.set(clients.firestore().document(summaries.path_of(execution.id)), summaries.summary_of(execution))


def create(execution: Execution, beside: tuple[str, dict[str, Any]] | None = None) -> Stored | None:
    """Create the document and its summary; None when it is there already.

    `beside`: another document's path and the fields to merge into it, in the same commit: both or neither.
    """
    commit = Commit()
    commit.create(path_of(execution.id), execution.document())
    commit.set(summaries.path_of(execution.id), summaries.summary_of(execution))
    if beside is not None:
        commit.merge(*beside)
    try:
        return Stored(execution, commit.send()[0])
    except AlreadyExists:
        return None


def read(execution_id: str) -> Stored | None:
    """The execution as it is now, or None."""
    found = plain_firestore.read(path_of(execution_id))
    return Stored(parse_execution(execution_id, found.fields), found.version) if found is not None else None


def update(stored: Stored, fields: dict[str, Any], beside: tuple[str, dict[str, Any]] | None = None) -> None:
    """Write `fields` (Firestore field paths) if nobody has written since; moves `stored.version` on.

    `beside`: another document's path and the fields to merge into it, in the same commit: both or neither. Where
    the status changes, the summary does so too; that of a run that has just begun waits for a later write. That it
    has completed is told to the org's other systems, where they want it.

    Raises:
        FenceError: somebody has, or the document is gone.
    """
    execution = stored.execution
    commit = Commit()
    commit.update(path_of(execution.id), fields, stored.version)
    is_behind = "status" in fields or stored.is_summary_behind
    may_wait = stored.has_just_begun and execution.status is ExecutionStatus.RUNNING
    if is_behind and not may_wait:
        commit.set(summaries.path_of(execution.id), summaries.summary_of(execution))
    if beside is not None:
        commit.merge(*beside)
    if fields.get("status") == ExecutionStatus.COMPLETED and (message := webhook_messages.of_completed(execution)):
        commit.set(*message)
    try:
        stored.version = commit.send()[0]
    except (FailedPrecondition, NotFound) as error:
        raise FenceError(f"execution {execution.id} was written by somebody else") from error
    stored.is_summary_behind = is_behind and may_wait
