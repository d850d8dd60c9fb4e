"""`query`: what may be asked, how it is confined to the org, and how rows are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from google.api_core.exceptions import FailedPrecondition, InvalidArgument
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client, GeoPoint
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.steps.data import _query
from shared.steps.data import query as module
from shared.steps.data._collections import ACROSS_TENANTS
from shared.steps.data._values import plain
from shared.steps.data.query import Query, QueryParams, build_query
from tests.unit.steps.surroundings import step_context


@pytest.fixture
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that builds queries and never connects."""
    client = Client(project="demo-playbooks", credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
    monkeypatch.setattr(_query, "firestore", lambda: client)


def _built(**params: Any) -> Any:
    return build_query(QueryParams.model_validate(params), "org1")._to_protobuf()


def _filters(built: Any) -> list[tuple[str, str]]:
    inner = built.where.composite_filter.filters or [built.where]
    return [(one.field_filter.field.field_path, one.field_filter.value.string_value) for one in inner]


@pytest.mark.usefixtures("_offline")
def test_a_tenant_collection_is_read_below_the_tenant() -> None:
    query = build_query(QueryParams(collection="inventory"), "org1")
    assert query._parent._path == ("tenants", "org1", "inventory")


@pytest.mark.usefixtures("_offline")
@pytest.mark.parametrize("collection", sorted(ACROSS_TENANTS))
def test_a_shared_collection_is_always_filtered_by_org(collection: str) -> None:
    assert _filters(_built(collection=collection)) == [("orgId", "org1")]


@pytest.mark.usefixtures("_offline")
def test_asking_for_another_org_does_not_lift_the_filter() -> None:
    asked = _filters(_built(collection="usage", where=[["orgId", "==", "org2"]]))
    assert asked == [("orgId", "org1"), ("orgId", "org2")]


@pytest.mark.usefixtures("_offline")
def test_a_condition_may_be_a_list_or_an_object() -> None:
    as_list = _built(collection="orders", where=[["status", "==", "open"]])
    as_object = _built(collection="orders", where=[{"field": "status", "op": "==", "value": "open"}])
    assert as_list == as_object


@pytest.mark.usefixtures("_offline")
def test_an_instant_is_compared_as_an_instant() -> None:
    built = _built(collection="orders", where=[["createdAt", ">=", "2026-11-23T09:00:00Z"]])
    assert built.where.field_filter.value.timestamp_value == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.usefixtures("_offline")
def test_order_and_limit_are_passed_on() -> None:
    built = _built(collection="orders", orderBy="-createdAt", limit=7)
    assert (built.limit.value if hasattr(built.limit, "value") else built.limit) == 7
    assert (built.order_by[0].field.field_path, built.order_by[0].direction.name) == ("createdAt", "DESCENDING")


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"collection": "agent_keys"}, "agent_keys"),
        ({"collection": "inventory/x/secrets"}, "cannot be queried"),
        ({"collection": "../org2/inventory"}, "cannot be queried"),
        ({"collection": "orders", "where": [["a", "~", 1]]}, "op"),
        ({"collection": "orders", "where": [["a b", "==", 1]]}, "field"),
        ({"collection": "orders", "where": [["__name__", "==", 1, 2]]}, "4 parts"),
        ({"collection": "orders", "where": [["a", "in", "x"]]}, "list"),
        ({"collection": "orders", "where": [["a", "in", []]]}, "list"),
        ({"collection": "orders", "orderBy": "a;b"}, "orderBy"),
        ({"collection": "orders", "limit": 501}, "limit"),
        ({"collection": "orders", "limit": 0}, "limit"),
        ({"collection": "orders", "select": ["a"]}, "select"),
    ],
)
def test_a_query_that_is_not_allowed_is_refused(params: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        QueryParams.model_validate(params)


def test_firestore_values_become_json() -> None:
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=-5)))
    shown = plain(
        {"at": moment, "in": [{"x": 1.5}], "raw": b"\x00", "place": GeoPoint(1.0, 2.0), "n": float("nan")}
    )
    assert shown == {
        "at": "2026-11-23T14:30:00Z",
        "in": [{"x": 1.5}],
        "raw": "AA==",
        "place": {"latitude": 1.0, "longitude": 2.0},
        "n": None,
    }


class _Answering:
    """A built query that answers with these documents, or refuses."""

    def __init__(self, documents: list[dict[str, Any]], refusal: Exception | None = None) -> None:
        self._documents = documents
        self._refusal = refusal

    def stream(self) -> Iterator[Any]:
        if self._refusal:
            raise self._refusal
        for number, fields in enumerate(self._documents):
            yield type("Document", (), {"id": f"doc{number}", "to_dict": lambda _self, f=fields: f})()


def _run(monkeypatch: pytest.MonkeyPatch, answering: _Answering) -> list[dict[str, Any]]:
    monkeypatch.setattr(module, "build_query", lambda _params, _org: answering)
    return Query().run(QueryParams(collection="orders"), step_context()).rows


def test_each_row_carries_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, _Answering([{"total": 5}])) == [{"total": 5, "id": "doc0"}]


def test_a_missing_index_is_a_permanent_error(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = FailedPrecondition("The query requires an index.")  # type: ignore[no-untyped-call]
    with pytest.raises(PermanentError, match="composite index"):
        _run(monkeypatch, _Answering([], refusal))


def test_a_query_that_firestore_refuses_is_permanent(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = InvalidArgument("inequality on two fields")  # type: ignore[no-untyped-call]
    with pytest.raises(PermanentError, match="inequality"):
        _run(monkeypatch, _Answering([], refusal))


def test_rows_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PermanentError, match="lower the limit"):
        _run(monkeypatch, _Answering([{"text": "x" * 200_000}] * 2))
