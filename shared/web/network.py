"""Network connections to checked addresses only."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterable, Sequence
from ssl import SSLCertVerificationError, SSLContext
from typing import Any

import httpcore

from shared.errors import PermanentError
from shared.web.address import RefusedAddressError
from shared.web.lookups import LOOKUPS, Lookups, LookupTimeoutError, Resolve

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
MayConnect = Callable[[IPAddress], bool]

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_WRITE_SLICE = 64 * 1024


def is_public(address: IPAddress) -> bool:
    """Whether the address is on the public internet, including any embedded IPv4 address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and address not in _SIX_TO_FOUR and address.is_global


def numeric(host: str) -> IPAddress | None:
    """The host as an IP address without an interface scope; None if it is a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return address if getattr(address, "scope_id", None) is None else None


def anywhere(_address: IPAddress) -> bool:
    """Allows everything, for machines whose demo stores are on loopback."""
    return True


class Deadline:
    """The time limit of a whole fetch, including redirects."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self, at_most: float | None = None) -> float:
        """Seconds left, capped at `at_most`; zero or negative once it has passed."""
        left = self._end - time.monotonic()
        return left if at_most is None else min(left, at_most)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a host once, refuses it if any of its addresses is refused, and connects to exactly those addresses.

    This defeats DNS rebinding, because the name is never resolved twice. TLS still verifies the host name, which
    httpcore takes from the request.
    """

    def __init__(
        self,
        resolve: Resolve,
        may_connect: MayConnect,
        deadline: Deadline,
        inner: httpcore.NetworkBackend | None = None,
        lookups: Lookups = LOOKUPS,
    ) -> None:
        self._resolve = resolve
        self._may_connect = may_connect
        self._deadline = deadline
        self._inner = inner or httpcore.SyncBackend()
        self._lookups = lookups
        self.request_sent = False
        """Whether any byte of a request may have reached the server."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first checked address that answers."""
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in self.checked_addresses(host, port, timeout):
            seconds = self._deadline.remaining(timeout)
            if seconds <= 0:
                raise httpcore.ConnectTimeout("the total time limit was exceeded")
            try:
                stream = self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self)
        raise failure

    def checked_addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """The host's addresses, all of them allowed.

        Raises:
            RefusedAddressError: one of them isn't allowed.
            httpcore.ConnectError, httpcore.ConnectTimeout: the name wasn't found, or not in time.
        """
        address = numeric(host)
        if address is not None:  # no lookup needed
            found = {host: address}
        else:
            found = {text: ipaddress.ip_address(text) for text in self._looked_up(host, port, timeout)}
        if not all(map(self._may_connect, found.values())):
            raise RefusedAddressError(f"{host} is not on the public internet; its address is refused")
        return list(found)

    def _looked_up(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        try:
            return self._lookups.resolve(self._resolve, host, port, self._deadline.remaining(timeout))
        except LookupTimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError("the name was not found") from error

    def seconds_for(self, timeout: float | None, expired: type[Exception]) -> float:
        """Seconds allowed for one read or write. Raises `expired` when the total time is up."""
        seconds = self._deadline.remaining(timeout)
        if seconds <= 0:
            raise expired("the total time limit was exceeded")
        return seconds


class _TimedStream(httpcore.NetworkStream):
    """A connection whose reads and writes also respect the total deadline, so dripping bytes doesn't help."""

    def __init__(self, inner: httpcore.NetworkStream, owner: GuardedBackend) -> None:
        self._inner = inner
        self._owner = owner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._owner.seconds_for(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_SLICE):
            seconds = self._owner.seconds_for(timeout, httpcore.WriteTimeout)
            self._owner.request_sent = True
            self._inner.write(buffer[start : start + _WRITE_SLICE], seconds)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = self._owner.seconds_for(timeout, httpcore.ConnectTimeout)
        try:
            secured = self._inner.start_tls(ssl_context, server_hostname, seconds)
        except httpcore.ConnectError as error:
            # Caught here because the connection pool drops the cause.
            if isinstance(error.__cause__, SSLCertVerificationError):
                reason = error.__cause__.verify_message
                raise PermanentError(f"{server_hostname} has an invalid certificate: {reason}") from error
            raise
        return _TimedStream(secured, self._owner)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
