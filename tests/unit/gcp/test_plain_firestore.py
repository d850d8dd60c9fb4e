"""Plain protobuf is what the client library would have sent; what it reads is what was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.api_core.exceptions import AlreadyExists, FailedPrecondition
from google.cloud.firestore import DELETE_FIELD, GeoPoint, Increment
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath
from google.cloud.firestore_v1.types import CommitRequest, Write
from hypothesis import given
from hypothesis import strategies as st

from shared.gcp import clients, plain_firestore
from shared.gcp.plain_firestore import Commit
from tests.harness.memory_clients import use_memory


class Color(StrEnum):
    RED = "red"


NANOSECONDS = DatetimeWithNanoseconds(2026, 11, 27, 9, nanosecond=123_456_789, tzinfo=UTC)  # type: ignore[no-untyped-call]
INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))])).filter(
    lambda at: 1 < at.year < 9999
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=5)
    | INSTANTS
    | st.sampled_from([Color.RED, GeoPoint(1.5, -2.5), NANOSECONDS])
)
NAMES = st.text(min_size=1, max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)
VERSION = DatetimeWithNanoseconds(2026, 11, 27, 9, nanosecond=123_456_000, tzinfo=UTC)  # type: ignore[no-untyped-call]
"""Firestore's own are to the microsecond; the library would cut more off."""


@pytest.fixture(autouse=True, scope="module")
def memory() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        use_memory({})
        yield
        clients.forget_clients()


def as_the_library_writes(batch: Any) -> list[Any]:
    return [Write.pb(write) for write in batch._write_pbs]


def as_we_write(commit: Commit) -> list[Any]:
    return list(commit._request.writes)


@given(FIELDS)
def test_a_new_document(fields: dict[str, Any]) -> None:
    client, commit = clients.firestore(), Commit()
    batch = client.batch()
    batch.create(client.document("c/new"), fields)
    batch.set(client.document("c/put"), fields)
    commit.create("c/new", fields)
    commit.set("c/put", fields)
    assert as_we_write(commit) == as_the_library_writes(batch)


@given(st.dictionaries(NAMES.map(lambda name: FieldPath(name).to_api_repr()), VALUES, min_size=1, max_size=4))
def test_an_update(fields: dict[str, Any]) -> None:
    client, commit = clients.firestore(), Commit()
    changes = {**fields, "is_gone": DELETE_FIELD, "in_map.`a.b`": 1}
    batch = client.batch()
    batch.update(client.document("c/d"), changes, client.write_option(last_update_time=VERSION))
    commit.update("c/d", changes, VERSION)
    (ours,), (theirs,) = as_we_write(commit), as_the_library_writes(batch)
    assert sorted(ours.update_mask.field_paths) == sorted(theirs.update_mask.field_paths)
    theirs.update_mask.CopyFrom(ours.update_mask)
    assert ours == theirs


def test_a_merge_is_the_librarys() -> None:
    client, commit = clients.firestore(), Commit()
    fields = {"used": Increment(2), "orgId": "o", "deep": {"at": NANOSECONDS}}
    batch = client.batch()
    batch.set(client.document("c/d"), fields, merge=True)
    commit.merge("c/d", fields)
    assert as_we_write(commit) == as_the_library_writes(batch)


@given(FIELDS)
def test_documents_read_the_same_as_through_the_library(fields: dict[str, Any]) -> None:
    commit = Commit()
    commit.set("c/read", fields)
    (version,) = commit.send()
    found = plain_firestore.read("c/read")
    snapshot = clients.firestore().document("c/read").get()
    assert found is not None
    assert found.fields == snapshot.to_dict()
    assert found.version == version == snapshot.update_time


@given(FIELDS, FIELDS)
def test_a_query_finds_the_same_as_through_the_library(first: dict[str, Any], second: dict[str, Any]) -> None:
    commit = Commit()
    commit.set("found/b", first | {"size": 1})
    commit.set("found/a", second | {"size": 2})
    commit.set("found/c", {"size": 3})
    commit.send()
    query = clients.firestore().collection("found").where(filter=FieldFilter("size", "<", 3)).order_by("size")
    found = plain_firestore.found(query)
    assert [(key, one.fields, one.version) for key, one in found.items()] == [
        (one.id, one.to_dict(), one.update_time) for one in query.stream()
    ]
    assert [*found] == ["b", "a"]


def test_a_missing_document_reads_as_none() -> None:
    assert plain_firestore.read("c/none") is None


def test_all_or_nothing() -> None:
    commit = Commit()
    commit.create("c/once", {"a": 1})
    commit.send()
    again = Commit()
    again.set("c/beside", {"a": 1})
    again.create("c/once", {"a": 2})
    with pytest.raises(AlreadyExists):
        again.send()
    late = Commit()
    late.update("c/once", {"a": 3}, VERSION)
    with pytest.raises(FailedPrecondition):
        late.send()
    assert plain_firestore.read("c/beside") is None
    found = plain_firestore.read("c/once")
    assert found is not None
    assert found.fields == {"a": 1}


def test_unstorable_values_are_refused() -> None:
    with pytest.raises(TypeError, match="Cannot convert"):
        Commit().set("c/d", {"a": object()})


def test_a_plain_request_is_sent_without_being_copied() -> None:
    commit = Commit()
    assert CommitRequest.pb(CommitRequest.wrap(commit._request)) is commit._request
