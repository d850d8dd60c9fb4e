"""Firestore's CloudEvents as Eventarc delivers them to a function."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.events.cloud.firestore import Document, DocumentEventData, MapValue, Value

from local.stack.ports import PROJECT

_DATABASE = f"projects/{PROJECT}/databases/(default)"


def document_created(path: str, fields: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Headers and body of the event that the document at `path` was created."""
    now = datetime.now(UTC)
    document = Document(
        name=f"{_DATABASE}/documents/{path}",
        fields={name: _value(value) for name, value in fields.items()},
        create_time=now,
        update_time=now,
    )
    headers = {
        "ce-id": f"created-{path}",
        "ce-specversion": "1.0",
        "ce-type": "google.cloud.firestore.document.v1.created",
        "ce-source": f"//firestore.googleapis.com/{_DATABASE}",
        "ce-subject": f"documents/{path}",
        "ce-time": now.isoformat(),
        "Content-Type": "application/protobuf",
    }
    return headers, DocumentEventData.serialize(DocumentEventData(value=document))


def _value(value: Any) -> Value:
    match value:
        case dict():
            return Value(map_value=MapValue(fields={name: _value(item) for name, item in value.items()}))
        case int():
            return Value(integer_value=value)
        case str():
            return Value(string_value=value)
    raise TypeError(f"found {type(value).__name__}; expected a map, a whole number or text")
