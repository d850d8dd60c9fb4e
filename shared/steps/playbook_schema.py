"""A playbook document as JSON Schema, with the params of every action: for editors and for agents that write one.

It says less than the check does, which knows conditions, names in scope and the calendar; and it knows one way to
write each thing, where the check also takes others, like a number for a text or a method in small letters.
"""

from __future__ import annotations

import functools
from typing import Any

from shared.playbooks.models import Playbook, Step
from shared.steps.base import Action
from shared.steps.described import first_line, params_schema
from shared.steps.registry import action_modules, load_action

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEMPLATE = {"type": "string", "pattern": r"\{\{"}
_IN_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_INSIDE = ("items", "additionalProperties")
_BY_NAME = ("properties", "patternProperties")
_STEP = "#/$defs/Step"


@functools.cache
def playbook_schema() -> dict[str, Any]:
    """The schema of `tenants/{orgId}/playbooks/{playbookId}`."""
    schema = Playbook.model_json_schema(by_alias=True)
    names = sorted(action_modules())
    step = schema["$defs"]["Step"]
    step["properties"]["action"] = {
        "oneOf": [{"const": name, "description": first_line(type(load_action(name)))} for name in names]
    }
    step["allOf"] = [_params_of(name) for name in names]
    for name in names:
        schema["$defs"] |= _params(name, load_action(name))
    about = {"title": "Playbook", "description": "A playbook document. Made from the models by `make docs`."}
    return {"$schema": DIALECT, **schema, **about}


def _params_of(name: str) -> dict[str, Any]:
    """Of a step with that action, what its params are."""
    then: dict[str, Any] = {"properties": {"params": {"$ref": f"#/$defs/{name}"}}}
    if load_action(name).params.model_json_schema(by_alias=True).get("required"):
        then["required"] = ["params"]
    return {"if": {"properties": {"action": {"const": name}}, "required": ["action"]}, "then": then}


def _params(name: str, action: Action[Any, Any]) -> dict[str, Any]:
    schema = params_schema(action)
    parts = schema.pop("$defs", {})
    found = {f"{name}.{part}": _moved(inner, name) for part, inner in parts.items() if part != Step.__name__}
    return {name: _moved(schema, name), **found}


def _moved(schema: Any, name: str) -> Any:
    """The schema with its references to where they stand in the whole, where a template may stand for any value."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        part = schema["$ref"].rpartition("/")[2]
        if part == Step.__name__:
            return {**schema, "$ref": _STEP}
        return {**schema, "$ref": f"#/$defs/{name}.{part}"}
    moved = {key: _moved_part(key, value, name) for key, value in schema.items() if key != "title"}
    return {key: value for key, value in moved.items() if key != "discriminator"}


def _moved_part(key: str, value: Any, name: str) -> Any:
    if key in _IN_LISTS:
        return [_moved(one, name) for one in value]
    if key in _INSIDE and isinstance(value, dict):
        return _or_template(_moved(value, name))
    if key in _BY_NAME:
        return {field: _or_template(_moved(one, name)) for field, one in value.items()}
    return value


def _or_template(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.keys() <= {"title", "description", "default", "examples", "type"} and schema.get("type") == "string":
        return schema
    about: dict[str, Any] = {key: schema[key] for key in ("title", "description", "default") if key in schema}
    rest = {key: value for key, value in schema.items() if key not in about}
    return {**about, "anyOf": [rest, _TEMPLATE]} if rest else schema
