"""Values inside a list's items: found by path, and compared only with values of the same kind."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from shared.errors import PermanentError
from shared.redaction import redact, shape_of

ITSELF = "."
"""The path that names the item itself, for lists of plain texts and numbers."""
Path = Annotated[str, StringConstraints(pattern=r"^(\.|[^.]+(\.[^.]+)*)$", max_length=200)]
"""`price`, `priceRange.min`, `lines.0.name`, or `.` for the item itself."""

Present = list[tuple[int, Any]]
"""Values that aren't missing or null, each with its item's index."""

_ORDERED = frozenset({"number", "text", "instant", "true or false"})
_NOTHING = object()
_NO_KEYS = frozenset({"list", "object"})


def column(items: Sequence[Any], path: str) -> list[Any]:
    """Each item's value at the path, None where it is null or missing.

    Raises:
        PermanentError: no item has it at all, as where the path is misspelt.
    """
    found = [_value_at(item, path) for item in items]
    if items and all(value is _NOTHING for value in found):
        raise PermanentError(f"no item of input has {path!r}; the first one {_described(items[0])}")
    return [None if value is _NOTHING else value for value in found]


def present(values: Sequence[Any]) -> Present:
    """The values that are not null, with their indices."""
    return [(index, value) for index, value in enumerate(values) if value is not None]


def label(index: int, path: str) -> str:
    """How an error names one item's value: `input[3].price`."""
    return f"input[{index}]" if path == ITSELF else f"input[{index}].{path}"


def kind_of(value: Any) -> str:
    """The value's type in plain words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text"
        case datetime():
            return "instant"
        case Mapping():
            return "object"
    return "list"


def comparable(values: Present, path: str, kinds: frozenset[str] = _ORDERED) -> Present:
    """The values themselves, once it is known that they are all of one of the kinds.

    Raises:
        PermanentError: naming the first item whose value is of another kind.
    """
    if not values:
        return values
    first_index, first = values[0]
    for index, value in values:
        kind = kind_of(value)
        if kind not in kinds:
            expected = " or ".join(sorted(kinds))
            raise PermanentError(f"{label(index, path)} is {shape_of(value)}; expected {expected}")
        if kind != kind_of(first):
            raise PermanentError(
                f"{label(index, path)} is {shape_of(value)} and {label(first_index, path)} is "
                f"{shape_of(first)}; expected all of one kind"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise PermanentError(f"{label(index, path)} is no finite number; expected one")
    return values


def sort_key(value: Any) -> Any:
    """What values of one kind are ordered by: texts whatever their case, then by it."""
    return (value.casefold(), value) if isinstance(value, str) else value


def identity(value: Any) -> tuple[str, Any]:
    """The same for equal values only: 1 and 1.0 are equal, 1 and "1" and true are three."""
    if isinstance(value, Mapping | list | tuple):
        return kind_of(value), json.dumps(value, sort_keys=True, default=str)
    return kind_of(value), value


def _value_at(item: Any, path: str) -> Any:
    if path == ITSELF:
        return item
    value = item
    for part in path.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _NOTHING
    return value


def _described(item: Any) -> str:
    if isinstance(item, Mapping):
        # A name may be data as well: a list by phone number has those for its fields.
        return f"has {redact(', '.join(map(str, list(item)[:20]))) or 'no fields'}"
    return f"is {shape_of(item)}"


def groups_of(items: Sequence[Any], path: str) -> list[tuple[Any, list[int]]]:
    """Each value at the path with the indices of the items that have it, in the order of their first items.

    Items whose value is null or missing share the key None.

    Raises:
        PermanentError: no item has the path, or one has a list or an object there.
    """
    groups: dict[tuple[str, Any], tuple[Any, list[int]]] = {}
    for index, key in enumerate(column(items, path)):
        if kind_of(key) in _NO_KEYS:
            raise PermanentError(
                f"{label(index, path)}: found {shape_of(key)}; expected a text, a number, true or false"
            )
        groups.setdefault(identity(key), (key, []))[1].append(index)
    return list(groups.values())
