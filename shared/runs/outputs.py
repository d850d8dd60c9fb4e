"""Stores a step's output: in the execution document, limited to 1 MiB by Firestore, or in Cloud Storage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shared.api.storable import check_storable
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.redaction import redact
from shared.runs.parts import StepResult
from shared.runs.record import Execution

MAX_INLINE_BYTES = 100_000
"""Of one step; a larger output goes to Cloud Storage, and the document keeps its address. For all: `room`."""
MAX_OUTPUT_BYTES = 20_000_000
"""Of one step, wherever it lies: a process has to hold it."""
SMALL_OUTPUT_BYTES = 2_000
"""Not worth an object of its own: as many of them as a playbook may have steps still fit."""
MAX_ERROR_LENGTH = 2_000


def inline(output: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `StepResult` that hold the output in the document: as it is, or as JSON text.

    Text, where Firestore could not hold it: a list directly in a list, a whole number of over 64 bits, a reserved
    name, half of a surrogate pair.
    """
    text = json.dumps(output)
    try:
        json.dumps(output, ensure_ascii=False).encode()
        check_storable(output)
    except ValueError:
        return {"output_json": text}
    return {"output": output}


def stored(execution: Execution, path: str, output: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `StepResult` that hold the output of a real run; a large one is put into Cloud Storage.

    Raises:
        PermanentError: it is larger than any place for it, with its size and the limit.
        TransientError: Cloud Storage does not take it now.
    """
    fields = inline(output)
    return fields if stored_bytes(fields) <= MAX_INLINE_BYTES else put_output(execution.id, path, output)


def put_output(execution_id: str, path: str, output: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `StepResult` whose output has been put into Cloud Storage; raises what `stored` raises."""
    from shared.gcp import blobs

    data = json.dumps(output).encode()
    if len(data) > MAX_OUTPUT_BYTES:
        raise PermanentError(
            f"its output has {len(data):,} bytes; expected at most {MAX_OUTPUT_BYTES:,}", code=ErrorCode.TOO_LARGE
        )
    uri = blobs.put(f"executions/{execution_id}/{path}.json", data, "application/json")
    return {"output_ref": uri, "output_bytes": len(data)}


def value_of(result: StepResult) -> Mapping[str, Any]:
    """The output, wherever it is stored.

    Raises:
        TransientError: Cloud Storage does not answer now.
        NotFoundError: it has been deleted there.
    """
    if result.output_ref is not None:
        from shared.gcp import blobs

        fetched: dict[str, Any] = json.loads(blobs.get(result.output_ref))
        return fetched
    if result.output_json is not None:
        loaded: dict[str, Any] = json.loads(result.output_json)
        return loaded
    return result.output or {}


def event_of(execution: Execution) -> Mapping[str, Any]:
    """The data of the event that the run is about, wherever it is stored; raises what `value_of` raises."""
    if execution.event_data_ref is None:
        return execution.event_data
    from shared.gcp import blobs

    fetched: dict[str, Any] = json.loads(blobs.get(execution.event_data_ref))
    return fetched


def stored_bytes(value: Any) -> int:
    """What Firestore counts for a value, nearly (https://firebase.google.com/docs/firestore/storage-size)."""
    kind = type(value)
    if kind is str:
        return (len(value) if value.isascii() else len(value.encode(errors="replace"))) + 1
    if kind is dict:
        size = 0
        for name, item in value.items():
            size += len(name) + 1 if type(name) is str and name.isascii() else stored_bytes(name)
            size += len(item) + 1 if type(item) is str and item.isascii() else stored_bytes(item)
        return size or 1
    if kind is list:
        return sum(map(stored_bytes, value)) or 1
    if value is None or kind is bool:
        return 1
    return len(value.encode(errors="replace")) + 1 if isinstance(value, str) else 8


def short(error: object) -> str:
    """An error's text as others may read it, cut where a provider's answer has made it endless."""
    text = redact(str(error)[: 4 * MAX_ERROR_LENGTH])
    return text if len(text) <= MAX_ERROR_LENGTH else text[: MAX_ERROR_LENGTH - 1] + "…"
