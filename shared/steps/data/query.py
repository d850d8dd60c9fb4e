"""`query`: reads documents of the run's own org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import Readable
from shared.steps.data._query import FIELD, Where, confined_query, refusals_in_words
from shared.steps.data._values import plain, require_small
from shared.values import packed_results

if TYPE_CHECKING:
    from google.cloud.firestore import Query as FirestoreQuery

MAX_LIMIT = 500


class QueryParams(Params):
    """`orderBy` is a field, with a minus before it for descending."""

    collection: Readable
    where: Where = Field(default=[])
    order_by: str | None = Field(default=None, pattern=rf"^-?{FIELD}$", max_length=200)
    limit: int = Field(default=100, ge=1, le=MAX_LIMIT)


class QueryOutput(Output):
    """The documents, each with its `id`; instants as RFC 3339 text in UTC."""

    rows: list[dict[str, Any]]


class Query(Action[QueryParams, QueryOutput]):
    """Never reaches another org's documents: the path or a mandatory filter holds the org's id."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "collection": "inventory",
        "where": [{"field": "quantity", "op": "<", "value": 5}],
        "limit": 3,
    }

    def run(self, params: QueryParams, context: StepContext) -> QueryOutput:
        """Run the query.

        Raises:
            PermanentError: Firestore refuses the query (an index is missing), or the rows are too large.
        """
        rows = context.effects.read(lambda: _rows(params, context.org.id))
        require_small(rows, f"the {len(rows)} rows have", "lower the limit")
        return QueryOutput(rows=rows)


def _rows(params: QueryParams, org_id: str) -> list[dict[str, Any]]:
    with refusals_in_words(params.collection):
        documents = list(build_query(params, org_id).stream())
    return [{**plain(_as_written(document.to_dict() or {})), "id": document.id} for document in documents]


def _as_written(fields: dict[str, Any]) -> dict[str, Any]:
    """A run's document with its outputs, which are compressed after a while."""
    results = packed_results.unpacked(fields.get("stepResults"))
    return fields if results is None else {**fields, "stepResults": results}


def build_query(params: QueryParams, org_id: str) -> FirestoreQuery:
    """The Firestore query, confined to the org."""
    from google.cloud.firestore import Query as FirestoreQuery

    query = confined_query(params.collection, params.where, org_id).limit(params.limit)
    if params.order_by:
        falling = params.order_by.startswith("-")
        direction = FirestoreQuery.DESCENDING if falling else FirestoreQuery.ASCENDING
        query = query.order_by(params.order_by.removeprefix("-"), direction=direction)
    return query
