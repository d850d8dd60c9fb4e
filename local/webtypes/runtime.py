"""Field types for validating documents in the dashboard, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.webtypes.typed import Typed
from local.webtypes.typescript import schemas_of

Schema = Mapping[str, Any]

_HEADER = """\
/**
 * The kinds of documents' fields, generated from the Python models (local/webtypes/models.py) by `make web-types`.
 *
 * `[]` is a list of it, `{}` a map of it, `?` says that it may be missing; a name is another model's.
 */
export const SHAPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
"""
_KINDS = {"string": "text", "integer": "number", "number": "number", "boolean": "flag"}


def shapes(entries: Sequence[Typed]) -> str:
    """The module's text, sorted by name.

    User-written models aren't checked in depth, because they are shown unchanged.
    """
    schemas = schemas_of(entries)
    models = {name for name, schema in schemas.items() if "properties" in schema}
    authored = {entry.title for entry in entries if entry.authored}
    text = _HEADER
    for name in sorted(models):
        schema = schemas[name]
        known = set() if name in authored else models
        required = set(schema.get("required", ()))
        fields = {
            field: _kind(one, schemas, known) + ("" if field in required and not _may_be_null(one) else "?")
            for field, one in schema["properties"].items()
        }
        text += f"  {name}: {json.dumps(fields)},\n"
    return f"{text}}};\n"


def _kind(schema: Schema, schemas: Mapping[str, Schema], models: set[str]) -> str:
    reference = schema.get("$ref")
    if reference is not None:
        if reference in models:
            return str(reference)
        target = schemas[reference]
        return "any" if "properties" in target else _kind(target, schemas, models)
    members = [one for one in schema.get("anyOf") or schema.get("oneOf") or () if one.get("type") != "null"]
    if members:
        return _kind(members[0], schemas, models) if len(members) == 1 else "any"
    match schema.get("type"):
        case "array":
            return f"{_kind(schema.get('items', {}), schemas, models)}[]"
        case "object":
            values = schema.get("additionalProperties")
            return f"{_kind(values, schemas, models) if isinstance(values, Mapping) else 'any'}{{}}"
        case "string" if schema.get("format") == "date-time":
            return "time"
        case str(kind) if kind in _KINDS:
            return _KINDS[kind]
    return "any"


def _may_be_null(schema: Schema) -> bool:
    return any(one.get("type") == "null" for one in schema.get("anyOf", ()))
