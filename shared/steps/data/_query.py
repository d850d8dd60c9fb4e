"""Firestore queries within the run's own org."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.documents.org import org_path
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.steps.data._collections import OF_THE_TENANT
from shared.steps.data._values import instant

if TYPE_CHECKING:
    from google.cloud.firestore import Query as FirestoreQuery

FIELD = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_LIST_OPS = frozenset({"in", "not-in", "array-contains-any"})
_LONGEST_LIST = 30

FieldName = Annotated[str, Field(pattern=rf"^{FIELD}$", max_length=200)]
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
        """The value, converted for comparison."""
        return [instant(one) for one in self.value] if isinstance(self.value, list) else instant(self.value)


Where = Annotated[list[Condition], Field(max_length=10)]


def confined_query(collection: str, where: Sequence[Condition], org_id: str) -> FirestoreQuery:
    """The org's documents that match the conditions; the path or a filter confines them to the org."""
    from google.cloud.firestore import Query as FirestoreQuery
    from google.cloud.firestore_v1.base_query import FieldFilter

    own = collection in OF_THE_TENANT
    query = FirestoreQuery(firestore().collection(org_path(org_id, collection) if own else collection))
    filters = [FieldFilter(condition.field, condition.op, condition.operand()) for condition in where]
    if not own:
        filters.insert(0, FieldFilter("orgId", "==", org_id))
    for one in filters:
        query = query.where(filter=one)
    return query


@contextmanager
def refusals_in_words(collection: str) -> Iterator[None]:
    """Turn Firestore's refusals into readable errors.

    Raises:
        PermanentError: an index is missing, or Firestore doesn't support the query.
    """
    from google.api_core.exceptions import FailedPrecondition, InvalidArgument

    try:
        yield
    except FailedPrecondition as error:
        raise PermanentError(
            f"this query of {collection} needs a composite index that does not exist: {error.message}"
        ) from error
    except InvalidArgument as error:
        raise PermanentError(
            f"Firestore refuses this query of {collection}: {error.message}", code=ErrorCode.PLATFORM_REFUSED
        ) from error
