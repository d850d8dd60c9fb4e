"""Calls to providers' HTTP APIs, with one of four failure outcomes.

- Never sent (no connection, bad certificate): TransientError; safe to repeat.
- Unknown (no usable answer after the request was sent): OutcomeUnknownError, or TransientError for reads.
- Not now (429, 408, 425, 5xx): TransientError carrying `Retry-After`; ThrottledError if the account was rate
  limited.
- Refused (any other 4xx, a redirect): RefusedError with the provider's words.

Requests use httpx's transport directly: its client would log URLs, and some contain secrets. Nothing is
retried and no redirect is followed.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import responses
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.error_codes import ErrorCode
from shared.errors import (
    RETRYABLE_HTTP_STATUSES,
    OutcomeUnknownError,
    PermanentError,
    PlaybookError,
    TransientError,
    retry_after_seconds,
)
from shared.gcp import tracing
from shared.gcp.tracing import Span
from shared.redaction import redact
from shared.web import throttle

if TYPE_CHECKING:
    import httpx

M = TypeVar("M", bound=BaseModel)

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
"""Between two chunks, and for the whole body. With the lookup, a call stays well below the lease of
a run (60 s)."""
MAX_ANSWER_BYTES = 1_000_000
MAX_WORDS = 300
USER_AGENT = "BakedBotPlaybooks/1.0"
_MAX_READ = 4_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; header names are lowercase."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json_object(self) -> dict[str, Any]:
        """The body if it is a JSON object, otherwise {}."""
        try:
            content = json.loads(self.content)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


class RefusedError(PermanentError):
    """The provider refused the call; `answer` is its response."""

    code = ErrorCode.PROVIDER_REFUSED

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class ProviderApi:
    """A provider: its name, the `setting` that holds its URL, and how to find its `words` in a refusal.

    `secrets` are removed from those words, which may quote the request. `may_have_taken`: statuses after which the
    outcome must be looked up. `passes`: whether a refusal is temporary despite its status.
    """

    name: str
    setting: str
    words: Callable[[Answer], str]
    secrets: tuple[str, ...] = field(default=(), repr=False)
    may_have_taken: Container[int] = ()
    passes: Callable[[Answer], bool] = field(default=lambda _answer: False)
    read_seconds: float | None = None
    max_answer_bytes: int = MAX_ANSWER_BYTES

    @property
    def account(self) -> str:
        """The account whose rate limit applies."""
        return throttle.account_of(self.name, *self.secrets)

    def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | Mapping[str, Any] | None = None,
        sending: str | None = None,
    ) -> Answer:
        """The response, if its status is below 300; a `body` that isn't bytes is sent as JSON.

        `sending`: what the call sends ("the text"); None for reads, which can be repeated.

        Raises:
            RefusedError: the provider refused it (its words are included).
            PermanentError: the setting isn't a URL, or the response to a read is too large.
            ThrottledError: the account is rate limited.
            TransientError: the provider wasn't reached, or can't answer now.
            OutcomeUnknownError: something was sent, and no usable answer came back.
        """
        throttle.require_open(self.account, self.name)
        with tracing.span(f"{self.name} {method}", kind="client") as span:
            return self._call(method, url, params, headers, body, sending, span)

    def _call(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        headers: Mapping[str, str] | None,
        body: bytes | Mapping[str, Any] | None,
        sending: str | None,
        span: Span,
    ) -> Answer:
        import httpx

        try:
            request = httpx.Request(
                method,
                url,
                params=params,
                headers={"user-agent": USER_AGENT, "accept-encoding": "identity", **(headers or {})},
                content=body if isinstance(body, bytes) else None,
                json=None if isinstance(body, bytes) else body,
            )
            answer, is_whole = self._exchange(request)
            span.set("http.response.status_code", answer.status)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise PermanentError(
                f"{self.name} can't be called ({type(error).__name__}); expected its URL in {self.setting}"
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            unsent = f"; {sending} was not sent" if sending else ""
            raise TransientError(
                f"{self.name} could not be reached ({type(error).__name__}){unsent}",
                code=ErrorCode.PROVIDER_UNAVAILABLE,
            ) from None
        except httpx.RequestError as error:
            raise self.unknown(f"did not answer ({type(error).__name__})", sending) from None
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise self._error(answer, sending)
        if not is_whole:
            too_large = f"answered with more than {self.max_answer_bytes:,} bytes"
            raise self.unknown(too_large, sending) if sending else PermanentError(f"{self.name} {too_large}")
        return answer

    def read(self, model: type[M], content: bytes, sending: str | None = None) -> M:
        """Parses a response.

        Raises:
            OutcomeUnknownError, TransientError: the response doesn't fit the model.
        """
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise self.unknown(f"answered without {field or 'a JSON object'}", sending) from None

    def unknown(self, what: str, sending: str | None) -> TransientError:
        """The error for an unusable answer; `what` the provider did."""
        if sending:
            return OutcomeUnknownError(f"{self.name} {what}; it may have accepted {sending}")
        return TransientError(f"{self.name} {what}", code=ErrorCode.PROVIDER_UNAVAILABLE)

    def safe(self, words: str) -> str:
        """The provider's words, shortened and without secrets."""
        for secret in self.secrets:
            words = words.replace(secret, "…")
        words = redact(words[:_MAX_READ])
        words = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
        if len(words) > MAX_WORDS:
            words = f"{words[: MAX_WORDS - 1]}…"
        return words

    def _error(self, answer: Answer, sending: str | None) -> PlaybookError:
        message = f"{self.name} answered {answer.status}: {self.safe(self.words(answer)) or _phrase(answer.status)}"
        patience = retry_after_seconds(answer.headers.get("retry-after"), datetime.now(UTC))
        if sending and answer.status in self.may_have_taken:
            return OutcomeUnknownError(f"{message}; it may have accepted {sending}", retry_after_seconds=patience)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or self.passes(answer):
            return throttle.refused(self.account, message, patience)
        if answer.status >= 500 or answer.status in RETRYABLE_HTTP_STATUSES:
            return TransientError(message, retry_after_seconds=patience, code=ErrorCode.PROVIDER_UNAVAILABLE)
        return RefusedError(message, answer)

    def _exchange(self, request: httpx.Request) -> tuple[Answer, bool]:
        """The response, and whether its body is complete."""
        import httpx

        seconds = self.read_seconds or READ_SECONDS
        request.extensions["timeout"] = httpx.Timeout(seconds, connect=CONNECT_SECONDS).as_dict()
        response = _transport().handle_request(request)
        try:
            content, is_whole = _bounded(response, self.max_answer_bytes, seconds)
        finally:
            response.close()
        received = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, received, content), is_whole


@functools.cache
def _transport() -> httpx.HTTPTransport:
    """One connection pool for all providers."""
    import httpx

    return httpx.HTTPTransport()


def _bounded(response: httpx.Response, max_bytes: int, seconds: float) -> tuple[bytes, bool]:
    import httpx

    body, until = bytearray(), time.monotonic() + seconds
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), False
        if time.monotonic() > until:
            raise httpx.ReadTimeout("the response took too long")
    return bytes(body), True


def _phrase(status: int) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "found a redirect; redirects aren't followed"
    return responses.get(status, "no reason given")
