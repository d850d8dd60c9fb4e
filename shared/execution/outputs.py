"""How a step's output is stored: all of a run's outputs lie in one document, which Firestore bounds at 1 MiB."""

from __future__ import annotations

import json
from typing import Any

from shared.doors.storable import check_storable
from shared.errors import PermanentError
from shared.execution.record import Execution, StepResult

MAX_OUTPUT_BYTES = 400_000
"""Of one step."""
MAX_RUN_BYTES = 800_000
"""Of all of a run's outputs and its definition; the rest of the document is small."""
SMALL_OUTPUT_BYTES = 2_000
"""Not worth adding up: as many of them as a playbook may have steps still fit."""
MAX_ERROR_LENGTH = 2_000


def storable_output(output: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `StepResult` that store the output: as it is, or as JSON text where Firestore cannot hold it.

    That is a list directly in a list, a whole number of over 64 bits, a reserved name, half of a surrogate pair.
    """
    text = json.dumps(output)
    try:
        json.dumps(output, ensure_ascii=False).encode()
        check_storable(output)
    except ValueError:
        return {"output_json": text}
    return {"output": output}


def require_room(execution: Execution, step_id: str, stored: dict[str, Any]) -> None:
    """Pass when the document can take the output.

    Raises:
        PermanentError: with its size and the limit.
    """
    size = stored_bytes(stored)
    if size > MAX_OUTPUT_BYTES:
        raise PermanentError(f"its output has {size} bytes; expected at most {MAX_OUTPUT_BYTES}")
    if size <= SMALL_OUTPUT_BYTES:
        return
    others = sum(_result_bytes(result) for result in execution.step_results if result.step_id != step_id)
    used = others + stored_bytes(execution.definition)
    if used + size > MAX_RUN_BYTES:
        raise PermanentError(
            f"its output has {size} bytes and the run {used}; expected at most {MAX_RUN_BYTES} in all"
        )


def _result_bytes(result: StepResult) -> int:
    return len(result.output_json) if result.output_json is not None else stored_bytes(result.output or {})


def stored_bytes(value: Any) -> int:
    """What Firestore counts for a value, nearly (https://firebase.google.com/docs/firestore/storage-size)."""
    match value:
        case str():
            return len(value.encode(errors="replace")) + 1
        case dict():
            return sum(stored_bytes(name) + stored_bytes(item) for name, item in value.items())
        case list():
            return sum(map(stored_bytes, value))
        case None | bool():
            return 1
    return 8


def short(error: object) -> str:
    """An error's text, cut where a provider's answer has made it endless."""
    text = str(error)
    return text if len(text) <= MAX_ERROR_LENGTH else text[: MAX_ERROR_LENGTH - 1] + "…"
