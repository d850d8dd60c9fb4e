"""Firestore's server in this process, as far as a conversation needs it: documents, queries, counts, transactions.

The real client talks to it in place of its channel, so that what the product calls is what production calls.
Transactions are never contended: one thread at a time uses it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client
from google.cloud.firestore_v1 import _helpers, types
from google.cloud.firestore_v1.field_path import FieldPath

from tests.harness.memory_queries import Row, copy_field, decoded, found, value_at

PROJECT = "heard"
_ROOT = f"projects/{PROJECT}/databases/(default)/documents"


def memory_client(documents: Mapping[str, Mapping[str, Any]]) -> tuple[Client, MemoryFirestore]:
    """A client and its server, which holds these documents, fields by path."""
    client = Client(project=PROJECT, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
    server = MemoryFirestore()
    client._firestore_api_internal = server
    for path, fields in documents.items():
        client.document(path).set(dict(fields))
    return client, server


class MemoryFirestore:
    """What the client calls on its channel. The signatures are the client's.

    It is also its transport and its channel, for what is called past the client.
    """

    def __init__(self) -> None:
        self.transport = self.grpc_channel = self
        self._documents: dict[str, Any] = {}
        self._known: dict[int, tuple[Any, dict[str, Any]]] = {}

    def unary_unary(self, path: str, **_: Any) -> Callable[..., Any]:
        """What takes and gives plain messages for the method at that path."""
        messages: dict[str, tuple[str, Any, Any]] = {
            "GetDocument": ("get_document", types.GetDocumentRequest, types.Document),
            "Commit": ("commit", types.CommitRequest, types.CommitResponse),
        }
        serve, asked, answer = messages[path.rpartition("/")[2]]
        # Found when it is called: a test may replace it after the stub was made.
        return lambda request, **_: answer.pb(getattr(self, serve)(asked.wrap(request)))

    def unary_stream(self, path: str, **_: Any) -> Callable[..., Any]:
        """What takes a plain message and gives many for the method at that path."""
        if path.endswith("/RunQuery"):
            answers = types.RunQueryResponse.pb
            return lambda request, **_: map(answers, self._run(request.parent, request.structured_query))
        assert path.endswith("/BatchGetDocuments"), path
        asked, answer = types.BatchGetDocumentsRequest, types.BatchGetDocumentsResponse
        return lambda request, **_: map(answer.pb, self.batch_get_documents(asked.wrap(request)))

    def snapshot(self) -> dict[str, Any]:
        """All that is stored, to be put back later."""
        return dict(self._documents)

    def restore(self, documents: Mapping[str, Any]) -> None:
        """Put back what `snapshot` returned."""
        self._documents = dict(documents)

    def fields(self, collection: str) -> dict[str, dict[str, Any]]:
        """The fields of each document of a collection, by id."""
        parts = ((name.removeprefix(f"{_ROOT}/").rpartition("/"), one) for name, one in self._documents.items())
        return {last: self._fields_of(one) for (parent, _, last), one in parts if parent == collection}

    def batch_get_documents(self, request: Mapping[str, Any], **_: Any) -> Iterator[Any]:
        """The documents of those names; of one that is not there, its name."""
        now = datetime.now(UTC)
        for name in types.BatchGetDocumentsRequest(request).documents:
            if name in self._documents:
                document = types.Document.wrap(self._documents[name])
                yield types.BatchGetDocumentsResponse(found=document, read_time=now)
            else:
                yield types.BatchGetDocumentsResponse(missing=name, read_time=now)

    def get_document(self, request: Any, **_: Any) -> Any:
        """The document of that name.

        Raises:
            NotFound: there is none.
        """
        if request.name not in self._documents:
            raise NotFound(f"Document not found: {request.name}")  # type: ignore[no-untyped-call]
        return types.Document.wrap(self._documents[request.name])

    def begin_transaction(self, request: Mapping[str, Any], **_: Any) -> Any:
        """A transaction, of which there is one at a time."""
        return types.BeginTransactionResponse(transaction=b"one at a time")

    def rollback(self, request: Mapping[str, Any], **_: Any) -> None:
        """Nothing was written yet."""

    def commit(self, request: Any, **_: Any) -> Any:
        """Write all or nothing.

        Raises:
            AlreadyExists, NotFound, FailedPrecondition: as the real one.
        """
        before, now = self.snapshot(), datetime.now(UTC)
        try:
            results = [self._write(write, now) for write in _plain_writes(request)]
        except Exception:
            self.restore(before)
            raise
        return types.CommitResponse(write_results=results, commit_time=now)

    def run_query(self, request: Mapping[str, Any], **_: Any) -> Iterator[Any]:
        """The documents that a query asks for."""
        return self._run(request["parent"], types.StructuredQuery.pb(request["structured_query"]))

    def _run(self, parent: str, query: Any) -> Iterator[Any]:
        now = datetime.now(UTC)
        for row in self._found(parent, query):
            yield types.RunQueryResponse(document=types.Document.wrap(row.document), read_time=now)
        yield types.RunQueryResponse(read_time=now)

    def run_aggregation_query(self, request: Mapping[str, Any], **_: Any) -> Iterator[Any]:
        """Counts, sums and averages of what a query asks for."""
        asked = types.StructuredAggregationQuery.pb(request["structured_aggregation_query"])
        rows = self._found(request["parent"], asked.structured_query)
        fields = {}
        for one in asked.aggregations:
            kind = one.WhichOneof("operator")
            if kind == "count":
                fields[one.alias] = types.Value(integer_value=len(rows))
                continue
            values = [value_at(row.fields, getattr(one, kind).field.field_path) for row in rows]
            numbers = [value for value in values if isinstance(value, int | float)]
            total = float(sum(numbers))
            fields[one.alias] = types.Value(double_value=total if kind == "sum" else total / max(len(numbers), 1))
        yield types.RunAggregationQueryResponse(result={"aggregate_fields": fields}, read_time=datetime.now(UTC))

    def list_documents(self, request: Mapping[str, Any], **_: Any) -> Iterator[Any]:
        """The documents of a collection."""
        under = f"{request['parent']}/{request['collection_id']}/"
        for name in sorted(self._documents):
            if name.startswith(under) and "/" not in name.removeprefix(under):
                yield types.Document.wrap(self._documents[name])

    def _found(self, parent: str, query: Any) -> list[Row]:
        every = (Row(name, one, self._fields_of(one)) for name, one in self._documents.items())
        return found(query, parent, every)

    def _fields_of(self, document: Any) -> dict[str, Any]:
        """Its fields. A stored document is never altered, so that they are decoded once."""
        known = self._known.get(id(document))
        if known is None or known[0] is not document:
            known = document, _decoded_fields(document)
            self._known[id(document)] = known
        return known[1]

    def _write(self, write: Any, now: datetime) -> Any:
        name = write.delete or write.update.name or write.transform.document
        stored = self._documents.get(name)
        _check(write.current_document, name, stored)
        if write.delete:
            self._documents.pop(name, None)
            return types.WriteResult(update_time=now)
        masked = write.HasField("update_mask")
        target = copy.deepcopy(stored) if stored is not None and masked else types.Document.pb(types.Document())
        target.name = name
        paths = (
            write.update_mask.field_paths
            if masked
            else [FieldPath(one).to_api_repr() for one in write.update.fields]
        )
        for path in paths:
            copy_field(write.update.fields, target.fields, path)
        transforms = [*write.update_transforms, *write.transform.field_transforms]
        results = [_transformed(target, transform, now) for transform in transforms]
        target.create_time.FromDatetime(stored.create_time.ToDatetime(UTC) if stored is not None else now)
        target.update_time.FromDatetime(now)
        self._documents[name] = target
        return types.WriteResult(update_time=now, transform_results=results)


def _plain_writes(request: Any) -> list[Any]:
    """The library asks with a dict, `shared.gcp.plain_firestore` with a message."""
    if isinstance(request, types.CommitRequest):
        return list(types.CommitRequest.pb(request).writes)
    return [types.Write.pb(write) for write in request["writes"]]


def _decoded_fields(document: Any) -> dict[str, Any]:
    fields: Any = _helpers.decode_dict(types.Document.wrap(document).fields, None)
    return dict(fields)


def _check(precondition: Any, name: str, stored: Any) -> None:
    kind = precondition.WhichOneof("condition_type")
    if kind == "exists" and precondition.exists and stored is None:
        raise NotFound(f"No document to update: {name}")  # type: ignore[no-untyped-call]
    if kind == "exists" and not precondition.exists and stored is not None:
        raise AlreadyExists(f"Document already exists: {name}")  # type: ignore[no-untyped-call]
    if kind == "update_time" and (stored is None or stored.update_time != precondition.update_time):
        raise FailedPrecondition(f"{name} was written meanwhile")  # type: ignore[no-untyped-call]


def _transformed(target: Any, transform: Any, now: datetime) -> Any:
    """Set the field to what the transformation makes of it; its new value."""
    old = value_at(_decoded_fields(target), transform.field_path)
    kind = transform.WhichOneof("transform_type")
    new = types.Value.pb(_helpers.encode_value(_new_value(kind, old, getattr(transform, kind), now)))
    fields, parts = target.fields, FieldPath.from_api_repr(transform.field_path).parts
    for part in parts[:-1]:
        fields = fields[part].map_value.fields
    fields[parts[-1]].CopyFrom(new)
    return new


def _new_value(kind: str, old: Any, given: Any, now: datetime) -> Any:
    if kind == "set_to_server_value":
        return now
    if kind in {"append_missing_elements", "remove_all_from_array"}:
        have, named = list(old or []), [decoded(value) for value in given.values]
        added = [one for one in named if one not in have]
        return [*have, *added] if kind.startswith("append") else [one for one in have if one not in named]
    number = decoded(given)
    if not isinstance(old, int | float):
        return number
    return {"increment": old + number, "maximum": max(old, number), "minimum": min(old, number)}[kind]
