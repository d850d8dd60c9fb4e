"""`http_request`: one call of another system's HTTP API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, JsonValue, field_validator

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.secret_names import placeholder
from shared.secrets.filling import StepSecrets
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.web.address import parse_address
from shared.web.fetch import fetch
from shared.web.response import HttpResponse

MAX_BODY_BYTES = 100_000
"""Limit for request and response: the response is stored in the execution's document."""
TIMEOUT_SECONDS = 30.0
IDEMPOTENCY_HEADER = "Idempotency-Key"
_READS = frozenset({"GET", "HEAD"})
_SAFE_TO_REPEAT = frozenset({"PUT", "DELETE"})


class HttpRequestParams(Params):
    """`body` is text, sent as it is, or anything else, sent as JSON.

    `{{secrets.NAME}}` in url, headers and body is one of the org's secrets (Settings, Secrets), filled in for the
    call alone: no document, log or dry run holds it. In the path or query of an address it is percent-encoded.
    """

    takes_secrets: ClassVar[frozenset[str]] = frozenset({"url", "headers", "body"})

    url: str
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    body: JsonValue = None

    @field_validator("method", mode="before")
    @classmethod
    def _upper_case(cls, method: Any) -> Any:
        return method.upper() if isinstance(method, str) else method


class HttpRequestOutput(Output):
    """The response. `outcome` is "unknown", and `status` None, if it isn't known whether the call took effect."""

    status: int | None
    body: JsonValue = None
    outcome: Literal["answered", "unknown"] = "answered"


class HttpRequest(Action[HttpRequestParams, HttpRequestOutput]):
    """GET and HEAD read; PUT and DELETE may be repeated; POST and PATCH are made once.

    Whatever changes something carries an `Idempotency-Key` that stays the same over retries.
    """

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {
        "url": "https://hooks.example.com/stock",
        "method": "POST",
        "body": {"item": "Blue Dream"},
    }

    def run(self, params: HttpRequestParams, context: StepContext) -> HttpRequestOutput:
        """Call it.

        Raises:
            PermanentError: a refused address, a secret that is not set, a 4xx, a body over 100 kB.
            TransientError: no answer, a 5xx, 408, 425 or 429.
        """
        secrets = context.secrets
        if not secrets.named_in(params.url):
            parse_address(params.url)
        headers = dict(params.headers)
        if params.method not in _READS and IDEMPOTENCY_HEADER.lower() not in map(str.lower, headers):
            headers[IDEMPOTENCY_HEADER] = context.effect_key()
        _encoded(params.body, headers)

        def prepare() -> None:
            _encoded(secrets.fill(params.body), headers)
            secrets.fill_url(params.url)
            secrets.fill(headers)

        def call() -> dict[str, Any]:
            body, sent = _encoded(secrets.fill(params.body), secrets.fill(headers))
            try:
                response = fetch(
                    secrets.fill_url(params.url),
                    method=params.method,
                    headers=sent,
                    body=body,
                    timeout=TIMEOUT_SECONDS,
                    max_bytes=MAX_BODY_BYTES,
                )
            except PermanentError:
                # A secret may have been set anew since it was read.
                secrets.forget()
                raise
            return _receipt(response, secrets)

        if params.method in _READS:
            return _output(context.effects.read(call))
        summary = {"method": params.method, "url": _shown(params.url, secrets), **_used(params, secrets)}
        sample = {"status": 200, "text": "", "json": False}
        if params.method in _SAFE_TO_REPEAT:
            return _output(context.effects.write("request", summary, call, sample=sample))
        receipt = context.effects.once("request", summary, call, find=None, sample=sample, prepare=prepare)
        return _output(receipt)


def _shown(url: str, secrets: StepSecrets) -> str:
    """The address as a dry run shows it: without path and query, with secrets' names."""
    if not secrets.named_in(url):
        return parse_address(url).shown
    scheme, _, rest = secrets.written(url).rpartition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return f"{scheme}{'://' if scheme else ''}{authority}{'/…' if rest != authority else ''}"


def _used(params: HttpRequestParams, secrets: StepSecrets) -> dict[str, Any]:
    names = secrets.named_in([params.url, params.headers, params.body])
    return {"secrets": [placeholder(name) for name in names]} if names else {}


def _receipt(response: HttpResponse, secrets: StepSecrets) -> dict[str, Any]:
    """What is kept of the answer: Firestore cannot hold every JSON value, so the body is text."""
    text, is_json = response.text, _is_json(response)
    if is_json:
        parsed = _parsed(text)
        cleaned = secrets.hide(parsed)
        # However text is escaped in it.
        text = text if cleaned == parsed else json.dumps(cleaned, ensure_ascii=False)
    return {"status": response.status, "text": secrets.hide(text), "json": is_json}


def _encoded(body: JsonValue, given: Mapping[str, str]) -> tuple[bytes | None, dict[str, str]]:
    """The body's bytes and the headers, lower case, with a content type that fits."""
    headers = {name.lower(): value for name, value in given.items()}
    if body is None:
        return None, headers
    if isinstance(body, str):
        encoded = body.encode()
        headers.setdefault("content-type", "text/plain; charset=utf-8")
    else:
        encoded = _as_json(body)
        headers.setdefault("content-type", "application/json")
    if len(encoded) > MAX_BODY_BYTES:
        raise PermanentError(
            f"body has {len(encoded):,} bytes; expected at most {MAX_BODY_BYTES:,}", code=ErrorCode.TOO_LARGE
        )
    return encoded, headers


def _as_json(body: JsonValue) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise PermanentError(f"body cannot be sent as JSON: {error}") from None


def _is_json(response: HttpResponse) -> bool:
    return response.media_type == "application/json" or response.media_type.endswith("+json")


def _output(receipt: dict[str, Any]) -> HttpRequestOutput:
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
