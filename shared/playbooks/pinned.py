"""The copy of its playbook that a run keeps from its start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PINNED_FIELDS = (
    "name",
    "status",
    "statusReason",
    "errorCode",
    "agent",
    "category",
    "triggers",
    "steps",
    "ownerId",
    "ownerEmail",
    "lastEditedBy",
    "version",
    "onFailure",
    "concurrency",
    "retryDelaysSeconds",
    "source",
    "traceparent",
)
_OF_A_REFUSED = (
    "name",
    "status",
    "agent",
    "category",
    "ownerId",
    "ownerEmail",
    "lastEditedBy",
    "version",
    "source",
)
_MAX_TEXT = 200


def pinned(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the playbook's document that a run keeps."""
    return {name: definition[name] for name in PINNED_FIELDS if name in definition}


def pinned_refused(definition: Mapping[str, Any], problem: str) -> dict[str, Any]:
    """What a run keeps of a playbook that is too large to be kept: who it is, and why it cannot run."""
    small = {name: definition[name] for name in _OF_A_REFUSED if _is_small(definition.get(name))}
    return {**small, "status": "error", "statusReason": problem}


def _is_small(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and len(value) <= _MAX_TEXT)
