"""Read a request's JSON body into a model, or say which field is wrong, what was found and what was expected."""

from __future__ import annotations

import re
from typing import TypeVar

import flask
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, from_json

from shared.doors.errors import InvalidFieldsError, MalformedRequestError
from shared.redaction import is_private, redact

MAX_FOUND_CHARS = 40
MAX_PROBLEMS = 10

_SECRET_NAME = re.compile(r"key|secret|token|password|credential|authorization", re.IGNORECASE)


class Body(BaseModel):
    """Base of the request bodies: camelCase names, unknown fields refused, no coercion ("1" is not 1)."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


BodyT = TypeVar("BodyT", bound=BaseModel)


def parse_body(request: flask.Request, model: type[BodyT]) -> BodyT:
    """The request's body as `model`; no body at all counts as `{}`, and the content type is not asked.

    Raises:
        MalformedRequestError: the body is not JSON (NaN and Infinity are not).
        InvalidFieldsError: it is not an object, or a field is missing, unknown or of another shape.
    """
    raw = request.get_data(cache=True) or b"{}"
    try:
        content = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedRequestError(f"the body is not JSON ({error}); expected a JSON object") from error
    if not isinstance(content, dict):
        raise _invalid([_one("body", _shown("body", content), "a JSON object")])
    try:
        # From the text, not from `content`: only so does a strict model take times and enums as JSON writes them.
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _invalid([_described(each) for each in error.errors(include_url=False)]) from None


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
        return model.model_validate_strings(given)
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
    for opening in ("Input should be ", "Value error, "):
        message = message.removeprefix(opening)
    return message


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
