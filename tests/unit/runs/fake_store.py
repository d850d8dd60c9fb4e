"""`shared.runs.store` in memory. `tests/emulator/test_fake_store.py` holds it against Firestore."""

from __future__ import annotations

import copy
import itertools
from enum import Enum
from typing import Any

from google.api_core.exceptions import InvalidArgument
from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1.field_path import FieldPath

from shared.runs.record import Execution, parse_execution
from shared.runs.room import bytes_in_firestore
from shared.runs.store import FenceError, Stored

MAX_BYTES = 1_048_576
"""Of a document, as Firestore counts."""


class FakeStore:
    """Execution documents by id, each with a version that moves on with every write that changes it."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self._versions: dict[str, int] = {}
        self._next_version = itertools.count(1)

    def create(self, execution: Execution, _beside: tuple[str, dict[str, Any]] | None = None) -> Stored | None:
        if execution.id in self.documents:
            return None
        _require_size(execution.id, execution.document())
        self.documents[execution.id] = _as_stored(execution.document())
        self._versions[execution.id] = next(self._next_version)
        return Stored(execution, self.version(execution.id))

    def read(self, execution_id: str) -> Stored | None:
        if execution_id not in self.documents:
            return None
        data = copy.deepcopy(self.documents[execution_id])
        return Stored(parse_execution(execution_id, data), self.version(execution_id))

    def version(self, execution_id: str) -> Any:
        """The document's version; None where there is no document."""
        return self._versions.get(execution_id)

    def update(
        self, stored: Stored, fields: dict[str, Any], _beside: tuple[str, dict[str, Any]] | None = None
    ) -> None:
        execution_id = stored.execution.id
        if execution_id not in self.documents or self.version(execution_id) != stored.version:
            raise FenceError(execution_id)
        if not fields:
            raise ValueError("Cannot update with an empty document.")
        changed = copy.deepcopy(self.documents[execution_id])
        for path, value in fields.items():
            _put(changed, FieldPath.from_api_repr(path).parts, value)
        _require_size(execution_id, changed)
        if _typed(changed) != _typed(self.documents[execution_id]):
            self.documents[execution_id] = changed
            self._versions[execution_id] = next(self._next_version)
        stored.version = self.version(execution_id)

    def delete(self, execution_id: str) -> None:
        self.documents.pop(execution_id, None)
        self._versions.pop(execution_id, None)


def _require_size(execution_id: str, document: dict[str, Any]) -> None:
    size = bytes_in_firestore(execution_id, document)
    if size > MAX_BYTES:
        raise InvalidArgument(f"maximum entity size is {MAX_BYTES} bytes; found {size}")  # type: ignore[no-untyped-call]


def _put(document: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *way, last = path
    place = document
    for name in way:
        inner = place.get(name)
        if not isinstance(inner, dict):
            if value is DELETE_FIELD:
                return
            inner = place[name] = {}
        place = inner
    if value is DELETE_FIELD:
        place.pop(last, None)
    else:
        place[last] = _as_stored(value)


def _as_stored(value: Any) -> Any:
    """A copy as Firestore gives it back."""
    match value:
        case Enum():
            return value.value
        case dict():
            return {name: _as_stored(item) for name, item in value.items()}
        case list() | tuple():
            return [_as_stored(item) for item in value]
    return copy.copy(value)


def _typed(value: Any) -> Any:
    """Equal where Firestore sees no change; Python takes `1`, `1.0` and `True` for the same."""
    match value:
        case dict():
            return {name: _typed(item) for name, item in value.items()}
        case list():
            return [_typed(item) for item in value]
    return type(value), repr(value)
