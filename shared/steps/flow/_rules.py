"""Rules for data: a small, closed subset of JSON Schema. Nothing in it can run long."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from shared.redaction import redact, shape_of
from shared.values.camel_model import CamelModel

TypeName = Literal["object", "array", "string", "number", "integer", "boolean", "null"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Rules(CamelModel, extra="forbid"):
    """Keywords of JSON Schema with their meaning there; any other is refused."""

    type: (
        Annotated[list[TypeName], BeforeValidator(_listed, json_schema_input_type=TypeName | list[TypeName])] | None
    ) = Field(default=None, min_length=1)
    enum: list[Any] | None = Field(default=None, min_length=1)
    required: list[str] = Field(default_factory=list)
    properties: dict[str, Rules] = Field(default_factory=dict)
    additional_properties: bool = True
    items: Rules | None = None
    min_items: int | None = Field(default=None, ge=0)
    max_items: int | None = Field(default=None, ge=0)
    min_length: int | None = Field(default=None, ge=0)
    max_length: int | None = Field(default=None, ge=0)
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None


def problems(value: Any, rules: Rules, path: str = "input") -> Iterator[str]:
    """A line for each rule that the value breaks: where, what was found, what was expected."""
    kind = _type_of(value)
    if rules.type is not None and not (kind in rules.type or (kind == "integer" and "number" in rules.type)):
        yield f"{path}: found {kind}; expected {' or '.join(rules.type)}"
        return
    if rules.enum is not None and not any(_same(value, one) for one in rules.enum):
        yield f"{path}: found {shape_of(value)}; expected one of {', '.join(map(_shown, rules.enum))}"
    if isinstance(value, Mapping):
        yield from _object_problems(value, rules, path)
    elif isinstance(value, list):
        yield from _list_problems(value, rules, path)
    elif isinstance(value, str):
        yield from _bounds(len(value), "characters", rules.min_length, rules.max_length, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_problems(value, rules, path)


def _object_problems(value: Mapping[str, Any], rules: Rules, path: str) -> Iterator[str]:
    for name in rules.required:
        if name not in value:
            # A name may be data as well: an object by email address has those for its fields.
            found = redact(", ".join(map(str, list(value)[:20])))
            yield f"{path}.{name}: missing; found {found or 'no fields'}"
    for name, inner in value.items():
        if name in rules.properties:
            yield from problems(inner, rules.properties[name], f"{path}.{name}")
        elif not rules.additional_properties:
            expected = ", ".join(rules.properties) or "no fields"
            yield f"{path}.{redact(str(name))}: unknown; expected only {expected}"


def _list_problems(value: list[Any], rules: Rules, path: str) -> Iterator[str]:
    yield from _bounds(len(value), "items", rules.min_items, rules.max_items, path)
    if rules.items is not None:
        for index, inner in enumerate(value):
            yield from problems(inner, rules.items, f"{path}[{index}]")


def _bounds(size: int, unit: str, least: int | None, most: int | None, path: str) -> Iterator[str]:
    if least is not None and size < least:
        yield f"{path}: found {size} {unit}; expected at least {least}"
    if most is not None and size > most:
        yield f"{path}: found {size} {unit}; expected at most {most}"


def _number_problems(value: int | float, rules: Rules, path: str) -> Iterator[str]:
    checks = (
        (rules.minimum, "at least", operator.ge),
        (rules.maximum, "at most", operator.le),
        (rules.exclusive_minimum, "more than", operator.gt),
        (rules.exclusive_maximum, "less than", operator.lt),
    )
    for bound, words, keeps in checks:
        if bound is not None and not keeps(value, bound):
            yield f"{path}: found a number; expected {words} {_shown(bound)}"


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if math.isfinite(value) and value.is_integer() else "number"
        case Mapping():
            return "object"
        case list():
            return "array"
    return "string"


def _same(value: Any, other: Any) -> bool:
    """Equal, and true is not 1."""
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def _shown(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{Decimal(repr(value)).normalize():f}" if abs(value) < 1e15 else repr(value)
    return f"{value!r:.80}"
