"""The result of an update, computed without Firestore."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.errors import PermanentError
from shared.redaction import shape_of

Number = int | float


def overlapping(fields: Iterable[str]) -> tuple[str, str] | None:
    """Two of the fields that are the same, or one inside the other (`address` and `address.city`)."""
    ordered = sorted(fields, key=lambda field: field.split("."))
    for one, other in itertools.pairwise(ordered):
        if other == one or other.startswith(f"{one}."):
            return one, other
    return None


def changed(
    document: Mapping[str, Any],
    set_: Mapping[str, Any],
    unset: Sequence[str] = (),
    increment: Mapping[str, Number] | None = None,
) -> dict[str, Any]:
    """The document after the update; the fields are paths (`address.city`), and none overlaps another.

    Raises:
        PermanentError: the value to increment isn't a number.
    """
    after = copy.deepcopy(dict(document))
    for field, value in set_.items():
        owner, name = _owner(after, field)
        owner[name] = value
    for field in unset:
        owner, name = _owner(after, field)
        owner.pop(name, None)
    for field, amount in (increment or {}).items():
        owner, name = _owner(after, field)
        owner[name] = _number(owner.get(name), field) + amount
    return after


def _owner(document: dict[str, Any], field: str) -> tuple[dict[str, Any], str]:
    """The object that holds the field, created if it's missing or not an object, as Firestore does."""
    *above, name = field.split(".")
    owner = document
    for part in above:
        inner = owner.get(part)
        if not isinstance(inner, dict):
            inner = owner[part] = {}
        owner = inner
    return owner, name


def _number(value: Any, field: str) -> Number:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PermanentError(f"increment.{field}: found {shape_of(value)}; expected a number, or nothing yet")
    return value
