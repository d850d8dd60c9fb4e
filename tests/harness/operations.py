"""Counts what this process asks of Firestore and Cloud Tasks, document by document."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.types import (
    CommitRequest,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
    RunQueryResponse,
    Write,
)
from google.cloud.tasks_v2 import CloudTasksClient, Task
from pytest import MonkeyPatch  # noqa: PT013 - outside of a test it is a class like any other

from shared.gcp import direct_calls

ENTRIES_A_READ = 1_000
_FOUND_NOTHING = "(a query that found nothing)"


@dataclass(slots=True)
class Operations:
    """Paths of documents written, deleted and read (a query counts what it found, at least one); tasks created."""

    writes: list[str] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    queries: int = 0
    commits: int = 0
    transactions: int = 0
    tasks: list[Task] = field(default_factory=list)
    processor: float = 0.0
    """Seconds of processor time that the process took meanwhile."""

    def beyond(self, collections: Iterable[str]) -> Operations:
        """The same without the documents of `collections`: the data of the steps themselves."""
        own = tuple(f"{collection}/" for collection in collections)
        return Operations(
            writes=[path for path in self.writes if not path.startswith(own)],
            deletes=[path for path in self.deletes if not path.startswith(own)],
            reads=[path for path in self.reads if not path.startswith(own)],
            queries=self.queries,
            commits=self.commits,
            transactions=self.transactions,
            tasks=self.tasks,
        )

    def add(self, other: Operations) -> None:
        """Count these too."""
        self.writes += other.writes
        self.deletes += other.deletes
        self.reads += other.reads
        self.tasks += other.tasks
        self.processor += other.processor

    def figures(self) -> dict[str, int]:
        """The counts."""
        return {
            "writes": len(self.writes),
            "deletes": len(self.deletes),
            "reads": len(self.reads),
            "queries": self.queries,
            "commits": self.commits,
            "transactions": self.transactions,
            "tasks": len(self.tasks),
        }


@contextmanager
def counted() -> Iterator[Operations]:
    """Count what goes through the official clients of this process while it lasts."""
    found = Operations()
    with MonkeyPatch.context() as patch:

        def watch(client: type[Any], method: str, note: Callable[[Any], None], refuse: bool = False) -> None:
            original = getattr(client, method)

            @functools.wraps(original)
            def watched(self: Any, request: Any = None, **options: Any) -> Any:
                if refuse:
                    raise AssertionError(f"{method} is not counted yet; expected an operation that is")
                note(request)
                return original(self, request=request, **options)

            patch.setattr(client, method, watched)

        watch(FirestoreClient, "commit", lambda request: _note_commit(found, request))
        watch(FirestoreClient, "batch_get_documents", lambda request: found.reads.extend(_asked_for(request)))
        watch(FirestoreClient, "begin_transaction", lambda _: _note_transaction(found))
        for method in (
            "batch_write",
            "list_documents",
            "execute_pipeline",
            "get_document",
        ):
            watch(FirestoreClient, method, lambda _: None, refuse=True)
        watch(CloudTasksClient, "create_task", lambda _: None, refuse=True)
        _watch_direct_calls(patch, found)
        _watch_queries(patch, found)
        _watch_aggregations(patch, found)
        began = time.process_time()
        try:
            yield found
        finally:
            found.processor += time.process_time() - began


def _watch_direct_calls(patch: MonkeyPatch, found: Operations) -> None:
    def watched(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(channel: Any, method: direct_calls.Method, request: Any, *rest: Any) -> Any:
            name = method.path.rpartition("/")[2]
            _note_direct_call(found, name, request)
            answers = original(channel, method, request, *rest)
            if name == "RunQuery":
                named = [_relative(one.document.name) for one in answers if one.document.name]
                found.reads.extend(named or [_FOUND_NOTHING])
            return answers

        return call

    for name in ("call", "call_for_all"):
        patch.setattr(direct_calls, name, watched(getattr(direct_calls, name)))


def _note_direct_call(found: Operations, method: str, request: Any) -> None:
    match method:
        case "GetDocument":
            found.reads.append(_relative(request.name))
        case "BatchGetDocuments":
            found.reads.extend(map(_relative, request.documents))
        case "RunQuery":
            found.queries += 1
        case "Commit":
            _note_commit(found, CommitRequest.wrap(request))
        case "CreateTask":
            found.tasks.append(Task(Task.wrap(request.task)))
        case other:
            raise AssertionError(f"{other} is not counted yet; expected an operation that is")


def _watch_queries(patch: MonkeyPatch, found: Operations) -> None:
    original = FirestoreClient.run_query

    @functools.wraps(original)
    def run_query(self: FirestoreClient, request: Any = None, **options: Any) -> Iterator[RunQueryResponse]:
        found.queries += 1
        empty = True
        for response in original(self, request=request, **options):
            if response.document.name:
                empty = False
                found.reads.append(_relative(response.document.name))
            yield response
        if empty:
            found.reads.append(_FOUND_NOTHING)

    patch.setattr(FirestoreClient, "run_query", run_query)


def _watch_aggregations(patch: MonkeyPatch, found: Operations) -> None:
    """An aggregation is billed as a read for each thousand entries of the index; `count` says how many."""
    original = FirestoreClient.run_aggregation_query

    @functools.wraps(original)
    def run_aggregation_query(
        self: FirestoreClient, request: Any = None, **options: Any
    ) -> Iterator[RunAggregationQueryResponse]:
        found.queries += 1
        asked = RunAggregationQueryRequest(request).structured_aggregation_query.aggregations
        # The server names what the request does not, in order.
        counts = [one.alias or f"field_{number}" for number, one in enumerate(asked, 1) if "count" in one]
        for response in original(self, request=request, **options):
            fields = response.result.aggregate_fields
            entries = max((fields[alias].integer_value for alias in counts if alias in fields), default=0)
            found.reads.extend(["(entries of an index)"] * max(1, -(-entries // ENTRIES_A_READ)))
            yield response

    patch.setattr(FirestoreClient, "run_aggregation_query", run_aggregation_query)


def _note_commit(found: Operations, request: Any) -> None:
    found.commits += 1
    writes = CommitRequest(request).writes
    found.writes.extend(_relative(_written(write)) for write in writes if not write.delete)
    found.deletes.extend(_relative(write.delete) for write in writes if write.delete)


def _note_transaction(found: Operations) -> None:
    found.transactions += 1


def _written(write: Write) -> str:
    return write.update.name or write.transform.document


def _asked_for(request: Any) -> list[str]:
    return [_relative(name) for name in request["documents"]]


def _relative(name: str) -> str:
    return name.partition("/documents/")[2]
