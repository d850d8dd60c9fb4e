"""Size limits for what people write. Sizes are those of the JSON that a run keeps of it, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shared.error_codes import ErrorCode
from shared.errors import PermanentError

MAX_EVENT_BYTES = 100_000
"""Of an event's data, or of an inventory item: they become part of every run that they start."""
MAX_PLAYBOOK_BYTES = 600_000
"""Of a playbook: every run keeps a copy of it, in a document of 1 MiB at most, beside all that it finds out."""


def json_bytes(value: Any) -> int:
    """The size of the value as JSON. Quotes and control characters count as what they are written as there."""
    return len(json.dumps(value, ensure_ascii=False, default=str).encode(errors="replace"))


def playbook_size_problem(definition: Mapping[str, Any]) -> str | None:
    """Why the playbook is too large; None if a run can keep it."""
    size = json_bytes(definition)
    if size <= MAX_PLAYBOOK_BYTES:
        return None
    return f"the playbook has {size:,} bytes; expected at most {MAX_PLAYBOOK_BYTES:,}"


def require_event_size(path: str, data: Mapping[str, Any]) -> None:
    """Pass when the data of an event, or an inventory item, may become part of a run.

    Raises:
        PermanentError: it's too large; names the path, its size and the limit.
    """
    size = json_bytes(data)
    if size > MAX_EVENT_BYTES:
        raise PermanentError(
            f"{path}: found {size:,} bytes; expected at most {MAX_EVENT_BYTES:,}", code=ErrorCode.TOO_LARGE
        )
