"""Reusable HTTP/1.1 connections to targets.

Four to nine times cheaper per request than httpcore's pool (0.2 ms of CPU versus 0.9 alone and 1.8 with 20
concurrent requests), and delivery is most of what the local cloud does.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import h11

# gunicorn closes idle connections after 2 s; don't send on one that may be closing.
KEEP_ALIVE_SECONDS = 1.0
READ_SIZE = 64 * 1024

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


class Connection:
    """One connection; it carries one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT)
        self.idle_since = 0.0

    async def exchange(self, method: str, target: str, headers: Headers, body: bytes) -> int:
        """Sends a request, reads the whole response, and returns its status.

        Raises:
            OSError: the connection broke.
            h11.ProtocolError: the answer is not HTTP, or ended early.
        """
        send = self._protocol.send
        request = send(h11.Request(method=method, target=target, headers=headers))
        content = send(h11.Data(data=body)) if body else b""
        end = send(h11.EndOfMessage())
        self._writer.write(b"".join(part for part in (request, content, end) if part))
        await self._writer.drain()
        status = 0
        while not isinstance(event := await self._next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                status = event.status_code
        return status

    def release(self) -> bool:
        """Prepares for another request; False if the target won't accept one."""
        if self._protocol.our_state is not h11.DONE or self._protocol.their_state is not h11.DONE:
            return False
        self._protocol.start_next_cycle()
        self.idle_since = time.monotonic()
        return True

    @property
    def usable(self) -> bool:
        """Whether it is safely still open."""
        fresh = time.monotonic() - self.idle_since < KEEP_ALIVE_SECONDS
        return fresh and not self._reader.at_eof() and not self._writer.is_closing()

    def close(self) -> None:
        self._writer.transport.abort()

    async def _next_event(self) -> h11.Event:
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await self._reader.read(READ_SIZE))
            elif isinstance(event, h11.Event) and not isinstance(event, h11.ConnectionClosed):
                return event
            else:
                raise h11.RemoteProtocolError("the target closed the connection before a full answer")


class ConnectionPool:
    """Idle connections by origin, the most recently used first."""

    def __init__(self) -> None:
        self._idle: defaultdict[Origin, deque[Connection]] = defaultdict(deque)

    async def request(self, method: str, url: str, headers: Headers, body: bytes) -> int:
        """Sends on an idle or new connection; returns the response's status.

        Raises:
            OSError: the target can't be reached or the connection broke.
            h11.ProtocolError: the answer is not HTTP, or ended early.
        """
        origin, target, host_header = _parts(url)
        headers = [(b"Host", host_header), *headers]
        if body or method in {"POST", "PUT", "PATCH"}:
            headers.append((b"Content-Length", b"%d" % len(body)))
        connection = self._take(origin) or await _connect(origin)
        kept = False
        try:
            status = await connection.exchange(method, target, headers, body)
            kept = connection.release()
        finally:
            if kept:
                self._idle[origin].append(connection)
            else:
                connection.close()
        return status

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _take(self, origin: Origin) -> Connection | None:
        idle = self._idle[origin]
        while idle and not idle[0].usable:
            idle.popleft().close()
        while idle:
            connection = idle.pop()
            if connection.usable:
                return connection
            connection.close()
        return None


async def _connect(origin: Origin) -> Connection:
    context = _tls() if origin.scheme == "https" else None
    return Connection(*await asyncio.open_connection(origin.host, origin.port, ssl=context))


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@functools.lru_cache(maxsize=256)
def _parts(url: str) -> tuple[Origin, str, bytes]:
    """The origin, the request target and the Host header."""
    parts: SplitResult = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host_header = parts.netloc.rpartition("@")[2].encode("ascii")
    return Origin(parts.scheme, parts.hostname or "", port), target, host_header
