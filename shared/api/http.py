"""Shared by all HTTP endpoints: methods, size limit, ids in the path, errors as problems.

The functions import everything they need of a door from here.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Literal

import flask
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.api.answers import json_response, problem, problem_for
from shared.api.body import Body, parse_body
from shared.api.callers import delivery_time, require_caller
from shared.api.direct_dispatch import Handler, answers_all
from shared.api.errors import not_found
from shared.api.paths import values_in
from shared.api.storable import StorableObject
from shared.error_codes import ErrorCode
from shared.errors import PlaybookError, TransientError
from shared.gcp import tracing
from shared.gcp.logging import bind, get_logger

__all__ = [
    "Body",
    "StorableObject",
    "delivery_time",
    "door",
    "is_document_id",
    "json_response",
    "not_found",
    "parse_body",
    "path_id",
    "require_caller",
    "trace_id",
]

MAX_BODY_BYTES = 256 * 1024
MAX_PASSED_OVER_BYTES = 32 * 1024 * 1024
"""Of a refused body. The platform lets no larger one through."""
_CHUNK_BYTES = 64 * 1024
HEALTH_PATH = "/__/health"

_HTTP_CODES: Mapping[int, ErrorCode] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorCode.BODY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ErrorCode.UNSUPPORTED_MEDIA_TYPE,
}

Methods = Sequence[str] | Callable[[str], Sequence[str]]
Tracing = Literal["begun", "carried", "handlers"]
"""`begun`: one that begins here, in the platform's own trace of the request. `carried`: that of its task, which
only our own account may send. `handlers`: the handler sees to it."""

logger = get_logger(__name__)

_ID = re.compile(r"[A-Za-z0-9_\-.~:]{1,128}")
_RESERVED_ID = re.compile(r"\.\.?|__.*__")
_CLOUD_TRACE = re.compile(r"([0-9a-f]{32})(?:/|;|$)", re.IGNORECASE)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)")
_NO_TRACE = "0" * 32


def door(methods: Methods = ("POST",), trace: Tracing = "begun") -> Callable[[Handler], Handler]:
    """Wrap an HTTP function's handler: other methods get 405, a body over 256 KiB 413, its errors a problem.

    `methods`: of every path, or a function that tells those of one (without a slash at its end).

    The platform's probe (`GET /__/health`) never reaches the handler. Log lines within carry the function's
    name and the request's trace. `trace`: which trace a POST belongs to.
    """

    def wrap(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def guarded(request: flask.Request) -> flask.Response:
            with bind(functionName=handler.__name__, trace=trace_id(request)):
                return _refusal(request, methods) or _traced_answer(handler, request, trace)

        return answers_all(guarded)

    return wrap


def path_id(request: flask.Request, template: str) -> str:
    """The id in the request's path: what stands for the last `{name}` of `template`, one of `shared.api.paths`.

    Raises:
        NotFoundError: the path is another one, or its id cannot be a document's id.
    """
    found = list((values_in(request.path, template) or {}).values())
    if not found or not is_document_id(found[-1]):
        raise not_found("this address")
    return found[-1]


def is_document_id(value: str) -> bool:
    """Whether `value` may stand in a Firestore path: 1–128 of `A-Za-z0-9_-.~:`, and no reserved name."""
    return _ID.fullmatch(value) is not None and _RESERVED_ID.fullmatch(value) is None


def trace_id(request: flask.Request) -> str | None:
    """The trace that the request belongs to, from `traceparent` or `X-Cloud-Trace-Context`; None when neither."""
    match = _TRACEPARENT.match(request.headers.get("traceparent", "")) or _CLOUD_TRACE.match(
        request.headers.get("X-Cloud-Trace-Context", "")
    )
    return match[1].lower() if match and match[1] != _NO_TRACE else None


def _refusal(request: flask.Request, methods: Methods) -> flask.Response | None:
    """The answer to a request that must not reach the handler, or None."""
    allowed = methods(request.path.rstrip("/")) if callable(methods) else methods
    if request.method not in allowed:
        names = ", ".join(allowed)
        detail = f"method is {request.method}; expected {names}"
        headers = {"Allow": names}
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, code=ErrorCode.METHOD_NOT_ALLOWED, headers=headers)
    if request.path.endswith(HEALTH_PATH):
        return flask.Response(status=HTTPStatus.NO_CONTENT)
    return None


def _traced_answer(handler: Handler, request: flask.Request, trace: Tracing) -> flask.Response:
    if trace == "handlers" or request.method != "POST" or not tracing.is_on():
        return _answer(handler, request)
    carried = tracing.parse(request.headers.get(tracing.HEADER)) if trace == "carried" else None
    with tracing.part(handler.__name__, kind="server", parent=carried, trace_id=trace_id(request)) as span:
        answer = _answer(handler, request)
        span.set("http.response.status_code", answer.status_code)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.fail(str(answer.status_code))
            tracing.keep()
        return answer


def _answer(handler: Handler, request: flask.Request) -> flask.Response:
    try:
        _read_body(request)
        return handler(request)
    except PlaybookError as error:
        if isinstance(error, TransientError):
            logger.warning("refused for now: %s", error, exc_info=True)
        return problem_for(error)
    except HTTPException as error:
        return _problem_for_http(error)
    except Exception:
        # The last line of defence: logged in full, answered without internals.
        logger.exception("the handler failed")
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "something went wrong on our side; it has been logged",
            code=ErrorCode.INTERNAL_ERROR,
        )


def _read_body(request: flask.Request) -> None:
    """Read the body into the request's cache.

    Werkzeug cuts a body of unknown length off at its limit without a word, so one byte more is let in to see it.
    """
    request.max_content_length = MAX_BODY_BYTES + 1
    try:
        size = len(request.get_data(cache=True))
    except RequestEntityTooLarge:
        # The framework reads what is left once the answer stands; it must find an end there, not this limit again.
        request.stream = io.BytesIO()
        _pass_over_body(request, taken=0)
        raise
    if size > MAX_BODY_BYTES:
        _pass_over_body(request, taken=size)
        raise RequestEntityTooLarge


def _pass_over_body(request: flask.Request, taken: int) -> None:
    """Take the rest of a refused body: who is still sending it would find a broken connection, not the answer."""
    stream, length = request.environ["wsgi.input"], request.content_length
    left = MAX_PASSED_OVER_BYTES if length is None else min(length - taken, MAX_PASSED_OVER_BYTES)
    while left > 0 and (chunk := stream.read(min(_CHUNK_BYTES, left))):
        left -= len(chunk)


def _problem_for_http(error: HTTPException) -> flask.Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    detail = error.description or HTTPStatus(status).phrase
    if detail == RequestEntityTooLarge.description:
        detail = f"the body is too large; expected at most {MAX_BODY_BYTES} bytes"
    return problem(status, detail, code=_HTTP_CODES.get(status, ErrorCode.BAD_REQUEST))
