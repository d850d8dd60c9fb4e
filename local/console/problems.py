"""Errors as problem+json (RFC 9457), and the parsing that raises them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_Model = TypeVar("_Model", bound=BaseModel)
_Parsed = TypeVar("_Parsed")

_MAX_FOUND = 80


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


class BadRequestError(Exception):
    """A bad request; the text names the field, what was found and expected."""


def problem(status: int, title: str, detail: str, **members: object) -> Response:
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    return ProblemResponse(content, status)


async def parse_body(request: Request, model: type[_Model]) -> _Model:
    """The JSON body as `model`; raises BadRequestError."""
    body = await request.body()
    return _parsed(lambda: model.model_validate_json(body), model)


def parse_query(request: Request, model: type[_Model]) -> _Model:
    """The query string as `model`; raises BadRequestError."""
    return _parsed(lambda: model.model_validate(dict(request.query_params)), model)


def parse_path_value(adapter: TypeAdapter[_Parsed], name: str, value: str) -> _Parsed:
    """One part of the path; raises BadRequestError with `name` as the field."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise BadRequestError(f"{name}: {error.errors()[0]['msg']}, found {_shortened(value)}") from error


def _parsed(parse: Callable[[], _Parsed], model: type[BaseModel]) -> _Parsed:
    try:
        return parse()
    except ValidationError as error:
        names = [field.alias or name for name, field in model.model_fields.items()]
        raise BadRequestError(describe(error, names)) from error


def describe(error: ValidationError, known_fields: Iterable[str] = ()) -> str:
    """One sentence per problem, joined with semicolons."""
    return "; ".join(_describe_one(details, known_fields) for details in error.errors(include_url=False))


def _describe_one(details: ErrorDetails, known_fields: Iterable[str]) -> str:
    field = ".".join(str(part) for part in details["loc"]) or "body"
    kind, message = details["type"], details["msg"]
    if kind == "missing":
        return f"{field}: this field is required"
    if kind == "extra_forbidden":
        expected = f", expected only {', '.join(known_fields)}" if len(details["loc"]) == 1 else ""
        return f"{field}: unknown field{expected}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "json_invalid":
        return f"{field}: {message}"
    return f"{field}: {message}, found {_shortened(details['input'])}"


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_FOUND else f"{text[:_MAX_FOUND]}…"


async def _bad_request(_request: Request, error: Exception) -> Response:
    return problem(400, "Bad Request", str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError(f"expected an HTTPException, found {type(error).__name__}") from error
    detail = f"{request.method} {request.url.path}: {error.detail}"
    response = problem(error.status_code, error.detail, detail)
    response.headers.update(error.headers or {})
    return response


async def _internal_error(_request: Request, error: Exception) -> Response:
    # Starlette reraises it after the response, so the log has the traceback.
    return problem(500, "Internal Server Error", f"the console failed: {type(error).__name__}")


EXCEPTION_HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    BadRequestError: _bad_request,
    HTTPException: _http_error,
    Exception: _internal_error,
}
