"""Renders `docs/actions.md` from the registry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from shared.billing.prices import AS_OF
from shared.steps.base import Action
from shared.steps.described import about, field_docs, first_line
from shared.steps.registry import action_modules, family_of, load_action

HEAD = """# Actions

What a step can do: {count} actions in {families} families. Made by `make docs` from the actions' own models;
`make check` fails if the two differ. Prices are as of {as_of:%d %B %Y}.

**Effect**: `none` reads or computes and may run any number of times; `idempotent` writes under its own id, so a
retry writes the same thing again; `once` (an email, a text, a post) is recorded before and after, and never
repeated. A param marked *as written* isn't filled with templates before the step runs: it holds steps or a
condition of its own.
"""


ORDER = ("flow", "data", "retail", "competitive", "agents", "delivery", "business")


def render() -> str:
    families: dict[str, list[str]] = {family: [] for family in ORDER}
    for name in sorted(action_modules()):
        families.setdefault(family_of(name), []).append(name)
    count = sum(map(len, families.values()))
    lines = [HEAD.format(count=count, families=len(families), as_of=AS_OF), *_contents(families)]
    for family, names in families.items():
        lines += ["", f"## {family}", ""]
        for name in names:
            lines += _action(name, load_action(name))
    return "\n".join(lines).rstrip() + "\n"


def _contents(families: Mapping[str, list[str]]) -> Iterator[str]:
    for family, names in families.items():
        yield f"- **{family}**: " + ", ".join(f"[`{name}`](#{name})" for name in names)


def _action(name: str, action: Action[Any, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield f"{first_line(type(action))} Effect: `{action.effect}`.{_price(action)}"
    yield ""
    rest = about(action.params)
    if rest:
        yield from (rest, "")
    yield from _table("Param", action.params, action.params.keeps_written)
    yield from _table("Output", action.output, frozenset())
    yield "```json"
    yield json.dumps({"action": name, "params": action.example}, indent=2, ensure_ascii=False)
    yield "```"
    yield ""


def _price(action: Action[Any, Any]) -> str:
    use = action.typical_use(action.example)
    return f" Uses: {', '.join(f'{count} × {item}' for item, count in use.items())}." if use else ""


def _table(title: str, model: type[BaseModel], as_written: frozenset[str]) -> Iterator[str]:
    schema = model.model_json_schema(by_alias=True, mode="validation" if title == "Param" else "serialization")
    fields: dict[str, Any] = schema.get("properties", {})
    if not fields:
        yield from (f"{title}s: none of a fixed name.", "")
        return
    described = field_docs(model)
    names = {(field.serialization_alias or field.alias or name): name for name, field in model.model_fields.items()}
    required = set(schema.get("required", [])) if title == "Param" else set()
    yield f"| {title} | Type | |"
    yield "|---|---|---|"
    for alias, field in fields.items():
        notes = [described.get(names.get(alias, alias), "")]
        notes += ["required"] if alias in required else _default(field) if title == "Param" else []
        notes += ["*as written*"] if alias in as_written else []
        text = "; ".join(note for note in notes if note)
        yield f"| `{alias}` | {_cell(_type(field, schema.get('$defs', {})))} | {_cell(text)} |"
    yield ""


def _type(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        known = defs.get(name, {})
        return _type(known, defs) if "enum" in known else _object(name, known)
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(one, defs) for one in field["anyOf"] if one.get("type") != "null"))
    if "enum" in field:
        return " \\| ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    kind = field.get("type", "any")
    if kind == "array":
        return f"list of {_type(field.get('items', {}), defs)}{_bounds(field, 'minItems', 'maxItems')}"
    if kind == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"object of {_type(field['additionalProperties'], defs)}"
    return f"{kind}{_bounds(field, 'minimum', 'maximum')}{_bounds(field, 'minLength', 'maxLength')}"


def _object(name: str, schema: Mapping[str, Any]) -> str:
    if name == "Step" or not schema.get("properties"):
        return "step" if name == "Step" else "object"
    inner = (f"`{field}`" for field in schema["properties"])
    return f"{{{', '.join(inner)}}}"


def _bounds(field: Mapping[str, Any], low: str, high: str) -> str:
    found = [f"{sign} {field[key]}" for key, sign in ((low, "≥"), (high, "≤")) if key in field]
    unit = " characters" if low == "minLength" else ""
    return f" ({', '.join(found)}{unit})" if found else ""


def _default(field: Mapping[str, Any]) -> list[str]:
    if field.get("default") in (None, [], {}, ""):
        return []
    return [f"default `{json.dumps(field['default'], ensure_ascii=False)}`"]


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|").replace("\\\\|", "\\|")
