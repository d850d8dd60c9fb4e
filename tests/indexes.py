"""firestore.indexes.json, and whether it serves a query as Firestore in production demands.

The emulator answers every query, indexed or not, so only this check stands before production. The rules:
one field is indexed by itself (for a collection group only where an override says so); equalities on several
fields are merged from those; an order or a range beside another field needs one composite index with the
equalities first and the orders after them, in their directions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tests.queries import Query

Scope = Literal["COLLECTION", "COLLECTION_GROUP"]
Order = Literal["ASCENDING", "DESCENDING"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Kind(_Strict):
    order: Order | None = None
    array_config: Literal["CONTAINS"] | None = Field(default=None, alias="arrayConfig")

    @model_validator(mode="after")
    def _one_of_both(self) -> _Kind:
        if (self.order is None) == (self.array_config is None):
            raise ValueError("expected one of order and arrayConfig")
        return self


class IndexField(_Kind):
    """A field of a composite index."""

    path: str = Field(alias="fieldPath", min_length=1)


class Index(_Strict):
    """A composite index."""

    collection: str = Field(alias="collectionGroup", min_length=1)
    scope: Scope = Field(alias="queryScope")
    fields: list[IndexField] = Field(min_length=2)


class FieldIndex(_Kind):
    """One way in which a single field is indexed."""

    scope: Scope = Field(alias="queryScope")


class Override(_Strict):
    """How one field is indexed, in place of the automatic indexes."""

    collection: str = Field(alias="collectionGroup", min_length=1)
    path: str = Field(alias="fieldPath", min_length=1)
    ttl: bool = False
    indexes: list[FieldIndex]


class Indexes(_Strict):
    """The file."""

    indexes: list[Index]
    overrides: list[Override] = Field(alias="fieldOverrides")

    def missing_for(self, query: Query) -> str | None:
        """What the file lacks for `query`, in words; None when it is served."""
        sort = _sort(query)
        filtered = query.equal | query.containing
        if sort and (filtered or len(sort) > 1):
            return None if any(_serves(index, query, sort) for index in self.indexes) else _wanted(query, sort)
        return self._missing_field(query, filtered | {name for name, _ in sort})

    def _missing_field(self, query: Query, names: frozenset[str]) -> str | None:
        scope: Scope = "COLLECTION_GROUP" if query.is_group else "COLLECTION"
        for name in sorted(names):
            override = self._override(query.collection, name)
            indexed = not query.is_group if override is None else any(i.scope == scope for i in override.indexes)
            if not indexed:
                return f"{query.collection}.{name} is not indexed with the scope {scope}"
        return None

    def _override(self, collection: str, name: str) -> Override | None:
        """The override of the field, or of the nearest map around it."""
        around = [o for o in self.overrides if o.collection == collection and f"{name}.".startswith(f"{o.path}.")]
        return max(around, key=lambda override: len(override.path), default=None)


def read_indexes(path: Path) -> Indexes:
    """The file's content; raises where the Firebase CLI would refuse it."""
    return Indexes.model_validate_json(path.read_text())


def _sort(query: Query) -> list[tuple[str, str]]:
    """The order of the results: as asked, then by the ranged fields; ordering by an equal field changes nothing.

    Every index ends with the document's name in the direction of its last field, so that asks for nothing more.
    """
    asked = list(query.orders)
    last = asked[-1][1] if asked else "ASCENDING"
    implied = [(name, last) for name in query.ranged if name not in dict(asked)]
    sort = [(name, direction) for name, direction in asked + implied if name not in query.equal]
    if sort and sort[-1] == ("__name__", sort[-2][1] if len(sort) > 1 else "ASCENDING"):
        sort.pop()
    return sort


def _serves(index: Index, query: Query, sort: list[tuple[str, str]]) -> bool:
    if index.collection != query.collection or (index.scope == "COLLECTION_GROUP") != query.is_group:
        return False
    split = len(index.fields) - len(sort)
    first, last = index.fields[: max(split, 0)], index.fields[max(split, 0) :]
    return (
        {field.path for field in first if field.order} == query.equal
        and {field.path for field in first if field.array_config} == query.containing
        and [(field.path, field.order) for field in last] == sort
    )


def _wanted(query: Query, sort: list[tuple[str, str]]) -> str:
    parts = [*sorted(query.equal), *(f"{name} CONTAINS" for name in sorted(query.containing))]
    parts += [f"{name} {direction}" for name, direction in sort]
    return f"{query.collection} lacks the index ({', '.join(parts)})"
