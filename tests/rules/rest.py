"""Firestore's REST API as one caller: the emulator checks the rules for it as production does for web clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import httpx

from local.stack.running import Stack
from tests.accounts import AS_ADMIN

Filter = tuple[str, str, Any]
"""Field, operator, value."""
_OPERATORS = {
    "==": "EQUAL",
    "in": "IN",
    "<": "LESS_THAN",
    "<=": "LESS_THAN_OR_EQUAL",
    ">": "GREATER_THAN",
    ">=": "GREATER_THAN_OR_EQUAL",
}
DELETED = object()
"""As a field's new value: remove the field."""


class RestClient:
    """One caller: with an ID token, without any, or the server (which the rules do not bind)."""

    def __init__(
        self, stack: Stack, id_token: str | None = None, *, is_server: bool = False, uid: str = "nobody"
    ) -> None:
        self.uid = uid
        headers = {"Authorization": f"Bearer {id_token}"} if id_token else {}
        self._root = f"projects/{stack.project}/databases/(default)/documents"
        self._url = f"{stack.ports.url('firestore')}/v1/{self._root}"
        self._http = httpx.Client(headers=AS_ADMIN if is_server else headers, timeout=30)

    def get(self, path: str) -> int:
        """The status of reading one document."""
        return self._http.get(f"{self._url}/{path}").status_code

    def list(self, collection: str, org_id: str | None = None) -> int:
        """The status of a query on a collection, constrained to `orgId == org_id` when that is given."""
        parent, slash, name = collection.rpartition("/")
        query: dict[str, Any] = {"from": [{"collectionId": name}]}
        if org_id is not None:
            field = {"fieldPath": "orgId"}
            query["where"] = {"fieldFilter": {"field": field, "op": "EQUAL", "value": encoded(org_id)}}
        url = f"{self._url}{slash}{parent}:runQuery"
        return self._http.post(url, json={"structuredQuery": query}).status_code

    def query(self, collection: str, where: Iterable[Filter], orders: Iterable[tuple[str, str]], limit: int) -> int:
        """The status of a query with these filters and orders (`ASCENDING` or `DESCENDING`)."""
        parent, slash, name = collection.rpartition("/")
        filters = [
            {"fieldFilter": {"field": {"fieldPath": field}, "op": _OPERATORS[operator], "value": encoded(value)}}
            for field, operator, value in where
        ]
        query: dict[str, Any] = {
            "from": [{"collectionId": name}],
            "orderBy": [{"field": {"fieldPath": field}, "direction": direction} for field, direction in orders],
            "limit": limit,
        }
        if filters:
            query["where"] = {"compositeFilter": {"op": "AND", "filters": filters}}
        url = f"{self._url}{slash}{parent}:runQuery"
        return self._http.post(url, json={"structuredQuery": query}).status_code

    def create(self, path: str, data: dict[str, Any]) -> int:
        """The status of creating a document."""
        parent, _, document_id = path.rpartition("/")
        url = f"{self._url}/{parent}"
        return self._http.post(url, params={"documentId": document_id}, json=_body(data)).status_code

    def update(self, path: str, **changes: Any) -> int:
        """The status of changing some fields of a document that exists."""
        kept = {name: value for name, value in changes.items() if value is not DELETED}
        params: list[tuple[str, str | int | float | bool | None]] = [("currentDocument.exists", "true")]
        params += [("updateMask.fieldPaths", name) for name in changes]
        url = f"{self._url}/{path}"
        return self._http.patch(url, params=httpx.QueryParams(params), json=_body(kept)).status_code

    def delete(self, path: str) -> int:
        """The status of deleting a document."""
        return self._http.delete(f"{self._url}/{path}").status_code

    def put(self, documents: dict[str, dict[str, Any]]) -> None:
        """Write whole documents, by path, in one commit; raises when that fails."""
        writes = [{"update": {"name": f"{self._root}/{path}", **_body(data)}} for path, data in documents.items()]
        self._http.post(f"{self._url}:commit", json={"writes": writes}).raise_for_status()


def _body(data: dict[str, Any]) -> dict[str, Any]:
    return {"fields": {name: encoded(value) for name, value in data.items()}}


def encoded(value: Any) -> dict[str, Any]:
    """A value as Firestore's REST API writes it."""
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case datetime():
            return {"timestampValue": value.isoformat()}
        case list():
            return {"arrayValue": {"values": [encoded(item) for item in value]}}
        case dict():
            return {"mapValue": _body(value)}
    raise TypeError(f"{type(value).__name__} has no Firestore value here")
