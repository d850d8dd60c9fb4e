"""Generates the OpenAPI 3.1 document of the HTTP API from its models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core.core_schema import WithDefaultSchema

from local.openapi.door import CREDENTIALS, HEADERS, Door
from local.openapi.paths import PARAMETERS
from local.openapi.shapes import ProblemDetails
from shared.api.storable import MAX_DEPTH, MAX_NAME_BYTES
from shared.error_codes import CODES, ErrorCode
from shared.webhooks.payloads import MESSAGES

VERSION = "1.0.0"
_REF = "#/components/schemas/"
_PARAMETER = re.compile(r"\{(\w+)\}")
_JSON, _PROBLEM, _FORM = "application/json", "application/problem+json", "application/x-www-form-urlencoded"
_OF_ALL = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
_SIGNED = {
    "webhook-id": "The message's id: the same in every try.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "`v1,` and base64, for each active secret, per Standard Webhooks.",
}
_DESCRIPTION = """\
Playbooks: what an org has told its agents to do. JSON is camelCase; times are RFC 3339 in UTC. A request carries
one credential. Another org's resource is a 404, the same as one that does not exist. Errors are
`application/problem+json` (RFC 9457) with a `code` that never changes.
"""
_STORABLE = {"$ref": f"{_REF}StorableObject"}
_SCALARS: list[dict[str, Any]] = [
    {"type": ["string", "boolean", "null"]},
    {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    {"type": "number", "not": {"type": "integer"}},
]
_STORABLES = {
    "StorableObject": {
        "description": f"An object that a document can hold, of at most {MAX_DEPTH} levels.",
        "type": "object",
        "propertyNames": {"minLength": 1, "maxLength": MAX_NAME_BYTES, "pattern": r"^(?!__[\s\S]*__$)"},
        "additionalProperties": {"$ref": f"{_REF}StorableValue"},
    },
    "StorableValue": {
        "description": "Anything but a list directly in a list.",
        "anyOf": [*_SCALARS, _STORABLE, {"type": "array", "items": {"anyOf": [*_SCALARS, _STORABLE]}}],
    },
}
_Mode = Literal["validation", "serialization"]
_Asked = tuple[type[BaseModel], _Mode]


def document(doors: Sequence[Door]) -> dict[str, Any]:
    """The document; models are components, and each problem status is a shared response."""
    asked = list(dict.fromkeys(_models(doors)))
    references, definitions = models_json_schema(
        asked, by_alias=True, ref_template=f"{_REF}{{model}}", schema_generator=_Plain
    )
    schemas: dict[str, Any] = _with_storables(definitions["$defs"])
    named = {key: reference["$ref"].removeprefix(_REF) for key, reference in references.items()}
    writer = _Writer(schemas, named)
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        paths.setdefault(door.path, {})[door.method.lower()] = writer.operation(door)
    webhooks = {
        event.value: _webhook(_REF + named[model, "serialization"], model) for event, model in MESSAGES.items()
    }
    kept = reachable([paths, webhooks, {"$ref": _REF + named[ProblemDetails, "serialization"]}], schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Playbooks", "version": VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(door.tag for door in doors)],
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": {name: schemas[name] for name in sorted(kept)},
            "responses": dict(_problems(named[ProblemDetails, "serialization"])),
            "securitySchemes": dict(CREDENTIALS.values()),
        },
    }


def text(doors: Sequence[Door]) -> str:
    return json.dumps(document(doors), indent=1, ensure_ascii=False) + "\n"


def _webhook(schema: str, model: type[BaseModel]) -> dict[str, Any]:
    """The messages sent to an org's webhooks, described in docs/webhooks.md."""
    headers = [
        {"name": name, "in": "header", "required": True, "description": description, "schema": {"type": "string"}}
        for name, description in _SIGNED.items()
    ]
    return {
        "post": {
            "summary": (model.__doc__ or "").strip(),
            "parameters": headers,
            "requestBody": {"required": True, "content": {_JSON: {"schema": {"$ref": schema}}}},
            "responses": {
                "2XX": {"description": "It has arrived."},
                "410": {"description": "The address takes no messages any more: its webhook is disabled."},
                "default": {"description": "It is sent again, after 5 seconds, 30 seconds and 5 minutes."},
            },
        }
    }


def _models(doors: Iterable[Door]) -> Iterator[_Asked]:
    yield ProblemDetails, "serialization"
    yield from ((model, "serialization") for model in MESSAGES.values())
    for door in doors:
        for taken in (door.query, door.takes):
            if taken is not None:
                yield taken, "validation"
        for answer in door.answers.values():
            if not isinstance(answer, str):
                yield answer, "serialization"


