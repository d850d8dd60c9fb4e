"""Reading many documents a page at a time: one long stream would hit its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query


def paged(query: Query, size: int) -> Iterator[DocumentSnapshot[Any]]:
    """All of the query's documents in its order, `size` per read."""
    query = query.limit(size)
    page = list(query.stream())
    while page:
        yield from page
        page = list(query.start_after(page[-1]).stream()) if len(page) == size else []


def page_after(
    query: Query, after: str | DocumentReference | None, size: int
) -> tuple[list[DocumentSnapshot[Any]], DocumentSnapshot[Any] | None]:
    """One page of a query ordered by `__name__`, and its last document if there may be more.

    `after`: the id, or in a collection group the reference, of the last document of the page before.
    """
    if after is not None:
        query = query.start_after({"__name__": after})
    found = list(query.limit(size).stream())
    return found, found[-1] if len(found) == size else None


def with_plain_times(found: DocumentSnapshot[Any]) -> DocumentSnapshot[Any]:
    """The document with datetimes: collection-group queries return its times as protobuf messages."""
    from google.api_core.datetime_helpers import DatetimeWithNanoseconds
    from google.cloud.firestore import DocumentSnapshot
    from google.protobuf.timestamp_pb2 import Timestamp

    def time_of(stored: Any) -> Any:
        is_message = isinstance(stored, Timestamp)
        return DatetimeWithNanoseconds.from_timestamp_pb(stored) if is_message else stored  # type: ignore[no-untyped-call]

    created, updated = time_of(found.create_time), time_of(found.update_time)
    return DocumentSnapshot(found.reference, found.to_dict(), True, found.read_time, created, updated)
