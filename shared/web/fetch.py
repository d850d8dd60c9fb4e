"""One HTTP request to an address that somebody named, with redirects, limits and errors that say what to do."""

from __future__ import annotations

import contextlib
import functools
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpcore

from shared.error_codes import ErrorCode
from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError, TransientError, error_for_status
from shared.gcp import tracing
from shared.gcp.settings import settings
from shared.web.address import WebAddress, parse_address
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
    """Call `url` and answer with what came back, redirects (at most 5) followed unless `follows` is false.

    `timeout` is the total in seconds, redirects included; `max_bytes` bounds the body after decompression: a
    longer one is refused, or with `cut` cut. With `any_status` an answer of status 400 and more is one like others.

    Raises:
        PermanentError: a refused address, a bad header, an answer that is too large, a 4xx, too many redirects,
            a certificate that does not fit the host.
        OutcomeUnknownError: a request that changes things was sent, and what happened to it cannot be told.
        TransientError: no connection, a time-out, a broken answer, a 5xx, 408, 425 or 429.
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
    """Pass when `fetch` would call the address: http(s), and not in a private network as far as can be told now.

    A name that cannot be looked up passes; what it leads to is checked again with each call.

    Raises:
        RefusedAddressError: saying what is wrong with it.
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
    """What of an answer is read."""

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
    """An earlier hop took a changing request and sent us on to look at something."""
    moved_for_good: bool = False
    """An earlier hop has sent us to another host, and said that this stays so."""

    @property
    def changes(self) -> bool:
        return self.method not in _READING_METHODS

    def after_redirect(self, status: int) -> _Request:
        """The request to make next: 303, and POST on 301 or 302, goes on as GET, as browsers do it."""
        if not self.changes or not (status == 303 or (status in (301, 302) and self.method == "POST")):
            return self
        headers = {name: value for name, value in self.headers.items() if name != "content-type"}
        return replace(self, method="GET", headers=headers, body=None, change_accepted=True)

    def moved_to(self, address: WebAddress, status: int) -> _Request:
        """The same request to another address; on another origin without what may hold credentials."""
        headers = self.headers
        if address.origin != self.address.origin:
            headers = {name: value for name, value in headers.items() if name in _KEPT_ON_ANOTHER_ORIGIN}
        for_good = self.moved_for_good or (status in _PERMANENT and address.host != self.address.host)
        return replace(self, address=address, headers=headers, moved_for_good=for_good)

    def failure(self, message: str, *, sent: bool) -> TransientError:
        if self.change_accepted or (sent and self.changes):
            return OutcomeUnknownError(f"{message}; whether the request took effect is not known")
        return TransientError(message, code=ErrorCode.PROVIDER_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`fetch` with its surroundings given: which addresses are allowed, who resolves names, what TLS trusts."""

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
        """See `fetch`."""
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
            raise PermanentError(f"{request.address.shown} was reached over more than {MAX_REDIRECTS} redirects")
        except PlaybookError as error:
            if request.change_accepted and not isinstance(error, OutcomeUnknownError):
                raise request.failure(str(error), sent=True) from error
            raise

    def _exchange(self, request: _Request, deadline: Deadline, reading: _Reading) -> HttpResponse | tuple[int, str]:
        """One request and its answer: the response, or the status and `Location` of a redirect."""
        backend = GuardedBackend(self.resolve, self.may_connect, deadline, self.network, self.lookups)
        with (
            tracing.span(f"http {request.method}", kind="client") as span,
            _failures_translated(request, backend),
            self._sent(request, backend) as answer,
        ):
            span.set("http.response.status_code", answer.status)
            received = _header_map(answer.headers)
            location = received.get("location")
            if reading.follows and answer.status in _REDIRECTS and location:
                return answer.status, location
            if not reading.any_status:
                _raise_for_status(request, answer.status, received)
            content = _read(answer, received, reading, request)
            moved_to = request.address if request.moved_for_good else None
            return HttpResponse(request.address.shown, answer.status, received, content, moved_to)

    @contextmanager
    def _sent(self, request: _Request, backend: GuardedBackend) -> Iterator[httpcore.Response]:
        address = request.address
        limits = {"connect": CONNECT_TIMEOUT_SECONDS, "read": READ_TIMEOUT_SECONDS, "write": READ_TIMEOUT_SECONDS}
        headers = {
            "host": address.authority,
            "user-agent": USER_AGENT,
            "accept": "*/*",
            **request.headers,
            "accept-encoding": ACCEPT_ENCODING,
            "connection": "close",
        }
        if request.body is None and request.changes:
            headers["content-length"] = "0"
        tls = (self.tls or _tls()) if address.scheme == "https" else None
        url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
        # No pool: the connection serves this request alone.
        with (
            httpcore.HTTPConnection(url.origin, ssl_context=tls, network_backend=backend) as connection,
            connection.stream(
                request.method,
                url,
                headers=list(headers.items()),
                content=request.body,
                extensions={"timeout": limits},
            ) as answer,
        ):
            yield answer


@contextmanager
def _failures_translated(request: _Request, backend: GuardedBackend) -> Iterator[None]:
    """Turn the library's exceptions into the product's; none of them carries the query string."""
    shown = request.address.shown
    try:
        yield
    except httpcore.TimeoutException as error:
        raise request.failure(f"{shown} did not answer in time", sent=backend.request_sent) from error
    except httpcore.LocalProtocolError as error:
        raise PermanentError(f"the request to {shown} cannot be sent: {error}") from error
    except httpcore.ConnectError as error:
        raise request.failure(f"no connection to {shown}: {error}", sent=False) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise request.failure(f"{shown} broke the connection off", sent=backend.request_sent) from error


def _read(answer: httpcore.Response, received: Mapping[str, str], reading: _Reading, request: _Request) -> bytes:
    shown = request.address.shown
    try:
        return read_body(answer.iter_stream(), received, reading.max_bytes, shown, cut=reading.cut)
    except (PermanentError, TransientError) as error:
        if request.method in _NOT_REPEATABLE:
            raise request.failure(str(error), sent=True) from error
        raise


def _raise_for_status(request: _Request, status: int, received: Mapping[str, str]) -> None:
    if status < 400:
        return
    message = f"{request.address.shown} answered {status}"
    if status in _GATEWAY_HEARD_NOTHING and request.changes:
        raise request.failure(message, sent=True)
    error: PlaybookError = error_for_status(status, message, received)
    raise error


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The caller's headers under lower-case names, refused where they could change how the message is framed."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise PermanentError(f"headers: {name[:60]!r} is not a header name")
        if name.lower() in _OURS_TO_SET:
            raise PermanentError(f"headers: {name} is set by the sender and cannot be given")
        if not value.isascii() or not value.isprintable():
            raise PermanentError(f"headers: the value of {name} holds characters that a header cannot carry")
    return {name.lower(): value for name, value in headers.items()}


def _header_map(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Lower-case names; repeated headers joined by a comma, except that the first Location counts."""
    received: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in received and name != "location":
            value = f"{received[name]}, {value}"
        elif name in received:
            value = received[name]
        received[name] = value
    return received
