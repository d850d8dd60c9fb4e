"""JSON objects that a caller sends and Firestore can hold."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

MAX_DEPTH = 15
"""Firestore allows 20 levels in a document; the object lies below some of our own."""
MAX_NAME_BYTES = 1500

_INTEGERS = range(-(2**63), 2**63)
_RESERVED_NAME = re.compile(r"__.*__", re.DOTALL)


def check_storable(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """`value` itself.

    Raises:
        ValueError: it nests too deep, a list lies directly in a list, a whole number has more than 64 bits, or a
            name is empty, reserved or too long.
    """
    _check(value, 1)
    return value


StorableObject = Annotated[
    dict[str, JsonValue], Field(json_schema_extra={"format": "storable-object"}), AfterValidator(check_storable)
]


def _check(value: JsonValue, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"an object of at most {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_name(name)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, list):
                raise ValueError("no list directly in a list (put an object between)")
            _check(inner, depth + 1)
    elif isinstance(value, int) and value not in _INTEGERS:
        raise ValueError("whole numbers of at most 64 bits")


def _check_name(name: str) -> None:
    if not name or len(name.encode()) > MAX_NAME_BYTES or _RESERVED_NAME.fullmatch(name):
        raise ValueError(f"names of 1 to {MAX_NAME_BYTES} bytes, and none like __this__")
