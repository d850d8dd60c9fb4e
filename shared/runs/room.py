"""Keeps an execution within Firestore's size limit: parts move out before a write would exceed it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from shared.documents.executions import COLLECTION
from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.gcp import logging
from shared.runs.outputs import SMALL_OUTPUT_BYTES, put_output, stored_bytes, value_of
from shared.runs.parts import Archive, EffectRecord, StepResult
from shared.runs.record import Execution

log = logging.get_logger(__name__)

MAX_DOCUMENT_BYTES = 1_000_000
"""Firestore takes 1,048,576. What a dead letter or a cancel adds later has room in between."""
COMFORTABLE_BYTES = 800_000
"""Beyond it things are moved out, so that the run can go on for a while where Cloud Storage fails just then."""
WORTH_AN_ARCHIVE_BYTES = 20_000
MAX_ARCHIVED_BYTES = 20_000_000
"""A process has to hold all that a run keeps."""
MAX_INLINE_EVENT_BYTES = 100_000


class TooLargeError(PermanentError):
    """The run has grown beyond what can be kept of it."""

    code = ErrorCode.RUN_TOO_LARGE


def document_bytes(execution: Execution) -> int:
    """What Firestore counts for the execution's document."""
    return bytes_in_firestore(execution.id, execution.document())


def bytes_in_firestore(execution_id: str, fields: Mapping[str, Any]) -> int:
    """What Firestore counts for an execution's document with those fields, as it compares it with its limit."""
    return stored_bytes(COLLECTION) + stored_bytes(execution_id) + 16 + stored_bytes(fields) + 32


def make_room(execution: Execution) -> None:
    """Move parts of the execution to Cloud Storage until its document can be written.

    Raises:
        TooLargeError: there is nothing left to move, or too much has been moved; with the sizes.
        TransientError: Cloud Storage does not take it now, and the document has no room to wait for that.
    """
    if document_bytes(execution) <= COMFORTABLE_BYTES:
        return
    try:
        _archive(execution)
        _move_outputs(execution)
    except TransientError as error:
        if document_bytes(execution) > MAX_DOCUMENT_BYTES:
            raise
        log.warning("a run grows and cannot be archived now", extra={"reason": str(error)})
    size = document_bytes(execution)
    if size > MAX_DOCUMENT_BYTES:
        raise TooLargeError(
            f"the run has grown to {size:,} bytes beside what could be moved out; "
            f"expected at most {MAX_DOCUMENT_BYTES:,}"
        )


def move_event(execution: Execution) -> None:
    """Put the event's data into Cloud Storage, where it is too large for the document.

    Raises:
        TransientError: Cloud Storage does not take it now.
    """
    if stored_bytes(execution.event_data) <= MAX_INLINE_EVENT_BYTES:
        return
    from shared.gcp import blobs

    data = json.dumps(execution.event_data).encode()
    # A name of its own: who asks for a run that is there already must not change what that one reads.
    path = f"executions/{execution.id}/event-{uuid.uuid4().hex}.json"
    execution.event_data_ref = blobs.put(path, data, "application/json")
    execution.event_data = {}


def bring_back(execution: Execution) -> None:
    """Fetch what earlier deliveries have moved out and the run needs to go on.

    Raises:
        TransientError: Cloud Storage does not answer now.
        NotFoundError: something has been deleted there.
    """
    if execution.archives:
        execution.take_in((archive.ref, *contents_of(archive)) for archive in execution.archives)


def contents_of(archive: Archive) -> tuple[dict[str, StepResult], dict[str, EffectRecord]]:
    """The results of inner steps by path, and the effects by name; raises what `bring_back` raises."""
    from shared.gcp import blobs

    content = json.loads(blobs.get(archive.ref))
    progress = {path: StepResult.model_validate(result) for path, result in content["progress"].items()}
    return progress, {name: EffectRecord.model_validate(record) for name, record in content["effects"].items()}


def _archive(execution: Execution) -> None:
    """Move out the results of inner steps, and the effects that have their receipts."""
    effects = {name: record for name, record in execution.effects.items() if record.receipt is not None}
    progress = dict(execution.progress)
    content = {
        "progress": {path: result.model_dump(mode="json", by_alias=True) for path, result in progress.items()},
        "effects": {name: record.model_dump(mode="json", by_alias=True) for name, record in effects.items()},
    }
    data = json.dumps(content).encode()
    if len(data) < WORTH_AN_ARCHIVE_BYTES:
        return
    archived = sum(archive.bytes for archive in execution.archives) + len(data)
    if archived > MAX_ARCHIVED_BYTES:
        raise TooLargeError(
            f"the steps of the run have left {archived:,} bytes of results; expected at most {MAX_ARCHIVED_BYTES:,}"
        )
    from shared.gcp import blobs

    # A name of its own: nothing that this delivery writes replaces what a document points to.
    ref = blobs.put(f"executions/{execution.id}/archive/{uuid.uuid4().hex}.json", data, "application/json")
    execution.archive(Archive(ref=ref, bytes=len(data)), progress, effects)
    log.info("run archived", extra={"results": len(progress), "effects": len(effects), "bytes": len(data)})


def _move_outputs(execution: Execution) -> None:
    """Move out the outputs of the playbook's own steps, the largest first, as many as it takes."""
    excess = document_bytes(execution) - COMFORTABLE_BYTES
    by_size = sorted(
        ((_output_bytes(result), result) for result in execution.step_results), key=lambda pair: -pair[0]
    )
    moved: dict[str, StepResult] = {}
    for size, result in by_size:
        if excess <= 0 or size <= SMALL_OUTPUT_BYTES:
            break
        fields = put_output(execution.id, result.step_id, dict(value_of(result)))
        moved[result.step_id] = result.model_copy(update={"output": None, "output_json": None, **fields})
        excess -= size
    if moved:
        execution.step_results = [moved.get(result.step_id, result) for result in execution.step_results]


def _output_bytes(result: StepResult) -> int:
    return stored_bytes(result.output_json) if result.output_json is not None else stored_bytes(result.output or {})
