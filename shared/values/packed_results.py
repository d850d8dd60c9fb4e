"""Compressed outputs in the documents of runs that ended a while ago.

A report's output holds the same figures as rows, text and HTML, and compresses to an eighth.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

FIELD = "outputPacked"
WORTH_IT_BYTES = 2_500
"""Smaller ones stay as they are: to compress them costs a write."""


def packed(results: Any) -> list[Any] | None:
    """`stepResults` with their large outputs compressed; None where there is nothing to gain."""
    if not isinstance(results, list):
        return None
    after = [_packed(one) for one in results]
    return after if any(one is not other for one, other in zip(after, results, strict=True)) else None


def unpacked(results: Any) -> Any:
    """`stepResults` as the run wrote them; what is no list of results is left as it is."""
    return [_unpacked(one) for one in results] if isinstance(results, list) else results


def _packed(result: Any) -> Any:
    output = result.get("output") if isinstance(result, Mapping) else None
    if not isinstance(output, Mapping):
        return result
    try:
        text = json.dumps(output, separators=(",", ":"))
    except (TypeError, ValueError):
        return result  # not a run's own: these are JSON
    data = zlib.compress(text.encode()) if len(text) >= WORTH_IT_BYTES else b""
    if not data or 2 * len(data) > len(text):
        return result
    return {**{name: value for name, value in result.items() if name != "output"}, FIELD: data}


def _unpacked(result: Any) -> Any:
    data = result.get(FIELD) if isinstance(result, Mapping) else None
    if not isinstance(data, bytes):
        return result
    try:
        output = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError):
        return result
    return {**{name: value for name, value in result.items() if name != FIELD}, "output": output}
