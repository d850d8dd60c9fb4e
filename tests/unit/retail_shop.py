"""A shop's documents in memory, behind as much of Firestore's client as the loaders of `shared/retail` use."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {">=": operator.ge, "<": operator.lt, "==": operator.eq}


@dataclass(frozen=True)
class Found:
    """A document snapshot."""

    id: str
    fields: Mapping[str, Any]
    create_time: datetime | None = None
    exists: bool = True

    @property
    def update_time(self) -> DatetimeWithNanoseconds:
        return DatetimeWithNanoseconds(2026, 1, 1)  # type: ignore[no-untyped-call]

    @property
    def reference(self) -> SimpleNamespace:
        return SimpleNamespace(path=f"somewhere/{self.id}")

    def to_dict(self) -> dict[str, Any]:
        return dict(self.fields)


@dataclass(frozen=True)
class Query:
    """A collection, with what was asked of it."""

    shop: Shop
    path: str
    filters: tuple[Any, ...] = ()
    fields: tuple[str, ...] | None = None
    most: int | None = None
    order: str | None = None

    def where(self, *, filter: Any) -> Query:  # noqa: A002 - the client's own name
        return replace(self, filters=(*self.filters, filter))

    def select(self, names: list[str]) -> Query:
        return replace(self, fields=tuple(names))

    def order_by(self, name: str) -> Query:
        return replace(self, order=name)

    def limit(self, count: int) -> Query:
        return replace(self, most=count)

    def stream(self) -> Iterator[Found]:
        matching = [
            (path, document)
            for path, document in sorted(self.shop.documents.items())
            if path.rpartition("/")[0] == self.path and all(self._holds(one, document) for one in self.filters)
        ]
        if self.order not in (None, "__name__"):
            matching.sort(key=lambda stored: stored[1][self.order or ""])
        for path, document in matching[: self.most]:
            document_id = path.rpartition("/")[2]
            kept = document if self.fields is None else {k: v for k, v in document.items() if k in self.fields}
            yield Found(document_id, kept, self.shop.created.get(path))

    @staticmethod
    def _holds(one: Any, document: Mapping[str, Any]) -> bool:
        value = document.get(one.field_path)
        return value is not None and _OPERATORS[one.op_string](value, one.value)


@dataclass(frozen=True)
class Reference:
    """Where a document is, or would be."""

    shop: Shop
    path: str

    def get(self) -> Found:
        fields = self.shop.documents.get(self.path)
        return Found(
            self.path.rpartition("/")[2], fields or {}, self.shop.created.get(self.path), fields is not None
        )


@dataclass
class Shop:
    """Documents by path."""

    documents: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    created: dict[str, datetime] = field(default_factory=dict)

    def collection(self, path: str) -> Query:
        return Query(self, path)

    def document(self, path: str) -> Reference:
        return Reference(self, path)
