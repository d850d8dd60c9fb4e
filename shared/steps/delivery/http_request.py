"""`http_request`: one call of another system's HTTP API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, JsonValue, field_validator

from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.web.address import parse_address
from shared.web.fetch import fetch
from shared.web.response import HttpResponse

MAX_BODY_BYTES = 100_000
"""Of what is sent and of what comes back: the answer becomes part of the execution's document."""
TIMEOUT_SECONDS = 30.0
IDEMPOTENCY_HEADER = "Idempotency-Key"
_READS = frozenset({"GET", "HEAD"})
_SAFE_TO_REPEAT = frozenset({"PUT", "DELETE"})


class HttpRequestParams(Params):
    """`body` is text, sent as it is, or anything else, sent as JSON."""

    url: str
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    body: JsonValue = None

    @field_validator("method", mode="before")
    @classmethod
    def _upper_case(cls, method: Any) -> Any:
        return method.upper() if isinstance(method, str) else method


class HttpRequestOutput(Output):
    """The answer. `outcome` is "unknown", and `status` None, where nobody said whether the call took effect."""

    status: int | None
    body: JsonValue = None
    outcome: Literal["answered", "unknown"] = "answered"


class HttpRequest(Action[HttpRequestParams, HttpRequestOutput]):
    """GET and HEAD read; PUT and DELETE may be repeated; POST and PATCH are made once.

    Whatever changes something carries an `Idempotency-Key` that stays the same over retries.
    """

    effect: ClassVar[Effect] = Effect.ONCE
    slow: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "url": "https://hooks.example.com/stock",
        "method": "POST",
        "body": {"item": "Blue Dream"},
    }

    def run(self, params: HttpRequestParams, context: StepContext) -> HttpRequestOutput:
        """Call it.

        Raises:
            PermanentError: a refused address, a 4xx, a body over 100 kB.
            TransientError: no answer, a 5xx, 408, 425 or 429.
        """
        address = parse_address(params.url)
        body, headers = _encoded(params)
        if params.method not in _READS:
            headers.setdefault(IDEMPOTENCY_HEADER.lower(), context.effect_key())

        def call() -> dict[str, Any]:
            response = fetch(
                params.url,
                method=params.method,
                headers=headers,
                body=body,
                timeout=TIMEOUT_SECONDS,
                max_bytes=MAX_BODY_BYTES,
            )
            return {"status": response.status, "text": response.text, "json": _is_json(response)}

        summary = {"method": params.method, "url": address.shown}
        sample = {"status": 200, "text": "", "json": False}
        if params.method in _READS:
            return _output(context.effects.read(call))
        if params.method in _SAFE_TO_REPEAT:
            return _output(context.effects.write("request", summary, call, sample=sample))
        return _output(context.effects.once("request", summary, call, find=None, sample=sample))


def _encoded(params: HttpRequestParams) -> tuple[bytes | None, dict[str, str]]:
    """The body's bytes and the headers, lower case, with a content type that fits."""
    headers = {name.lower(): value for name, value in params.headers.items()}
    if params.body is None:
        return None, headers
    if isinstance(params.body, str):
        encoded = params.body.encode()
        headers.setdefault("content-type", "text/plain; charset=utf-8")
    else:
        encoded = _as_json(params.body)
        headers.setdefault("content-type", "application/json")
    if len(encoded) > MAX_BODY_BYTES:
        raise PermanentError(f"body has {len(encoded):,} bytes; expected at most {MAX_BODY_BYTES:,}")
    return encoded, headers


def _as_json(body: JsonValue) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise PermanentError(f"body cannot be sent as JSON: {error}") from None


def _is_json(response: HttpResponse) -> bool:
    return response.media_type == "application/json" or response.media_type.endswith("+json")


def _output(receipt: dict[str, Any]) -> HttpRequestOutput:
    """The output of a receipt, whose body is text because Firestore cannot hold every JSON value."""
    if receipt.get("outcome") == "unknown":
        return HttpRequestOutput(status=None, outcome="unknown")
    text: str = receipt["text"]
    return HttpRequestOutput(status=receipt["status"], body=_parsed(text) if receipt["json"] else text)


def _parsed(text: str) -> Any:
    """The JSON value, or the text itself where the other side only claims that it is JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
