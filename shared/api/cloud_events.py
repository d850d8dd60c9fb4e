"""CloudEvents read into plain values: a Firestore document's change, a Pub/Sub message."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.errors import PermanentError

if TYPE_CHECKING:
    from cloudevents.http import CloudEvent

_MICROSECONDS = re.compile(r"(\.\d{6})\d+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document before and after a write; None where it was not there. `version` is the write's time."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None
    version: str

    @property
    def at(self) -> datetime:
        """The write's time."""
        return datetime.fromisoformat(_MICROSECONDS.sub(r"\1", self.version))


def document_ids(event: CloudEvent, pattern: str) -> dict[str, str]:
    """The ids in the event's subject by the names in `pattern`, like `tenants/{org_id}/playbooks/{playbook_id}`.

    Raises:
        PermanentError: the event is about another document.
    """
    subject = event.get("subject") or ""
    expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", f"documents/{pattern}")
    match = re.fullmatch(expression, subject)
    if match is None:
        raise PermanentError(f"the event's subject is {subject!r}; expected documents/{pattern}")
    return match.groupdict()


def document_change(event: CloudEvent) -> DocumentChange:
    """What a Firestore event says happened to its document.

    Raises:
        PermanentError: the event's data is not a DocumentEventData message.
    """
    from google.events.cloud.firestore import DocumentEventData
    from google.protobuf.message import DecodeError

    try:
        data = DocumentEventData.deserialize(event.data)
    except (DecodeError, TypeError) as error:
        raise PermanentError(f"the event's data is no DocumentEventData: {error}") from error
    change = DocumentEventData.pb(data)
    after = _document(change.value) if change.HasField("value") else None
    before = _document(change.old_value) if change.HasField("old_value") else None
    written = change.value if after is not None else change.old_value
    return DocumentChange(before, after, written.update_time.ToJsonString())


def _document(document: Any) -> dict[str, Any] | None:
    if not document.name:
        return None
    return {name: _value(value) for name, value in document.fields.items()}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value_type")
    match kind:
        case None | "null_value":
            return None
        case "map_value":
            return {name: _value(item) for name, item in value.map_value.fields.items()}
        case "array_value":
            return [_value(item) for item in value.array_value.values]
        case "timestamp_value":
            return _EPOCH + timedelta(microseconds=value.timestamp_value.ToMicroseconds())
        case "geo_point_value":
            return {"latitude": value.geo_point_value.latitude, "longitude": value.geo_point_value.longitude}
    return getattr(value, kind)


def pubsub_message(event: CloudEvent) -> bytes:
    """The bytes of the Pub/Sub message in the event.

    Raises:
        PermanentError: there is none.
    """
    data = event.data
    message = data.get("message") if isinstance(data, dict) else None
    encoded = message.get("data") if isinstance(message, dict) else None
    if not isinstance(encoded, str):
        raise PermanentError(
            f"the event's data holds {type(encoded).__name__} at message.data; expected base64 text"
        )
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise PermanentError(f"message.data is not base64: {error}") from error
