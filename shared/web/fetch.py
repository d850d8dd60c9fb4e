"""HTTP requests to user-supplied addresses, with redirects, limits and actionable errors."""

from __future__ import annotations

import contextlib
import functools
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http.client import responses

import httpcore

from shared.error_codes import ErrorCode
from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError, TransientError, error_for_status
from shared.gcp import tracing
from shared.gcp.settings import settings
from shared.web.address import WebAddress, parse_address
from shared.web.http11 import Exchange
from shared.web.lookups import LOOKUPS, Lookups, Resolve, system_resolve
from shared.web.network import Deadline, GuardedBackend, MayConnect, anywhere, is_public
from shared.web.response import ACCEPT_ENCODING, HttpResponse, read_body

USER_AGENT = "BakedBotPlaybooks/1.0 (+https://bakedbot.ai/bot)"
MAX_REDIRECTS = 5
DEFAULT_TIMEOUT_SECONDS = 20.0
CONNECT_TIMEOUT_SECONDS = 5.0
READ_TIMEOUT_SECONDS = 10.0
LOOKUP_SECONDS = 2.0
DEFAULT_MAX_BYTES = 5_000_000

_READING_METHODS = frozenset({"GET", "HEAD"})
_NOT_REPEATABLE = frozenset({"POST", "PATCH"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_GATEWAY_HEARD_NOTHING = frozenset({502, 504})
_METHOD = re.compile(r"[A-Z]{3,10}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS_TO_SET = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "te", "upgrade", "trailer"}
)
_KEPT_ON_ANOTHER_ORIGIN = frozenset({"accept", "accept-language", "user-agent", "content-type", "idempotency-key"})


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
    max_bytes: int = DEFAULT_MAX_BYTES,
    cut: bool = False,
    any_status: bool = False,
    follows: bool = True,
) -> HttpResponse:
    """Calls `url` and returns the response, following up to 5 redirects unless `follows` is false.

    `timeout` is the total in seconds, including redirects; `max_bytes` limits the decompressed body, and a longer
    one is refused, or cut if `cut`. With `any_status`, statuses of 400 and above are returned like others.

    Raises:
        PermanentError: refused address, bad header, response too large, 4xx, too many redirects, or a certificate
            that doesn't match the host.
        OutcomeUnknownError: a request with side effects was sent and its outcome is unknown.
        TransientError: no connection, timeout, broken response, 5xx, 408, 425 or 429.
    """
    fetcher = Fetcher(may_connect=anywhere if settings().allow_private_network_fetch else is_public)
    return fetcher.fetch(
        url,
        method=method,
        headers=headers,
        body=body,
        timeout=timeout,
        max_bytes=max_bytes,
        cut=cut,
        any_status=any_status,
        follows=follows,
    )


def require_callable(url: str) -> None:
    """Checks that `fetch` would call the address: http(s), and not in a private network as far as we can tell.

    A name that can't be resolved passes; every call checks its addresses again.

    Raises:
        RefusedAddressError: says what is wrong.
    """
    address = parse_address(url)
    if settings().allow_private_network_fetch:
        return
    backend = GuardedBackend(system_resolve, is_public, Deadline(LOOKUP_SECONDS))
    with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
        backend.checked_addresses(address.host, address.port, LOOKUP_SECONDS)


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


@dataclass(frozen=True, slots=True)
class _Reading:
    """How to read a response."""

    max_bytes: int
    cut: bool
    any_status: bool
    follows: bool


@dataclass(frozen=True, slots=True)
class _Request:
    address: WebAddress
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    change_accepted: bool = False
    """An earlier hop accepted a request with side effects and redirected us to a page."""
    moved_for_good: bool = False
    """An earlier hop permanently redirected us to another host."""

    @property
    def changes(self) -> bool:
        return self.method not in _READING_METHODS

    def after_redirect(self, status: int) -> _Request:
        """The next request: 303, and POST on 301 or 302, continue as GET, as in browsers."""
        if not self.changes or not (status == 303 or (status in (301, 302) and self.method == "POST")):
            return self
        headers = {name: value for name, value in self.headers.items() if name != "content-type"}
        return replace(self, method="GET", headers=headers, body=None, change_accepted=True)

    def moved_to(self, address: WebAddress, status: int) -> _Request:
        """The same request to another address; on another origin, without headers that may hold credentials."""
        headers = self.headers
        if address.origin != self.address.origin:
            headers = {name: value for name, value in headers.items() if name in _KEPT_ON_ANOTHER_ORIGIN}
        for_good = self.moved_for_good or (status in _PERMANENT and address.host != self.address.host)
        return replace(self, address=address, headers=headers, moved_for_good=for_good)

    def failure(self, message: str, *, sent: bool) -> TransientError:
        if self.change_accepted or (sent and self.changes):
            return OutcomeUnknownError(f"{message}; we can't tell whether the request took effect")
        return TransientError(message, code=ErrorCode.PROVIDER_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`fetch` with injected dependencies: allowed addresses, resolver, TLS."""

    may_connect: MayConnect = is_public
    resolve: Resolve = system_resolve
    tls: ssl.SSLContext | None = None
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    lookups: Lookups = LOOKUPS

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        max_bytes: int = DEFAULT_MAX_BYTES,
        cut: bool = False,
        any_status: bool = False,
        follows: bool = True,
    ) -> HttpResponse:
        if not _METHOD.fullmatch(method):
            raise PermanentError(f"the method is {method[:20]!r}; expected one like GET or POST")
        request = _Request(parse_address(url), method, _checked_headers(headers or {}), body)
        deadline, reading = Deadline(timeout), _Reading(max_bytes, cut, any_status, follows)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._exchange(request, deadline, reading)
                if isinstance(answer, HttpResponse):
                    return answer
                status, location = answer
                request = request.after_redirect(status)
                request = request.moved_to(request.address.follow(location), status)
            raise PermanentError(f"{request.address.shown}: found more than {MAX_REDIRECTS} redirects")
        except PlaybookError as error:
            if request.change_accepted and not isinstance(error, OutcomeUnknownError):
                raise request.failure(str(error), sent=True) from error
            raise

    def _exchange(self, request: _Request, deadline: Deadline, reading: _Reading) -> HttpResponse | tuple[int, str]:
        """One request; returns the response, or a redirect's status and `Location`."""
        backend = GuardedBackend(self.resolve, self.may_connect, deadline, self.network, self.lookups)
        with tracing.span(f"http {request.method}", kind="client") as span:
            try:
                # No pool: one connection per request.
                stream = self._connected(request.address, backend)
                try:
                    exchange = Exchange(stream, READ_TIMEOUT_SECONDS)
                    exchange.send(request.method, request.address.target, _sent_headers(request), request.body)
                    status, headers = exchange.head()
                    span.set("http.response.status_code", status)
                    received = _header_map(headers)
                    location = received.get("location")
                    if reading.follows and status in _REDIRECTS and location:
                        return status, location
                    if not reading.any_status:
                        _raise_for_status(request, status, received)
                    content = _read(exchange.body(), received, reading, request)
                finally:
                    stream.close()
            except _FAILURES as error:
                raise _failure(error, request, backend) from error
            moved_to = request.address if request.moved_for_good else None
            return HttpResponse(request.address.shown, status, received, content, moved_to)

    def _connected(self, address: WebAddress, backend: GuardedBackend) -> httpcore.NetworkStream:
        stream = backend.connect_tcp(address.host, address.port, CONNECT_TIMEOUT_SECONDS)
        if address.scheme != "https":
            return stream
        tls = self.tls or _tls()
        tls.set_alpn_protocols(["http/1.1"])
        return stream.start_tls(tls, address.host, CONNECT_TIMEOUT_SECONDS)


def _sent_headers(request: _Request) -> list[tuple[str, str]]:
    headers = {
        "host": request.address.authority,
        "user-agent": USER_AGENT,
        "accept": "*/*",
        **request.headers,
        "accept-encoding": ACCEPT_ENCODING,
        "connection": "close",
    }
    if request.body is not None or request.changes:
        headers["content-length"] = str(len(request.body or b""))
    return list(headers.items())


_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


def _failure(error: Exception, request: _Request, backend: GuardedBackend) -> PlaybookError:
    """Our exception for the library's; none of ours contains the query string."""
    shown = request.address.shown
    match error:
        case httpcore.TimeoutException():
            return request.failure(f"{shown} did not answer in time", sent=backend.request_sent)
        case httpcore.LocalProtocolError():
            return PermanentError(f"the request to {shown} can't be sent: {error}")
        case httpcore.ConnectError():
            return request.failure(f"no connection to {shown}: {error}", sent=False)
    return request.failure(f"{shown} closed the connection", sent=backend.request_sent)


def _read(chunks: Iterable[bytes], received: Mapping[str, str], reading: _Reading, request: _Request) -> bytes:
    shown = request.address.shown
    try:
        return read_body(chunks, received, reading.max_bytes, shown, cut=reading.cut)
    except (PermanentError, TransientError) as error:
        if request.method in _NOT_REPEATABLE:
            raise request.failure(str(error), sent=True) from error
        raise


def _raise_for_status(request: _Request, status: int, received: Mapping[str, str]) -> None:
    if status < 400:
        return
    message = f"{request.address.shown} answered {status} {responses.get(status, '')}".rstrip()
    if status in _GATEWAY_HEARD_NOTHING and request.changes:
        raise request.failure(message, sent=True)
    error: PlaybookError = error_for_status(status, message, received)
    raise error


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The caller's headers in lowercase; refuses those that could change message framing."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise PermanentError(f"headers: {name[:60]!r} is not a header name")
        if name.lower() in _OURS_TO_SET:
            raise PermanentError(f"headers: {name} can't be set; it is set automatically")
        if not value.isascii() or not value.isprintable():
            raise PermanentError(f"headers: the value of {name} contains characters that headers can't carry")
    return {name.lower(): value for name, value in headers.items()}


def _header_map(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Lowercase names; repeated headers are joined by commas, but the first Location wins."""
    received: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in received and name != "location":
            value = f"{received[name]}, {value}"
        elif name in received:
            value = received[name]
        received[name] = value
    return received
