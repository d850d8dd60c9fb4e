"""SMS through Blackleaf, which cannot be asked afterwards whether a message arrived."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from shared.errors import OutcomeUnknownError, PermanentError, TransientError, error_for_status
from shared.gcp.settings import settings
from shared.redaction import redact
from shared.tenants.contact import parse_phone_number

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
Timeouts = tuple[float, float]
TIMEOUTS: Timeouts = (CONNECT_SECONDS, READ_SECONDS)


def send(to_e164: str, body: str, *, timeouts: Timeouts = TIMEOUTS) -> str:
    """Text `body` to `to_e164` (ten digits are a number in the US) and return Blackleaf's message id.

    Raises:
        PermanentError: Blackleaf refused it, in its own words; a bad number; or BLACKLEAF_API_KEY is missing.
        TransientError: Blackleaf was not reached, or answered that it did not take it just now.
        OutcomeUnknownError: the request went out and no usable answer came back.
    """
    import httpx

    number = _recipient(to_e164)
    known = settings()
    if not known.blackleaf_api_key:
        raise PermanentError("BLACKLEAF_API_KEY is not set; expected the key of the Blackleaf account that sends")
    try:
        client = _client(known.blackleaf_api_url, known.blackleaf_api_key, timeouts)
        answer = client.get("/api/messaging/send/", params={"to": number.removeprefix("+"), "body": body})
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise PermanentError(f"BLACKLEAF_API_URL is {known.blackleaf_api_url!r}: {error}") from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        raise TransientError(
            f"Blackleaf could not be reached ({type(error).__name__}); the text was not sent"
        ) from None
    except httpx.RequestError as error:
        raise OutcomeUnknownError(
            f"Blackleaf did not answer after the text was handed to it ({type(error).__name__}); it may have it"
        ) from None
    return _message_id(answer, known.blackleaf_api_key)


def _recipient(to: str) -> str:
    try:
        return parse_phone_number(to)
    except ValueError as error:
        raise PermanentError(f"the text cannot be sent: to: {error}") from None


@functools.lru_cache(maxsize=4)
def _client(base_url: str, api_key: str, timeouts: Timeouts) -> httpx.Client:
    """A client whose transport adds the key, below everything that logs, raises or shows a URL."""
    import httpx

    class KeyAddingTransport(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            with_key = request.url.copy_add_param("apiKey", api_key)
            return super().handle_request(
                httpx.Request(
                    request.method,
                    with_key,
                    headers=request.headers,
                    stream=request.stream,
                    extensions=request.extensions,
                )
            )

    connect, read = timeouts
    return httpx.Client(
        base_url=base_url,
        transport=KeyAddingTransport(),
        timeout=httpx.Timeout(read, connect=connect),
        follow_redirects=False,
    )


def _message_id(answer: httpx.Response, api_key: str) -> str:
    content = _json_object(answer)
    words = str(content.get("error") or answer.reason_phrase or "no reason given")
    # A refusal may quote the request that it refuses.
    refusal = redact(words.replace(api_key, "…"))
    if answer.status_code >= 400:
        raise error_for_status(
            answer.status_code, f"Blackleaf answered {answer.status_code}: {refusal}", answer.headers
        )
    if content.get("status") == "error":
        raise PermanentError(f"Blackleaf refused the text: {refusal}")
    if content.get("status") != "success" or not content.get("messageId"):
        raise OutcomeUnknownError(
            f"Blackleaf answered {answer.status_code} without a message id; it may have the text"
        )
    return str(content["messageId"])


def _json_object(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
