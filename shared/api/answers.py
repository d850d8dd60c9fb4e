"""HTTP responses: JSON, and problems as defined by RFC 9457."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus

import flask
from pydantic import BaseModel
from pydantic_core import to_json

from shared.api.errors import AuthError, InvalidFieldsError, RateLimitedError
from shared.error_codes import CODES, ErrorCode
from shared.errors import PlaybookError, TransientError
from shared.values.camel_model import CamelModel

RETRY_AFTER_SECONDS = 5


class Answer(CamelModel, frozen=True):
    """Base of the answers of doors: camelCase names."""


def json_response(content: BaseModel | Mapping[str, object], status: int = HTTPStatus.OK) -> flask.Response:
    """A JSON answer: a model by its camelCase names, times in RFC 3339; a model's None fields are left out."""
    body = to_json(content, by_alias=True, exclude_none=isinstance(content, BaseModel))
    return flask.Response(body, status=int(status), mimetype="application/json")


def problem(
    status: int,
    detail: str,
    *,
    code: ErrorCode,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: object,
) -> flask.Response:
    """An `application/problem+json` answer; `extra` becomes members beside the others."""
    document = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        **extra,
    }
    response = flask.Response(to_json(document), status=int(status), mimetype="application/problem+json")
    response.headers.update(headers or {})
    return response


def problem_for(error: PlaybookError) -> flask.Response:
    """The answer that tells the caller about `error`."""
    status = CODES[error.code].status
    headers: dict[str, str] = {}
    if isinstance(error, AuthError):
        headers["WWW-Authenticate"] = 'Bearer realm="playbooks"'
    elif isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    elif isinstance(error, TransientError):
        headers["Retry-After"] = str(max(RETRY_AFTER_SECONDS, math.ceil(error.retry_after_seconds)))
    elif isinstance(error, InvalidFieldsError):
        return problem(status, str(error), code=error.code, errors=error.problems)
    return problem(status, str(error), code=error.code, headers=headers)
