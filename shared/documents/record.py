"""The base of a shop's documents under `tenants/{orgId}`, as other systems write them.

Unknown fields are ignored. Money is in USD, instants have a zone. A null field counts as missing, and so does an
unreadable one unless the record would be wrong without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from shared.playbooks.numbers import read_number
from shared.playbooks.problems import field_path, without_malformed
from shared.redaction import shape_of
from shared.values.camel_model import CamelModel
from shared.values.money import Money

HIGHEST_AMOUNT = 10_000_000
HIGHEST_QUANTITY = 1_000_000_000

R = TypeVar("R", bound="Record")


def _number(value: Any) -> Any:
    """Numbers as people and spreadsheets write them: `1,299.00`, `$12.50`."""
    if not isinstance(value, str):
        return value
    try:
        return read_number(value)
    except ValueError as error:
        raise ValueError(f"found {shape_of(value)}; {error}") from None


def _text(value: Any) -> Any:
    """Text from a number: tills write phone numbers, licenses and names like 420 as numbers."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Amount = Annotated[Money, BeforeValidator(_number), Field(ge=0, le=HIGHEST_AMOUNT)]
"""A price or a cost."""
SignedAmount = Annotated[Money, BeforeValidator(_number), Field(ge=-HIGHEST_AMOUNT, le=HIGHEST_AMOUNT)]
"""An order's total; some tills write a return as a negative order."""
Quantity = Annotated[float, BeforeValidator(_number), Field(ge=-HIGHEST_QUANTITY, le=HIGHEST_QUANTITY)]
"""Units or grams. Negative when a till sells more than it has on record."""
Count = Annotated[int, BeforeValidator(_number), Field(le=HIGHEST_QUANTITY)]
Text = Annotated[str, BeforeValidator(_text)]


class Part(CamelModel, frozen=True, allow_inf_nan=False):
    """Base of what stands in a record."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value is not None} if type(given) is dict else given


class Record(Part):
    """Base: camelCase in Firestore, `id` is the document's."""

    essential: ClassVar[frozenset[str]] = frozenset({"id"})
    """Document field names that must be readable: no default may stand in for them."""
    cautious: ClassVar[Mapping[str, Any]] = {}
    """Values used for unreadable fields instead of treating them as missing."""
    identity: ClassVar[frozenset[str]] = frozenset()
    """If any of these fields is present, at least one must be readable."""

    id: str

    @classmethod
    def read(cls: type[R], fields: Mapping[str, Any]) -> tuple[R, list[str]]:
        """The record, and one line for each unreadable field that was left out.

        The lines name fields, never values.

        Raises:
            ValidationError: an essential field is missing or unreadable, or nothing identifies the record.
        """
        try:
            return cls.model_validate(fields), []
        except ValidationError as error:
            wrong = {detail["loc"]: detail["msg"] for detail in error.errors(include_url=False)}
            names = {str(place[0]) for place in wrong if place}
            readable = {name for name in cls.identity - names if fields.get(name) is not None}
            if names & cls.essential or (names & cls.identity and not readable):
                raise
            cautious = {name: value for name, value in cls.cautious.items() if name in names}
            record, _ = without_malformed(cls, {**fields, **cautious})
            return record, [f"{field_path(place)}: {message}"[:200] for place, message in wrong.items()]

    @classmethod
    def parsed(cls: type[R], found: Any) -> tuple[R | None, list[str]]:
        """The record of a document, None where it is none, and what is wrong with it, as `read` says it."""
        own = {"id": found.id, "documentCreatedAt": getattr(found, "create_time", None)}
        try:
            return cls.read({**(found.to_dict() or {}), **own})
        except ValidationError as error:
            details = error.errors(include_url=False)
            return None, [f"{field_path(detail['loc'])}: {detail['msg']}"[:200] for detail in details]
