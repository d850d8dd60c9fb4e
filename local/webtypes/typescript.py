"""Generates a TypeScript module from pydantic models through their JSON Schema."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from local.webtypes.typed import Typed

Time = Literal["Timestamp", "string"]
Schema = Mapping[str, Any]

_HEADER = "/** {subject}, generated from the Python models (local/webtypes/models.py) by `make web-types`. */\n"
_PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_WIDTH = 120


class SchemaError(ValueError):
    """A model has an unsupported type, or two share a name; the message says which."""


class _Schemas(GenerateJsonSchema):
    """Decimals are numbers, as in Firestore and JSON; fields the product writes are always present."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True if self.mode == "serialization" else super().field_is_required(field, total)

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return self.float_schema(core_schema.float_schema())


def module(subject: str, entries: Sequence[Typed], *, time: Time) -> str:
    """The module's text: a type per entry and nested model, sorted by name.

    Raises:
        SchemaError: an unsupported type, or two models with one name.
    """
    schemas = schemas_of(entries)
    lines = [_HEADER.format(subject=subject)]
    if time == "Timestamp" and "date-time" in json.dumps(schemas):
        lines.append('import type { Timestamp } from "./times";\n')
    lines += [_declaration(name, schemas[name], time) for name in sorted(schemas)]
    return "\n".join(lines)


def schemas_of(entries: Sequence[Typed]) -> dict[str, dict[str, Any]]:
    """Object and enum schemas by TypeScript name, with references using those names."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for name, schema in _schemas_of_entry(entry).items():
            if found.setdefault(name, schema) != schema:
                raise SchemaError(f"two different models are called {name}: rename one of them")
    return found


def _schemas_of_entry(entry: Typed) -> dict[str, dict[str, Any]]:
    mode: JsonSchemaMode = "validation" if entry.authored else "serialization"
    references, whole = models_json_schema(
        [(entry.model, mode)], by_alias=True, ref_template="{model}", schema_generator=_Schemas
    )
    own = references[(entry.model, mode)]["$ref"]
    schemas: dict[str, dict[str, Any]] = dict(whole["$defs"])
    names = {key: entry.title if key == own else _short(key) for key in schemas}
    doubled = [name for name, count in Counter(names.values()).items() if count > 1]
    if doubled:
        raise SchemaError(f"{entry.title} has two models called {', '.join(doubled)}")
    renamed = {names[key]: _with_names(schema, names) for key, schema in schemas.items()}
    renamed[entry.title] = _shaped(renamed[entry.title], entry)
    return renamed


def _shaped(schema: dict[str, Any], entry: Typed) -> dict[str, Any]:
    """The entry's schema, as stored in its document."""
    properties = {name: one for name, one in schema["properties"].items() if name not in entry.without}
    required = [one for one in schema.get("required", ()) if one not in entry.left_out | entry.without]
    if entry.is_document:
        properties = {"id": {"type": "string"}, **properties}
        required = ["id", *required]
    return {**schema, "properties": properties, "required": required}


def _short(key: str) -> str:
    """`shared__execution__record__Part` is `Part`, `_Part` too."""
    return key.rpartition("__")[2].lstrip("_")


def _with_names(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, Mapping):
        return {
            key: names[value] if key == "$ref" and isinstance(value, str) else _with_names(value, names)
            for key, value in schema.items()
        }
    return [_with_names(one, names) for one in schema] if isinstance(schema, list) else schema


def _declaration(name: str, schema: Schema, time: Time) -> str:
    comment = _comment(schema.get("description"), "")
    if "properties" not in schema and schema.get("type") != "object":
        return f"{comment}export type {name} = {_type(schema, time)};\n"
    required = set(schema.get("required", ()))
    lines = list(_fields(schema.get("properties", {}), required, time))
    if schema.get("additionalProperties") is True:
        lines.append("  [name: string]: unknown;")
    body = "".join(f"{line}\n" for line in lines)
    return f"{comment}export interface {name} {{\n{body}}}\n"


def _fields(properties: Mapping[str, Schema], required: set[str], time: Time) -> Iterator[str]:
    for name, schema in properties.items():
        text = _type(schema, time)
        mark = "" if name in required and not _is_nullable(schema) else "?"
        key = name if _NAME.match(name) else json.dumps(name)
        yield f"{_comment(schema.get('description'), '  ')}  {key}{mark}: {text};"


def _is_nullable(schema: Schema) -> bool:
    return any(one.get("type") == "null" for one in schema.get("anyOf", ()))


def _type(schema: Schema, time: Time) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    members = schema.get("anyOf") or schema.get("oneOf")
    if members:
        return " | ".join(dict.fromkeys(_type(one, time) for one in members))
    match schema.get("type"):
        case "array":
            return _list(schema, time)
        case "object":
            return _record(schema, time)
        case "string" if schema.get("format") == "date-time":
            return time
        case str(kind) if kind in _PRIMITIVES:
            return _PRIMITIVES[kind]
        case None:
            return "unknown"
    raise SchemaError(f"no type is known for {json.dumps(schema)[:200]}")


def _list(schema: Schema, time: Time) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(one, time) for one in schema['prefixItems'])}]"
    item = _type(schema.get("items", {}), time)
    return f"({item})[]" if "|" in item else f"{item}[]"


def _record(schema: Schema, time: Time) -> str:
    values = schema.get("additionalProperties", True)
    if values is False:
        return "Record<string, never>"
    value = "unknown" if values is True else _type(values, time)
    keys = schema.get("propertyNames")
    if keys and ("$ref" in keys or "enum" in keys):
        return f"Partial<Record<{_type(keys, time)}, {value}>>"
    return f"Record<string, {value}>"


def _comment(text: str | None, indent: str) -> str:
    """The first paragraph of a docstring, as one comment."""
    paragraph = " ".join((text or "").partition("\n\n")[0].split()).replace("*/", "* /")
    if not paragraph:
        return ""
    line = f"{indent}/** {paragraph} */\n"
    if len(line) <= _WIDTH + 1:
        return line
    rows, row = [], ""
    for word in paragraph.split(" "):
        if row and len(f"{indent} * {row} {word}") > _WIDTH:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return f"{indent}/**\n" + "".join(f"{indent} * {one}\n" for one in [*rows, row]) + f"{indent} */\n"
