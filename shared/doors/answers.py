"""The answers of a door: JSON, and problems as RFC 9457 says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus

import flask
from pydantic import BaseModel
from pydantic_core import to_json

from shared.doors.errors import (
    AuthError,
    ForbiddenError,
    InvalidFieldsError,
    MalformedRequestError,
    RateLimitedError,
)
from shared.errors import ConflictError, NotFoundError, PermanentError, PlaybookError, TransientError

RETRY_AFTER_SECONDS = 5

# The first class that fits decides, so subclasses stand before their bases.
_STATUSES: tuple[tuple[type[PlaybookError], HTTPStatus], ...] = (
    (MalformedRequestError, HTTPStatus.BAD_REQUEST),
    (AuthError, HTTPStatus.UNAUTHORIZED),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (RateLimitedError, HTTPStatus.TOO_MANY_REQUESTS),
    (PermanentError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TransientError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def json_response(content: BaseModel | Mapping[str, object], status: int = HTTPStatus.OK) -> flask.Response:
    """A JSON answer: a model by its camelCase names, times in RFC 3339; a model's None fields are left out."""
    body = to_json(content, by_alias=True, exclude_none=isinstance(content, BaseModel))
    return flask.Response(body, status=int(status), mimetype="application/json")


def problem(
    status: int,
    detail: str,
    *,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: object,
) -> flask.Response:
    """An `application/problem+json` answer; `extra` becomes members beside type, title, status and detail."""
    document = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        **extra,
    }
    response = flask.Response(to_json(document), status=int(status), mimetype="application/problem+json")
    response.headers.update(headers or {})
    return response


def problem_for(error: PlaybookError) -> flask.Response:
    """The answer that tells the caller about `error`."""
    status = next(
        (status for kind, status in _STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )
    headers: dict[str, str] = {}
    if isinstance(error, AuthError):
        headers["WWW-Authenticate"] = 'Bearer realm="playbooks"'
    elif isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    elif isinstance(error, TransientError):
        headers["Retry-After"] = str(max(RETRY_AFTER_SECONDS, math.ceil(error.retry_after_seconds)))
    elif isinstance(error, InvalidFieldsError):
        return problem(status, str(error), errors=error.problems)
    return problem(status, str(error), headers=headers)
