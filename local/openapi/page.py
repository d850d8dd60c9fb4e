"""Renders `/api/docs` from the OpenAPI document as one HTML file without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from shared.error_codes import CODES

_TEMPLATE = Path(__file__).with_name("page.html")
_SECURITY = {
    "userToken": "a person's ID token",
    "agentKey": "an agent key",
    "cronSecret": "the cron secret",
    "mailjetLogin": "Mailjet's login",
    "hookSignature": "a signature",
}


def render(document: Mapping[str, Any]) -> str:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(_TEMPLATE.read_text())
    page = template.render(
        title=document["info"]["title"],
        description=document["info"]["description"],
        tags=[tag["name"] for tag in document["tags"]],
        operations=list(_operations(document)),
        models=[_model(name, schema) for name, schema in document["components"]["schemas"].items()],
        codes=CODES,
    )
    return f"{page}\n"


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = {status: one for status, one in operation["responses"].items() if "$ref" not in one}
            security = [_SECURITY[name] for one in operation["security"] for name in one]
            yield {
                "id": operation["operationId"],
                "tag": operation["tags"][0],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "about": " ".join(
                    (f"Opened by {' or '.join(security) or 'anybody'}.", operation.get("description", ""))
                ).strip(),
                "parameters": [
                    _row(one["name"], one["schema"], required=one["required"], about=one.get("description", ""))
                    for one in operation["parameters"]
                ],
                "body": _content(operation.get("requestBody")),
                "answers": [{"status": status, **(_content(one) or _NOTHING)} for status, one in answers.items()],
                "errors": [status for status in operation["responses"] if status not in answers],
            }


_NOTHING = {"name": "nothing", "rows": ()}


def _content(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if part is None or "content" not in part:
        return None
    media, content = next(iter(part["content"].items()))
    return {"name": _type(content["schema"]) if "$ref" in content["schema"] else media, "rows": ()}


def _model(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    rows = [_row(field, one, required=field in required) for field, one in schema.get("properties", {}).items()]
    about = schema.get("description", "")
    return {"name": name, "about": about if rows or about else _type(schema), "rows": rows}


def _row(name: str, schema: Mapping[str, Any], *, required: bool, about: str = "") -> dict[str, Any]:
    said = (about, schema.get("description", ""), _limits(schema))
    return {"name": name, "required": required, "type": _type(schema), "about": " ".join(filter(None, said))}


def _type(schema: Mapping[str, Any]) -> str | Markup:
    """A short description of the type, with links to other models."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#model-{0}">{0}</a>').format(name)
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum", [schema.get("const")])))
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return Markup(" or ").join(escape(_type(one)) for one in choices)
    if schema.get("type") == "array":
        return Markup("list of {}").format(_type(schema.get("items", {})))
    found = str(schema.get("type", "anything"))
    return f"{found} ({schema['format']})" if "format" in schema else found


def _limits(schema: Mapping[str, Any]) -> str:
    names = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default")
    return "; ".join(f"{name} {schema[name]}" for name in names if schema.get(name) is not None)
