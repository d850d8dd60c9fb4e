"""Firestore's values as JSON can carry them, and JSON's as our documents hold them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.error_codes import ErrorCode
from shared.errors import PermanentError

MAX_OUTPUT_BYTES = 300_000
"""A run stores its outputs together, so a step that reads documents must leave room for others."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def plain(value: Any) -> Any:
    """A Firestore value as JSON can carry it."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    return _special(value)


def _special(value: Any) -> Any:
    """Firestore types: a GeoPoint as its two numbers, a reference as its path."""
    if hasattr(value, "latitude"):
        return {"latitude": value.latitude, "longitude": value.longitude}
    return getattr(value, "path", str(value))


def stored(value: Any) -> Any:
    """A JSON value as our documents hold it: texts like `2026-11-23T09:00:00Z` are instants, at any depth."""
    if isinstance(value, Mapping):
        return {key: stored(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [stored(inner) for inner in value]
    return instant(value)


def instant(value: Any) -> Any:
    """The value, or the timestamp it represents."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def require_small(value: Any, what: str, remedy: str) -> None:
    """Check that a step may return the value.

    Raises:
        PermanentError: with its size and the limit.
    """
    size = len(json.dumps(value, ensure_ascii=False).encode())
    if size > MAX_OUTPUT_BYTES:
        raise PermanentError(
            f"{what} {size:,} bytes; expected at most {MAX_OUTPUT_BYTES:,}: {remedy}", code=ErrorCode.TOO_LARGE
        )
