"""Read a request's JSON body into a model, or say which field is wrong, what was found and what was expected."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeVar

import flask
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, from_json

from shared.api.errors import InvalidFieldsError, MalformedRequestError
from shared.playbooks.problems import expected_words
from shared.redaction import is_private, redact

MAX_FOUND_CHARS = 40
MAX_PROBLEMS = 10
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZEROS = {(False, True): "utf-16-le", (True, False): "utf-16-be"}
"""By whether the first and the second byte of a text that begins with an ASCII sign are zero."""
_SHORTEST = 2
_CHARSETS = frozenset({"utf-16", "utf-16le", "utf-16be", "iso-8859-1", "latin-1", "windows-1252", "us-ascii"})

_NUMBER = re.compile(r"\s*[+-]?[\d.]+\s*")
_SECRET_NAME = re.compile(r"key|secret|token|password|credential|authorization|^value$", re.IGNORECASE)


_RESERVED_ID = re.compile(r"\.\.?|__.*__", re.DOTALL)


def _names_a_document(document_id: str) -> str:
    if "/" in document_id or _RESERVED_ID.fullmatch(document_id):
        raise ValueError("an id: no slash in it, and none like . or __this__")
    return document_id


DocumentId = Annotated[
    str,
    Field(min_length=1, max_length=128, json_schema_extra={"pattern": r"^(?!\.{1,2}$)(?!__[\s\S]*__$)[^/]+$"}),
    AfterValidator(_names_a_document),
]
OrgId = DocumentId
"""The org that a body names. The platform's own credential may name any, so that it must fit into a path."""


class Body(BaseModel):
    """Base of the request bodies: camelCase names, unknown fields refused, no coercion ("1" is not 1)."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True, defer_build=True)


BodyT = TypeVar("BodyT", bound=BaseModel)


def parse_body(request: flask.Request, model: type[BodyT]) -> BodyT:
    """The request's body as `model`; no body at all counts as `{}`, and the content type is not asked.

    Raises:
        MalformedRequestError: the body is not JSON (NaN and Infinity are not), or it has a field twice.
        InvalidFieldsError: it is not an object, or a field is missing, unknown or of another shape.
    """
    text = _decoded(request.get_data(cache=True), request.mimetype_params.get("charset", "")).strip() or "{}"
    try:
        content = from_json(text, allow_inf_nan=False)
        json.loads(text, object_pairs_hook=_refuse_twice)
    except (ValueError, RecursionError) as error:
        raise MalformedRequestError(f"the body is not JSON ({error}); expected a JSON object") from error
    if not isinstance(content, dict):
        raise _invalid([_one("body", _shown("body", content), "a JSON object")])
    return read_object(text, model)


def read_object(text: str, model: type[BodyT]) -> BodyT:
    """A JSON object as `model`; from its text: only so does a strict model take times and enums as JSON has them.

    Raises:
        InvalidFieldsError: a field is missing, unknown or of another shape.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _invalid([_described(each) for each in error.errors(include_url=False)]) from None


def _decoded(raw: bytes, charset: str) -> str:
    """The body's text: as its byte order mark says, else as its zero bytes or its `charset` do, else as UTF-8."""
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    zeros = _ZEROS.get((raw[:1] == b"\0", raw[1:2] == b"\0")) if len(raw) >= _SHORTEST else None
    name = marked or zeros or (charset.lower() if charset.lower() in _CHARSETS else "utf-8")
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise MalformedRequestError(
            f"the body is not JSON (no text in {name}); expected a JSON object in UTF-8"
        ) from error


def _refuse_twice(pairs: list[tuple[str, object]]) -> None:
    """Systems differ in which of two they take, so that what one has checked another may not."""
    if len(dict(pairs)) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it has the field {twice[:MAX_FOUND_CHARS]!r} twice")


def parse_query(request: flask.Request, model: type[BodyT]) -> BodyT:
    """The request's query as `model`; numbers and booleans are read from their text.

    Raises:
        InvalidFieldsError: a parameter is missing, unknown, given twice or of another shape.
    """
    given = {name: values[0] for name, values in request.args.lists()}
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise _invalid([_one(name[:MAX_FOUND_CHARS], "several values", "one") for name in twice])
    try:
        read = model.model_validate_strings(given)
    except ValidationError as error:
        raise _invalid([_described(each) for each in error.errors(include_url=False)]) from None
    _refuse_numbers_as_times(given, read)
    return read


def _refuse_numbers_as_times(given: Mapping[str, str], read: BaseModel) -> None:
    """Pydantic takes a number in a text as seconds since 1970, which a caller can only have sent by mistake."""
    times = [field.alias or name for name, field in type(read).model_fields.items() if _is_time(read, name)]
    numbers = [name for name in times if _NUMBER.fullmatch(given.get(name, ""))]
    if numbers:
        expected = "a time like 2026-05-04T09:30:00Z"
        raise _invalid([_one(name, _shown(name, given[name]), expected) for name in numbers])


def _is_time(read: BaseModel, name: str) -> bool:
    return isinstance(getattr(read, name), datetime)


def parse_form(request: flask.Request, model: type[BodyT]) -> BodyT:
    """A call of another system as `model`: a form, or a JSON object. Numbers and times are read from their text.

    Raises:
        MalformedRequestError: the body is neither.
        InvalidFieldsError: a field is missing, given twice or of another shape.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        return parse_body(request, model)
    twice = [name for name, values in request.form.lists() if len(values) > 1]
    if twice:
        raise _invalid([_one(name[:MAX_FOUND_CHARS], "several values", "one") for name in twice])
    try:
        return model.model_validate(request.form.to_dict())
    except ValidationError as error:
        raise _invalid([_described(each) for each in error.errors(include_url=False)]) from None


def _invalid(problems: list[dict[str, str]]) -> InvalidFieldsError:
    shown = problems[:MAX_PROBLEMS]
    text = "; ".join(f"{each['field']}: found {each['found']}, expected {each['expected']}" for each in shown)
    return InvalidFieldsError(text, shown)


def _one(field: str, found: str, expected: str) -> dict[str, str]:
    return {"field": field, "found": found, "expected": expected}


def _described(error: ErrorDetails) -> dict[str, str]:
    field = _path(error["loc"])
    match error["type"]:
        case "missing":
            return _one(field, "nothing", "this field")
        case "extra_forbidden":
            return _one(field, _shown(field, error["input"]), "no field of this name")
        case _:
            return _one(field, _shown(field, error["input"]), _expected(error))


def _expected(error: ErrorDetails) -> str:
    """Pydantic's message, which says "Input should be …" or "Value error, …", as the end of a sentence."""
    message = error["msg"]
    if error["type"] == "value_error" and "; expected " in message:
        return message.partition("; expected ")[2]
    return expected_words(error)


def _path(location: tuple[int | str, ...]) -> str:
    """`("steps", 0, "action")` as `steps[0].action`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{str(part)[:MAX_FOUND_CHARS]}"
    return path.removeprefix(".") or "body"


def _shown(field: str, value: object) -> str:
    """What was found, short; of a field that may hold a secret only the type."""
    match value:
        case None:
            return "null"
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
    kind = {str: "a string", bool: "a boolean", int: "a number", float: "a number"}.get(type(value), "a value")
    if _SECRET_NAME.search(field) or is_private(field):
        return kind
    text = redact(repr(value))
    return text if len(text) <= MAX_FOUND_CHARS else f"{text[:MAX_FOUND_CHARS]}… ({kind})"
