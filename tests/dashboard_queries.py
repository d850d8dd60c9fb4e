"""The dashboard's own Firestore queries, as web/src/data/queries.json lists them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from local.setup.paths import WEB
from tests.queries import EQUALITIES, Query

SAMPLE_ORG = "org_sample"
_PATH = WEB / "src" / "data" / "queries.json"
_DIRECTIONS = {"asc": "ASCENDING", "desc": "DESCENDING"}

Operator = Literal["==", "in", "<", "<=", ">", ">="]
Direction = Literal["asc", "desc"]


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class DocumentQuery(_Part):
    """One document."""

    path: str


class ListQuery(_Part):
    """Documents of one collection."""

    path: str
    where: tuple[tuple[str, Operator, Any], ...]
    order_by: tuple[tuple[str, Direction], ...]
    limit: int

    @property
    def directions(self) -> tuple[tuple[str, str], ...]:
        """The order, in Firestore's words."""
        return tuple((field, _DIRECTIONS[direction]) for field, direction in self.order_by)

    def as_query(self, name: str) -> Query:
        """What has to be indexed for it."""
        equal = [field for field, operator, _ in self.where if operator in EQUALITIES]
        ranged = [field for field, operator, _ in self.where if operator not in EQUALITIES]
        return Query(
            collection=self.path.rpartition("/")[2],
            is_group=False,
            where=f"{name} of the dashboard",
            equal=frozenset(equal),
            ranged=tuple(dict.fromkeys(ranged)),
            orders=self.directions,
        )


class Registered(_Part):
    """A query, and who may make it: any member of the org, or its owners and editors only."""

    name: str
    readers: Literal["members", "editors"]
    query: ListQuery | DocumentQuery


def dashboard_queries(org_id: str = SAMPLE_ORG) -> list[Registered]:
    """All of them, as a page of that org makes them."""
    text = _PATH.read_text().replace(SAMPLE_ORG, org_id)
    return TypeAdapter(list[Registered]).validate_json(text)
