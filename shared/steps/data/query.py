"""`query`: reads documents of the run's own org."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.steps.base import Action, Effect, Output, Params, StepContext

if TYPE_CHECKING:
    from google.cloud.firestore import Query as FirestoreQuery

OF_THE_TENANT = frozenset(
    {"playbooks", "inventory", "products", "events", "customers", "orders", "competitors"}
    | {"competitor_snapshots", "competitive_actions", "pricing_suggestions", "campaign_drafts"}
    | {"inventory_recommendations", "margin_optimizations"}
)
"""Collections under `tenants/{orgId}/`."""
ACROSS_TENANTS = frozenset(
    {"playbook_executions", "inbox_notifications", "dead_letters", "usage", "playbook_assignments"}
)
"""Top-level collections whose documents carry an `orgId`."""

MAX_LIMIT = 500
MAX_OUTPUT_BYTES = 300_000
"""A run keeps all its outputs in one document."""
_FIELD = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LIST_OPS = frozenset({"in", "not-in", "array-contains-any"})
_LONGEST_LIST = 30

FieldName = Annotated[str, Field(pattern=rf"^{_FIELD}$", max_length=200)]
Op = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not-in", "array-contains", "array-contains-any"]


class Condition(BaseModel):
    """`[field, op, value]`, or `{field, op, value}` for playbooks in Firestore, which holds no lists in lists.

    A value like `2026-11-23T09:00:00Z` is compared as an instant, which is how our documents hold them.
    """

    model_config = ConfigDict(extra="forbid")

    field: FieldName
    op: Op
    value: Any

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        if not isinstance(given, list | tuple):
            return given
        if len(given) != 3:
            raise ValueError(f"has {len(given)} parts; expected [field, op, value]")
        return dict(zip(("field", "op", "value"), given, strict=True))

    @model_validator(mode="after")
    def _value_fits(self) -> Condition:
        if self.op in _LIST_OPS and not (isinstance(self.value, list) and 0 < len(self.value) <= _LONGEST_LIST):
            raise ValueError(f"value of {self.op} is not a list; expected 1 to {_LONGEST_LIST} values in a list")
        return self

    def operand(self) -> Any:
        """The value as Firestore compares it."""
        return [_instant(one) for one in self.value] if isinstance(self.value, list) else _instant(self.value)


class QueryParams(Params):
    """`orderBy` is a field, with a minus before it for descending."""

    collection: str
    where: list[Condition] = Field(default=[], max_length=10)
    order_by: str | None = Field(default=None, pattern=rf"^-?{_FIELD}$", max_length=200)
    limit: int = Field(default=100, ge=1, le=MAX_LIMIT)

    @field_validator("collection")
    @classmethod
    def _is_readable(cls, name: str) -> str:
        readable = OF_THE_TENANT | ACROSS_TENANTS
        if name not in readable:
            raise ValueError(f"{name[:60]!r} cannot be queried; expected one of {', '.join(sorted(readable))}")
        return name


class QueryOutput(Output):
    """The documents, each with its `id`; instants as RFC 3339 text in UTC."""

    rows: list[dict[str, Any]]


class Query(Action[QueryParams, QueryOutput]):
    """Never reaches another org's documents: the path or a filter that cannot be left out holds the org's id."""

    params = QueryParams
    output = QueryOutput
    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "collection": "inventory",
        "where": [{"field": "quantity", "op": "<", "value": 5}],
        "limit": 3,
    }

    def run(self, params: QueryParams, context: StepContext) -> QueryOutput:
        """Ask for them.

        Raises:
            PermanentError: Firestore refuses the query (an index is missing), or the rows are too large.
        """
        rows = context.effects.read(lambda: _rows(params, context.org.id))
        size = len(json.dumps(rows, ensure_ascii=False).encode())
        if size > MAX_OUTPUT_BYTES:
            raise PermanentError(
                f"the {len(rows)} rows have {size:,} bytes; expected at most {MAX_OUTPUT_BYTES:,}: lower the limit"
            )
        return QueryOutput(rows=rows)


def _rows(params: QueryParams, org_id: str) -> list[dict[str, Any]]:
    from google.api_core.exceptions import FailedPrecondition, InvalidArgument

    try:
        documents = list(build_query(params, org_id).stream())
    except FailedPrecondition as error:
        raise PermanentError(
            f"this query of {params.collection} needs a composite index that does not exist: {error.message}"
        ) from error
    except InvalidArgument as error:
        raise PermanentError(f"Firestore refuses this query of {params.collection}: {error.message}") from error
    return [{**plain(document.to_dict() or {}), "id": document.id} for document in documents]


def build_query(params: QueryParams, org_id: str) -> FirestoreQuery:
    """The Firestore query, confined to the org."""
    from google.cloud.firestore import Query as FirestoreQuery
    from google.cloud.firestore_v1.base_query import FieldFilter

    own = params.collection in OF_THE_TENANT
    collection = firestore().collection(f"tenants/{org_id}/{params.collection}" if own else params.collection)
    filters = [FieldFilter(condition.field, condition.op, condition.operand()) for condition in params.where]
    if not own:
        filters.insert(0, FieldFilter("orgId", "==", org_id))
    query: FirestoreQuery = collection.limit(params.limit)
    for one in filters:
        query = query.where(filter=one)
    if params.order_by:
        falling = params.order_by.startswith("-")
        direction = FirestoreQuery.DESCENDING if falling else FirestoreQuery.ASCENDING
        query = query.order_by(params.order_by.removeprefix("-"), direction=direction)
    return query


def plain(value: Any) -> Any:
    """A Firestore value as JSON can carry it."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    return _special(value)


def _special(value: Any) -> Any:
    """Firestore's own types: a place as its two numbers, a reference as its path."""
    if hasattr(value, "latitude"):
        return {"latitude": value.latitude, "longitude": value.longitude}
    return getattr(value, "path", str(value))


def _instant(value: Any) -> Any:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value
