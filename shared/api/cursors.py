"""Paging of lists, newest first: `nextAfter` of one response is `after` of the next request."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from shared.api.errors import InvalidFieldsError

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentSnapshot, Query

MAX_CURSOR_CHARS = 2_500
Cursor = Annotated[str, Field(max_length=MAX_CURSOR_CHARS, json_schema_extra={"format": "cursor"})]
"""A query's `after`: the `nextAfter` of an earlier answer."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(stored: DocumentSnapshot[Any], by: str = "createdAt") -> str:
    """The place of the document, which has the time `by`, in its list."""
    created: datetime = stored.get(by)
    micros = (created - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}:{stored.id}".encode()).decode().rstrip("=")


def continued(query: Query, collection: CollectionReference, cursor: str | None, by: str = "createdAt") -> Query:
    """The query of documents of the collection, from the place on that the cursor names.

    Documents whose `by` is no time have no place among the others, and are left out like those without one.

    Raises:
        InvalidFieldsError: the cursor did not come from an earlier answer.
    """
    from google.cloud.firestore import DocumentSnapshot
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = query.where(filter=FieldFilter(by, ">", _EPOCH))
    if cursor is None:
        return query

    created, document_id = _parsed(cursor)
    place = DocumentSnapshot(collection.document(document_id), {by: created}, True, None, None, None)
    return query.start_after(place)


def _parsed(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        micros, _, document_id = text.partition(":")
        if document_id and "/" not in document_id:
            return _EPOCH + timedelta(microseconds=int(micros)), document_id
    except (binascii.Error, ValueError, OverflowError):
        pass
    problem = {"field": "after", "found": repr(cursor[:40]), "expected": "the `nextAfter` of an earlier answer"}
    raise InvalidFieldsError(f"after: found {problem['found']}, expected {problem['expected']}", [problem])
