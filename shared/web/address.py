"""Strict parsing of user-supplied web addresses, and a form that is safe to log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.redaction import shape_of

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_URL_LENGTH = 4096
LOWEST_UNPRIVILEGED_PORT = 1024

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_KEEP_IN_TARGET = "%/:=&?~+!$,;'@()*[]-._"


class RefusedAddressError(PermanentError):
    """The address may not be called: malformed, not http(s), or not on the public internet."""

    code = ErrorCode.ADDRESS_REFUSED


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A parsed http(s) address. Connections use these parts and never reparse the text."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Credentials are only forwarded on a redirect to the same origin."""
        return (self.scheme, self.host, self.port)

    @property
    def target(self) -> str:
        """Path and query for the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def authority(self) -> str:
        """The `Host` header: brackets around IPv6, no default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def page(self) -> str:
        """The address without its query."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def shown(self) -> str:
        """For logs and messages: only the host, because queries and webhook paths may hold keys."""
        return f"{self.scheme}://{self.authority}{'/' if self.path == '/' and not self.query else '/…'}"

    def follow(self, location: str) -> WebAddress:
        """Resolves a redirect's `Location`.

        Raises:
            RefusedAddressError: the target isn't an http(s) address.
        """
        full = f"{self.page}?{self.query}" if self.query else self.page
        try:
            return parse_address(urljoin(full, location.strip().replace(" ", "%20")))
        except ValueError:
            raise RefusedAddressError(f"{self.shown} redirects to a malformed address") from None


def parse_address(url: str) -> WebAddress:
    """Parses an http(s) URL.

    Raises:
        RefusedAddressError: says which part is wrong; never repeats the query string.
    """
    if len(url) > MAX_URL_LENGTH:
        raise RefusedAddressError(f"the URL has {len(url)} characters; expected at most {MAX_URL_LENGTH}")
    if _UNSAFE.search(url):
        raise RefusedAddressError("the URL contains a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise RefusedAddressError("the URL is malformed; expected http(s)://host[:port]/path") from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise RefusedAddressError(f"the URL's scheme is {scheme[:20]!r}; expected http or https")
    if "@" in parts.netloc:
        raise RefusedAddressError("the URL contains a user name or password; send them in a header instead")
    return WebAddress(
        scheme=scheme,
        host=_checked_host(host),
        port=_checked_port(port, scheme),
        path=quote(parts.path, safe=_KEEP_IN_TARGET) or "/",
        query=quote(parts.query, safe=_KEEP_IN_TARGET),
    )


def _checked_host(host: str | None) -> str:
    if not host:
        raise RefusedAddressError("the URL has no host; expected http(s)://host[:port]/path")
    try:
        ascii_host = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_host = ""
    pattern = _IPV6 if ":" in ascii_host else _HOST_NAME
    if len(ascii_host) > 253 or not pattern.fullmatch(ascii_host):
        raise RefusedAddressError(f"the URL's host is {shape_of(host)}, not a host name or an IP address")
    return ascii_host.rstrip(".")


def _checked_port(port: int | None, scheme: str) -> int:
    if port is None:
        return DEFAULT_PORTS[scheme]
    if port not in DEFAULT_PORTS.values() and port < LOWEST_UNPRIVILEGED_PORT:
        raise RefusedAddressError(
            f"the URL's port is {port}; expected 80, 443 or one from {LOWEST_UNPRIVILEGED_PORT} up"
        )
    return port
