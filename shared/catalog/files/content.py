"""Whether two playbooks say the same, whoever has written them down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shared.values.digests import hex_digest

CONTENT_FIELDS = ("name", "description", "agent", "category", "triggers", "steps")
"""What a catalog playbook brings into an org's document, and so what a person may have made their own."""


def content_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an org's playbook document that the catalog fills."""
    return {name: document[name] for name in CONTENT_FIELDS if name in document}


def content_hash(content: Mapping[str, Any]) -> str:
    """A digest that is the same after a way through Firestore or a browser: neither keeps the order of fields, and
    one makes `10` of `10.0`."""
    text = json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hex_digest(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