class _Plain(GenerateJsonSchema):
    """Omits titles, which repeat field names, and defaults that mean "not given"."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        written = super().default_schema(schema)
        return {name: value for name, value in written.items() if name != "default" or value not in ("", None)}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Writer:
    """Writes operations using pydantic's schema names."""

    def __init__(self, schemas: Mapping[str, Any], named: Mapping[Any, str]) -> None:
        self._schemas = schemas
        self._named = named

    def operation(self, door: Door) -> dict[str, Any]:
        written: dict[str, Any] = {
            "operationId": door.names,
            "tags": [door.tag],
            "summary": door.summary,
            **({"description": f"For {door.needs}."} if door.needs else {}),
            "parameters": [*self._in_path(door), *self._in_query(door), *_in_headers(door)],
            "responses": {str(status): self._answer(status, model) for status, model in door.answers.items()},
            "security": [{CREDENTIALS[one][0]: []} for one in door.who],
        }
        for status in _refusals(door):
            own = written["responses"].setdefault(str(status), {"$ref": _response(status)})
            if "content" in own:
                own["content"][_PROBLEM] = {"schema": {"$ref": _REF + self._named[ProblemDetails, "serialization"]}}
        if door.takes is not None:
            content = {"schema": {"$ref": _REF + self._named[door.takes, "validation"]}}
            media = (_JSON, _FORM) if door.form else (_JSON,)
            written["requestBody"] = {"required": door.body_required, "content": dict.fromkeys(media, content)}
        return written

    def _in_path(self, door: Door) -> Iterator[dict[str, Any]]:
        for name in _PARAMETER.findall(door.path):
            yield {"name": name, "in": "path", "required": True, "schema": PARAMETERS[name]}

    def _in_query(self, door: Door) -> Iterator[dict[str, Any]]:
        if door.query is None:
            return
        schema = self._schemas[self._named[door.query, "validation"]]
        required = set(schema.get("required", ()))
        for name, described in schema.get("properties", {}).items():
            yield {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": _without_null(described),
            }

    def _answer(self, status: int, model: type[BaseModel] | str) -> dict[str, Any]:
        answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if isinstance(model, str):
            return {**answer, "content": {model: {"schema": {"type": "string"}}}} if model else answer
        schema = {"$ref": _REF + self._named[model, "serialization"]}
        return {**answer, "content": {_JSON: {"schema": schema}}}


def _with_storables(schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas, with Firestore's storable values (`shared.api.storable`) spelled out."""
    written = json.loads(
        json.dumps(schemas),
        object_hook=lambda part: _STORABLE if part.get("format") == "storable-object" else part,
    )
    return {**written, **_STORABLES}


def _in_headers(door: Door) -> Iterator[dict[str, Any]]:
    for name in door.headers:
        description, schema = HEADERS[name]
        yield {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Query parameters have no null: missing ones are omitted."""
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "default", "title")}
    if schema.get("default") is not None:
        kept["default"] = schema["default"]
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **kept}
    return {**kept, "anyOf": choices} if choices else kept


def _refusals(door: Door) -> list[HTTPStatus]:
    """The problem statuses of the endpoint."""
    found = {*_OF_ALL, HTTPStatus.METHOD_NOT_ALLOWED}
    if door.who or "secret" in door.path:
        found.add(HTTPStatus.UNAUTHORIZED)
    if door.who:
        found |= {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
    if "{" in door.path or door.query is not None or door.who:
        found.add(HTTPStatus.NOT_FOUND)
    if door.takes is not None:
        found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    if door.takes is not None or door.query is not None:
        found.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    if "signature" in door.who:
        found.add(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if door.conflicts:
        found.add(HTTPStatus.CONFLICT)
    return sorted(found)


def _response(status: HTTPStatus) -> str:
    return f"#/components/responses/{status.name.title().replace('_', '')}"


def _problems(problem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A response per status, with its error codes."""
    by_status: dict[HTTPStatus, list[ErrorCode]] = {}
    for code, described in CODES.items():
        by_status.setdefault(described.status, []).append(code)
    for status, codes in sorted(by_status.items()):
        meant = "\n".join(f"- `{code}`: {CODES[code].meaning}" for code in codes)
        schema = {"allOf": [{"$ref": _REF + problem}, {"properties": {"code": {"enum": codes}}}]}
        yield (
            _response(status).rpartition("/")[2],
            {"description": f"{status.phrase}.\n\n{meant}", "content": {_PROBLEM: {"schema": schema}}},
        )


def reachable(parts: object, schemas: Mapping[str, Any]) -> set[str]:
    """Names of all schemas reachable from parts of the document."""
    found, waiting = set[str](), list(_references(parts))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name == "$ref" and str(value).startswith(_REF):
                yield str(value).removeprefix(_REF)
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
