"""One call to a provider's HTTP API, and which of four outcomes it had.

- Never sent (no connection, a certificate that does not fit): TransientError; safe to repeat.
- Unknown (no usable answer after the request went out): OutcomeUnknownError, or TransientError for a mere question.
- Not now (429, 408, 425, 5xx): TransientError that carries what `Retry-After` asks for; a ThrottledError where the
  account has called too often.
- Refused (any other 4xx, a redirect): RefusedError with the provider's words.

Requests go straight into httpx's transport: its client would log URLs, of which some hold secrets. Nothing is
repeated and no redirect is followed.
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
"""Between two pieces of an answer, and for all of its body. With a look-up before it, a call stays well below the
lease of a run (60 s)."""
MAX_ANSWER_BYTES = 1_000_000
MAX_WORDS = 300
USER_AGENT = "BakedBotPlaybooks/1.0"
_MAX_READ = 4_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.content.decode(errors="replace")

    def json_object(self) -> dict[str, Any]:
        """The body, where it is a JSON object; else an empty one."""
        try:
            content = json.loads(self.content)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


class RefusedError(PermanentError):
    """The provider said no; `answer` is what it said."""

    code = ErrorCode.PROVIDER_REFUSED

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class ProviderApi:
    """A provider: its name, the `setting` with its address, and how to find its own `words` in a refusal.

    `secrets` are cut out of those words, which may quote the request. `may_have_taken`: statuses after which a
    provider that can be asked is asked. `passes`: whether a refusal passes by itself in spite of its status.
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
        """Whose limit a call counts toward."""
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
        """The answer of a status below 300; a `body` that is no bytes goes as JSON.

        `sending`: what the call hands over ("the text"); None for a question, which may be asked again.

        Raises:
            RefusedError: the provider refused it, in its own words.
            PermanentError: the setting is not a URL, or the answer to a question is too large.
            ThrottledError: the account has called too often, now or a moment ago.
            TransientError: the provider was not reached, or answered that it cannot now.
            OutcomeUnknownError: something was handed over, and no usable answer came back.
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
                f"{self.name} cannot be called ({type(error).__name__}); expected its URL in {self.setting}"
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
        """What an answer holds.

        Raises:
            OutcomeUnknownError, TransientError: something else, so that it says nothing.
        """
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise self.unknown(f"answered without {field or 'a JSON object'}", sending) from None

    def unknown(self, what: str, sending: str | None) -> TransientError:
        """The error for an answer that says nothing: `what` the provider did."""
        if sending:
            return OutcomeUnknownError(f"{self.name} {what}; it may have {sending}")
        return TransientError(f"{self.name} {what}", code=ErrorCode.PROVIDER_UNAVAILABLE)

    def safe(self, words: str) -> str:
        """The provider's words, bounded and without secrets."""
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
            return OutcomeUnknownError(f"{message}; it may have {sending}", retry_after_seconds=patience)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or self.passes(answer):
            return throttle.refused(self.account, message, patience)
        if answer.status >= 500 or answer.status in RETRYABLE_HTTP_STATUSES:
            return TransientError(message, retry_after_seconds=patience, code=ErrorCode.PROVIDER_UNAVAILABLE)
        return RefusedError(message, answer)

    def _exchange(self, request: httpx.Request) -> tuple[Answer, bool]:
        """The answer, and whether its body is whole."""
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
    """One pool of connections for all providers."""
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
            raise httpx.ReadTimeout("the answer does not end")
    return bytes(body), True


def _phrase(status: int) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "a redirect, which is not followed"
    return responses.get(status, "no reason given")
