"""Shapes of documents that reports and triggers read: a playbook may not write anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.documents.customers import Customer
from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.documents.record import Record
from shared.documents.shop import Campaign, Content, Location
from shared.errors import PermanentError
from shared.playbooks.problems import problem_lines

_SHAPES: dict[str, type[Record]] = {
    "inventory": Item,
    "orders": Order,
    "customers": Customer,
    "campaigns": Campaign,
    "locations": Location,
    "content": Content,
}
_AMOUNTS = {"inventory": ("price", "cost", "quantity", "reorderPoint")}


def require_readable(collection: str, document_id: str, fields: Mapping[str, Any]) -> None:
    """Pass when those who read the collection can read a document with these fields.

    Raises:
        PermanentError: naming the fields, what was found and what was expected.
    """
    found = _problems(collection, document_id, fields)
    if found:
        raise PermanentError(f"{collection}/{document_id} would be malformed: {'; '.join(found)}")


def is_readable(collection: str, document_id: str, fields: Mapping[str, Any]) -> bool:
    """Whether the collection's readers can parse it."""
    return not _problems(collection, document_id, fields)


def _problems(collection: str, document_id: str, fields: Mapping[str, Any]) -> list[str]:
    amounts = [
        f"{name}: found {fields[name]!r:.80}; expected a number that is not negative"
        for name in _AMOUNTS.get(collection, ())
        if fields.get(name) is not None and not _is_amount(fields[name])
    ]
    shape = _SHAPES.get(collection)
    if amounts or shape is None:
        return amounts
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        shape.model_validate({**given, "id": document_id})
    except ValidationError as error:
        return problem_lines(error)
    return []


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
