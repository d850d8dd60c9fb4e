"""The minimal value for a JSON schema: the Anthropic stand-in's default answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TEXT = "stand-in"

_FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "stand-in@example.com",
    "hostname": "example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_SIMPLE: dict[str, Any] = {"boolean": False, "null": None, "integer": 0, "number": 0}
_MINIMUM = re.compile(r"\b(?:exclusiveM|m)inimum: (-?\d+(?:\.\d+)?)")
"""The client moves unsupported limits into the description."""
_MAX_DEPTH = 30


class SchemaError(ValueError):
    """The API wouldn't accept the schema; the message says where."""


def minimal_instance(schema: Mapping[str, Any]) -> Any:
    """A minimal value for `schema`: null if allowed, the first choice, no optional fields.

    Raises:
        SchemaError: an object allows additional fields, or a part has no type.
    """
    return _instance(schema, schema.get("$defs", {}), "schema", 0)


def _instance(schema: Mapping[str, Any], defs: Mapping[str, Any], where: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise SchemaError(f"{where}: nested deeper than {_MAX_DEPTH} levels")
    if "$ref" in schema:
        return _instance(_referred(schema["$ref"], defs, where), defs, where, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("anyOf"):
        nullable = any(one.get("type") == "null" for one in schema["anyOf"])
        return None if nullable else _instance(schema["anyOf"][0], defs, f"{where}.anyOf[0]", depth + 1)
    return _of_type(schema, defs, where, depth)


def _of_type(schema: Mapping[str, Any], defs: Mapping[str, Any], where: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, defs, where, depth)
    if kind == "array":
        items = schema.get("items", {"type": "string"})
        return [_instance(items, defs, f"{where}[]", depth + 1)] * int(schema.get("minItems", 0))
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), TEXT)
    if kind in ("integer", "number"):
        found = _MINIMUM.search(schema.get("description", ""))
        lowest = float(found.group(1)) + found.group().startswith("exclusive") if found else 0
        return int(lowest) if kind == "integer" or lowest == int(lowest) else lowest
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    raise SchemaError(f"{where}: found type {kind!r}; expected a type, anyOf, enum, const or $ref")


def _object(schema: Mapping[str, Any], defs: Mapping[str, Any], where: str, depth: int) -> dict[str, Any]:
    if schema.get("additionalProperties") is not False:
        raise SchemaError(f"{where}: for 'object' type, 'additionalProperties' must be explicitly set to false")
    properties = schema.get("properties", {})
    return {
        name: _instance(properties[name], defs, f"{where}.{name}", depth + 1)
        for name in schema.get("required", [])
        if name in properties
    }


def _referred(reference: str, defs: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    name = reference.removeprefix("#/$defs/")
    if name not in defs:
        raise SchemaError(f"{where}: $ref {reference!r} leads nowhere; expected one of {', '.join(defs) or 'none'}")
    found: Mapping[str, Any] = defs[name]
    return found
