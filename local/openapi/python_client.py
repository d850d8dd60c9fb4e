"""Generates `clients/python/playbooks_client/operations.py` from the OpenAPI document: a type per schema, and a
method per operation that people, agents and the scheduler call."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from local.openapi.document import reachable
from local.setup.paths import ROOT

_HEAD = '''\
"""Every operation of the API. Made by `make docs` from the OpenAPI document; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from .transport import Transport
'''
_SIMPLE = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
    "array": "list[Any]",
}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JSON = "application/json"
_CALLERS = frozenset({"userToken", "agentKey", "cronSecret"})


def render(document: Mapping[str, Any]) -> str:
    """The whole module."""
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if _is_called(operation)
    ]
    schemas = document["components"]["schemas"]
    used = reachable([one[2] for one in operations], schemas)
    types = [_type_of(name, schemas[name]) for name in schemas if name in used]
    methods = "\n".join(_method(*one) for one in operations)
    module = "\n\n".join([_HEAD, *types, f'class Playbooks(Transport):\n    """The API."""\n\n{methods}'])
    return _formatted(module)


def _formatted(module: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "operations.py", "-"]
    return subprocess.run(command, cwd=ROOT, input=module, capture_output=True, text=True, check=True).stdout


def _is_called(operation: Mapping[str, Any]) -> bool:
    """Excludes other systems' calls and the Model Context Protocol, which have their own clients."""
    opened_by = {name for one in operation["security"] for name in one}
    return bool(opened_by & _CALLERS) and operation["operationId"] != "mcp"


def _python_name(name: str) -> str:
    return "".join(part.capitalize() if part.islower() else part for part in name.split("_") if part)


def _type_of(name: str, schema: Mapping[str, Any]) -> str:
    """A `TypedDict` for objects with fields, otherwise an alias."""
    named, fields = _python_name(name), schema.get("properties")
    if not fields or not all(field.isidentifier() for field in fields):
        return f"{named} = {_expression(schema, quoted=True)}\n"
    required = set(schema.get("required", ()))
    lines = [f"class {named}(TypedDict):", f'    """{_one_line(schema.get("description", name))}"""', ""]
    for field, described in fields.items():
        written = _expression(described)
        lines.append(f"    {field}: {written if field in required else f'NotRequired[{written}]'}")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"


def _expression(schema: Mapping[str, Any], *, quoted: bool = False) -> str:
    if "$ref" in schema:
        name = _python_name(schema["$ref"].rpartition("/")[2])
        return f'"{name}"' if quoted else name
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(map(repr, values))}]"
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        parts = dict.fromkeys(_expression(one, quoted=quoted) for one in choices)
        return "Any" if quoted and any('"' in part for part in parts) else " | ".join(parts)
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_SIMPLE[one] for one in kind)
    if kind == "array" and "items" in schema:
        return f"list[{_expression(schema['items'], quoted=quoted)}]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"dict[str, {_expression(schema['additionalProperties'], quoted=quoted)}]"
    return _SIMPLE.get(str(kind), "Any")


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).replace("-", "_").lower()


def _method(path: str, method: str, operation: Mapping[str, Any]) -> str:
    by_place: dict[str, list[Mapping[str, Any]]] = {"path": [], "query": [], "header": []}
    for parameter in operation["parameters"]:
        by_place[parameter["in"]].append(parameter)
    body = operation.get("requestBody")
    arguments = ["self", *(f"{_snake(one['name'])}: {_expression(one['schema'])}" for one in by_place["path"])]
    if body is not None:
        taken = _expression(body["content"][_JSON]["schema"])
        arguments.append(f"body: {taken}" if body["required"] else f"body: {taken} | None = None")
    options = [
        f"{_snake(one['name'])}: {_expression(one['schema'])} | None = None"
        for one in (*by_place["query"], *by_place["header"])
    ]
    if options:
        arguments += ["*", *options]
    answers = dict.fromkeys(
        _expression(one["content"][_JSON]["schema"])
        for status, one in operation["responses"].items()
        if status.startswith("2") and _JSON in one.get("content", {})
    )
    call = [repr(method.upper()), repr(path)]
    for place, keyword in (("path", "ids"), ("query", "query"), ("header", "headers")):
        if by_place[place]:
            values = ", ".join(f'"{one["name"]}": {_snake(one["name"])}' for one in by_place[place])
            call.append(f"{keyword}={{{values}}}")
    if body is not None:
        call.append("body=body" if body["required"] else "body=body or {}")
    about = " ".join((f"{operation['summary']}.", operation.get("description", ""))).strip()
    return "\n".join(
        (
            f"    def {_snake(operation['operationId'])}({', '.join(arguments)}) -> {' | '.join(answers)}:",
            f'        """{_one_line(about)}"""',
            f"        answer: {' | '.join(answers)} = self._call({', '.join(call)})",
            "        return answer",
            "",
        )
    )
