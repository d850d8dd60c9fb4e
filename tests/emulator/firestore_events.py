"""CloudEvents as Firestore sends them, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cloudevents.http import CloudEvent
from google.events.cloud.firestore import ArrayValue, Document, DocumentEventData, MapValue, Value

WRITTEN_AT = datetime(2026, 11, 23, 14, tzinfo=UTC)


def document_event(
    path: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    written_at: datetime = WRITTEN_AT,
) -> CloudEvent:
    """The news that the document at `path` was written; None where it is not there."""
    data = DocumentEventData()
    if before is not None:
        data.old_value = _document(path, before, written_at)
    if after is not None:
        data.value = _document(path, after, written_at)
    attributes = {
        "type": "google.cloud.firestore.document.v1.written",
        "source": "//firestore.googleapis.com/projects/demo-playbooks/databases/(default)",
        "subject": f"documents/{path}",
    }
    return CloudEvent(attributes, DocumentEventData.serialize(data))


def _document(path: str, fields: dict[str, Any], written_at: datetime) -> Document:
    name = f"projects/demo-playbooks/databases/(default)/documents/{path}"
    return Document(name=name, fields={key: _value(value) for key, value in fields.items()}, update_time=written_at)


def _value(value: Any) -> Value:
    match value:
        case bool():
            return Value(boolean_value=value)
        case int():
            return Value(integer_value=value)
        case float():
            return Value(double_value=value)
        case str():
            return Value(string_value=value)
        case datetime():
            return Value(timestamp_value=value)
        case dict():
            return Value(map_value=MapValue(fields={key: _value(item) for key, item in value.items()}))
        case list():
            return Value(array_value=ArrayValue(values=[_value(item) for item in value]))
    return Value(null_value=0)
