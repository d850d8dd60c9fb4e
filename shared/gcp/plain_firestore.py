"""Documents written and read as plain protobuf, for the few calls that every run or every chat message makes.

The client library builds each value as a proto-plus message, which costs several times what protobuf itself does:
of a commit of two documents more than half of its processor time, of a read also, of a query three quarters. The
call itself goes past the client's wrappers (`direct_calls`); one that fails for the moment is given to the client,
which repeats it by its own rules. Everything else uses the library as it is.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.api_core.exceptions import (
    DeadlineExceeded,
    InternalServerError,
    NotFound,
    ResourceExhausted,
    ServiceUnavailable,
)
from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.field_path import FieldPath
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CommitRequest,
    CommitResponse,
    Document,
    GetDocumentRequest,
    RunQueryRequest,
    RunQueryResponse,
    StructuredQuery,
    Value,
    Write,
)

from shared.gcp import clients, direct_calls

_SERVICE = "/google.firestore.v1.Firestore"
_TIMEOUT_SECONDS = 60.0
_GET = direct_calls.Method(
    f"{_SERVICE}/GetDocument", GetDocumentRequest.pb(), Document.pb(), "name", _TIMEOUT_SECONDS
)
_GET_ALL = direct_calls.Method(
    f"{_SERVICE}/BatchGetDocuments",
    BatchGetDocumentsRequest.pb(),
    BatchGetDocumentsResponse.pb(),
    "database",
    _TIMEOUT_SECONDS,
)
_COMMIT = direct_calls.Method(
    f"{_SERVICE}/Commit", CommitRequest.pb(), CommitResponse.pb(), "database", _TIMEOUT_SECONDS
)
_QUERY = direct_calls.Method(
    f"{_SERVICE}/RunQuery", RunQueryRequest.pb(), RunQueryResponse.pb(), "parent", _TIMEOUT_SECONDS
)
_PASSING = (DeadlineExceeded, InternalServerError, ResourceExhausted, ServiceUnavailable)

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.firestore import Client, Query

Version = DatetimeWithNanoseconds
"""A document's last update time."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document's fields and its version."""

    fields: dict[str, Any]
    stamp: Any
    """The version as the protobuf message."""

    @property
    def version(self) -> Version:
        """When it was written last; not every reader needs it."""
        return _version(self.stamp)


def read(path: str) -> StoredDocument | None:
    """The document at the path, or None."""
    client = clients.firestore()
    request = _GET.request(name=_name(path))
    try:
        document = _get(client, request)
    except NotFound:
        return None
    return _stored(client, document)


def read_all(*paths: str) -> list[StoredDocument | None]:
    """The documents at the paths as they were at one moment, in one round trip; None for each that is not there."""
    client = clients.firestore()
    names = [_name(path) for path in paths]
    request = _GET_ALL.request(database=client._database_string, documents=names)
    found = {one.found.name: one.found for one in _get_all(client, request) if one.HasField("found")}
    return [_stored(client, found[name]) if name in found else None for name in names]


def found(query: Query) -> dict[str, StoredDocument]:
    """The documents that the query finds, in its order, by id; of a query of one collection."""
    client, (parent, _) = clients.firestore(), query._parent._parent_info()
    request = _QUERY.request(parent=parent, structured_query=StructuredQuery.pb(query._to_protobuf()))
    try:
        answers = direct_calls.call_for_all(
            client._firestore_api.transport.grpc_channel, _QUERY, request, client._rpc_metadata
        )
    except _PASSING:
        through_client = query.stream(retry=_retry(), timeout=_TIMEOUT_SECONDS)
        return {
            one.id: StoredDocument(one.to_dict() or {}, one.update_time.timestamp_pb()) for one in through_client
        }
    documents = (one.document for one in answers if one.HasField("document"))
    return {one.name.rpartition("/")[2]: _stored(client, one) for one in documents}


class Commit:
    """Writes that are applied together, or not at all."""

    def __init__(self) -> None:
        self._request = _COMMIT.request(database=clients.firestore()._database_string)

    def create(self, path: str, fields: Mapping[str, Any]) -> None:
        """Create a document; it must not exist."""
        self._put(path, fields).current_document.exists = False

    def set(self, path: str, fields: Mapping[str, Any]) -> None:
        """Create or replace a document."""
        self._put(path, fields)

    def replace(self, path: str, fields: Mapping[str, Any], version: Version) -> None:
        """Replace a document that must have that version."""
        self._put(path, fields).current_document.update_time.CopyFrom(version.timestamp_pb())  # type: ignore[no-untyped-call]

    def update(self, path: str, fields: Mapping[str, Any], version: Version) -> None:
        """Write these fields, by field path, into a document of that version; `DELETE_FIELD` takes one away."""
        write = self._put(path, {})
        for field_path, value in fields.items():
            write.update_mask.field_paths.append(field_path)
            if value is not DELETE_FIELD:
                *way, last = _parts(field_path)
                into = write.update.fields
                for name in way:
                    into = into[name].map_value.fields
                _encode(into[last], value)
        write.current_document.update_time.CopyFrom(version.timestamp_pb())  # type: ignore[no-untyped-call]

    def merge(self, path: str, fields: Mapping[str, Any]) -> None:
        """Merge the fields into a document, which need not exist; they may be transforms (`Increment`)."""
        batch = clients.firestore().batch()
        batch.set(clients.firestore().document(path), dict(fields), merge=True)
        self._request.writes.extend(Write.pb(write) for write in batch._write_pbs)

    def send(self) -> list[Version]:
        """Do it; the versions of the documents in the order of the writes.

        Raises:
            AlreadyExists, NotFound, FailedPrecondition: a document is not as its write expects it.
            GoogleAPICallError: it failed otherwise; it may have been done.
        """
        answer = _commit(clients.firestore(), self._request)
        return [_version(result.update_time) for result in answer.write_results]

    def _put(self, path: str, fields: Mapping[str, Any]) -> Any:
        write = self._request.writes.add()
        write.update.name = _name(path)
        # An empty document must be recognizable as one.
        write.update.SetInParent()
        into = write.update.fields
        for name, value in fields.items():
            _encode(into[name], value)
        return write


def _get(client: Client, request: Any) -> Any:
    api, metadata = client._firestore_api, client._rpc_metadata
    try:
        return direct_calls.call(api.transport.grpc_channel, _GET, request, metadata)
    except _PASSING:
        return Document.pb(api.get_document(request=GetDocumentRequest.wrap(request), metadata=metadata))


def _get_all(client: Client, request: Any) -> Iterable[Any]:
    api, metadata = client._firestore_api, client._rpc_metadata
    try:
        return direct_calls.call_for_all(api.transport.grpc_channel, _GET_ALL, request, metadata)
    except _PASSING:
        asked = BatchGetDocumentsRequest.wrap(request)
        answers = api.batch_get_documents(
            request=asked, metadata=metadata, retry=_retry(), timeout=_TIMEOUT_SECONDS
        )
        return map(BatchGetDocumentsResponse.pb, answers)


def _retry() -> Retry:
    """As the client repeats the reading of one document; of several, it would give up where a quota is used up."""
    from google.api_core.retry import Retry, if_exception_type

    return Retry(if_exception_type(*_PASSING), initial=0.1, maximum=60.0, multiplier=1.3, timeout=60.0)


def _commit(client: Client, request: Any) -> Any:
    api, metadata = client._firestore_api, client._rpc_metadata
    try:
        return direct_calls.call(api.transport.grpc_channel, _COMMIT, request, metadata)
    except (ResourceExhausted, ServiceUnavailable):
        return CommitResponse.pb(api.commit(request=CommitRequest.wrap(request), metadata=metadata))


def _stored(client: Client, document: Any) -> StoredDocument:
    fields: Any = _helpers.decode_dict(document.fields, client)
    return StoredDocument(fields, document.update_time)


@functools.lru_cache(maxsize=4_096)
def _parts(field_path: str) -> tuple[str, ...]:
    """Runs write the same fields again and again, under the names of their steps."""
    parts: tuple[str, ...] = FieldPath.from_api_repr(field_path).parts
    return parts


def _name(path: str) -> str:
    return f"{clients.firestore()._database_string}/documents/{path}"


def _version(stamp: Any) -> Version:
    version: Version = DatetimeWithNanoseconds.from_timestamp_pb(stamp)  # type: ignore[no-untyped-call]
    return version


def _put_instant(into: Any, value: datetime) -> None:
    """As `FromDatetime`, in a fifth of its time; one without a zone is in UTC."""
    since = value - (_EPOCH if value.tzinfo is not None else _NAIVE_EPOCH)
    into.seconds = since.days * _DAY_SECONDS + since.seconds
    into.nanos = since.microseconds * 1_000


_EPOCH, _NAIVE_EPOCH = datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1)  # noqa: DTZ001
_DAY_SECONDS = 86_400
_SCALARS = {bool: "boolean_value", int: "integer_value", float: "double_value", str: "string_value"}


def _encode(into: Any, value: Any) -> None:
    """Write a value into the `Value` message; one of a rarer type as the library does."""
    kind = type(value)
    if kind in _SCALARS:
        setattr(into, _SCALARS[kind], value)
    elif value is None:
        into.null_value = 0
    elif kind is datetime:
        _put_instant(into.timestamp_value, value)
    elif isinstance(value, StrEnum):
        into.string_value = value.value
    elif kind is dict:
        into.map_value.SetInParent()
        for name, item in value.items():
            _encode(into.map_value.fields[name], item)
    elif kind is list:
        into.array_value.SetInParent()
        for item in value:
            _encode(into.array_value.values.add(), item)
    else:
        into.CopyFrom(Value.pb(_helpers.encode_value(value)))
