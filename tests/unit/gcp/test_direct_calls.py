"""Calls past the client's wrappers send and raise what the client would, and leave repeating to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent import futures
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound, ServiceUnavailable
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CommitRequest,
    CommitResponse,
    Document,
    GetDocumentRequest,
    RunQueryRequest,
    RunQueryResponse,
)
from google.cloud.tasks_v2 import CreateTaskRequest, Task

from shared.gcp import clients, direct_calls, plain_firestore
from shared.gcp.plain_firestore import Commit
from shared.gcp.task_queue import create_named_task

GET, COMMIT = "/google.firestore.v1.Firestore/GetDocument", "/google.firestore.v1.Firestore/Commit"
GET_ALL = "/google.firestore.v1.Firestore/BatchGetDocuments"
QUERY = "/google.firestore.v1.Firestore/RunQuery"
CREATE = "/google.cloud.tasks.v2.CloudTasks/CreateTask"
MESSAGES: dict[str, tuple[Any, Any]] = {
    GET: (GetDocumentRequest, Document),
    GET_ALL: (BatchGetDocumentsRequest, BatchGetDocumentsResponse),
    QUERY: (RunQueryRequest, RunQueryResponse),
    COMMIT: (CommitRequest, CommitResponse),
    CREATE: (CreateTaskRequest, Task),
}
NOW = datetime(2026, 11, 30, tzinfo=UTC)


class Server(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    """Fails with the codes it is given, in order; then answers. Remembers what it was asked."""

    def __init__(self) -> None:
        self.failures: list[grpc.StatusCode] = []
        self.asked: list[Any] = []
        self.metadata: list[dict[str, str]] = []

    def service(self, details: Any) -> Any:
        """See grpc."""
        asked, answer = MESSAGES[details.method]

        def serve(request: Any, context: Any) -> Any:
            self.asked.append(asked.wrap(request))
            self.metadata.append(dict(details.invocation_metadata))
            if self.failures:
                context.abort(self.failures.pop(0), "no")
            return answer.pb()()

        def serve_all(request: Any, context: Any) -> Iterator[Any]:
            serve(request, context)
            for name in reversed(request.documents):
                missing = {"missing": name} if name.endswith("missing") else {"found": {"name": name}}
                yield answer.pb(answer(missing))

        def serve_query(request: Any, context: Any) -> Iterator[Any]:
            serve(request, context)
            for name in ("one", "two"):
                document = {"name": f"{request.parent}/c/{name}", "update_time": NOW}
                yield answer.pb(answer({"document": document, "read_time": NOW}))
            yield answer.pb(answer({"read_time": NOW}))

        streams = {GET_ALL: serve_all, QUERY: serve_query}
        kind, served = (
            (grpc.unary_stream_rpc_method_handler, streams[details.method])
            if details.method in streams
            else (grpc.unary_unary_rpc_method_handler, serve)
        )
        return kind(
            served, request_deserializer=asked.pb().FromString, response_serializer=answer.pb().SerializeToString
        )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Both services, where this process's clients point."""
    handler = Server()
    process = grpc.server(futures.ThreadPoolExecutor(2), handlers=[handler])
    host = f"127.0.0.1:{process.add_insecure_port('127.0.0.1:0')}"
    process.start()
    for name in ("FIRESTORE_EMULATOR_HOST", "CLOUD_TASKS_EMULATOR_HOST"):
        monkeypatch.setenv(name, host)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    clients.forget_clients()
    yield handler
    clients.forget_clients()
    process.stop(None).wait()


def read() -> None:
    plain_firestore.read("c/one")


def read_all() -> None:
    found, missing, other = plain_firestore.read_all("c/one", "c/missing", "c/two")
    assert found is not None
    assert missing is None
    assert other is not None


def query() -> None:
    found = plain_firestore.found(clients.firestore().collection("c").select(["a"]).limit(3))
    assert [*found] == ["one", "two"]


def commit() -> None:
    writes = Commit()
    writes.create("c/one", {"a": 1})
    writes.send()


@pytest.mark.parametrize("call", [read, read_all, query, commit])
def test_firestore_is_told_the_database_and_who_calls(server: Server, call: Callable[[], None]) -> None:
    call()
    (metadata,) = server.metadata
    assert metadata["google-cloud-resource-prefix"] == "projects/demo-playbooks/databases/(default)"
    assert "demo-playbooks" in metadata["x-goog-request-params"]
    assert metadata["x-goog-api-client"].startswith("gl-python/")
    assert metadata["authorization"] == "Bearer owner"


@pytest.mark.parametrize("call", [read, read_all, query, commit])
def test_a_briefly_failing_read_is_retried(server: Server, call: Callable[[], None]) -> None:
    server.failures = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED]
    call()
    first, *others = server.asked
    assert others == [first, first]


@pytest.mark.parametrize(
    ("code", "error"),
    [(grpc.StatusCode.ALREADY_EXISTS, AlreadyExists), (grpc.StatusCode.FAILED_PRECONDITION, FailedPrecondition)],
)
def test_a_refused_commit_is_not_sent_again(server: Server, code: Any, error: type[Exception]) -> None:
    server.failures = [code]
    with pytest.raises(error):
        commit()
    assert len(server.asked) == 1


def test_a_commit_that_may_have_been_made_is_not_sent_again(server: Server) -> None:
    """The client does not either: what asked for it looks first."""
    server.failures = [grpc.StatusCode.DEADLINE_EXCEEDED]
    with pytest.raises(Exception, match="no"):
        commit()
    assert len(server.asked) == 1


def test_a_missing_document_is_none(server: Server) -> None:
    server.failures = [grpc.StatusCode.NOT_FOUND]
    assert plain_firestore.read("c/one") is None
    assert len(server.asked) == 1


def test_an_existing_task_is_not_created_twice(server: Server) -> None:
    server.failures = [grpc.StatusCode.ALREADY_EXISTS]
    assert not create_named_task("runExecution", "one", {}, deadline_seconds=5)


def test_a_missing_queue_is_not_called_again(server: Server) -> None:
    server.failures = [grpc.StatusCode.UNAVAILABLE]
    with pytest.raises(ServiceUnavailable):
        create_named_task("runExecution", "one", {}, deadline_seconds=5)
    assert len(server.asked) == 1


def test_the_error_quotes_the_server(server: Server) -> None:
    server.failures = [grpc.StatusCode.NOT_FOUND]
    api = clients.firestore()._firestore_api
    method = direct_calls.Method(GET, GetDocumentRequest.pb(), Document.pb(), "name", 5.0)
    with pytest.raises(NotFound, match="no"):
        direct_calls.call(api.transport.grpc_channel, method, GetDocumentRequest.pb()(name="n"))
