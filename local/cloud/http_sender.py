"""Delivers HTTP requests over one pool of connections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import httpcore

from local.cloud.http_call import HttpCall

NO_ANSWER = 0
# gunicorn closes an idle connection after 2 s; one that may be closing must not carry a delivery.
KEEP_ALIVE_SECONDS = 1.0
MAX_CONNECTIONS = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: its HTTP status, or NO_ANSWER and the reason."""

    status: int
    reason: str

    @property
    def ok(self) -> bool:
        """Whether the target took it."""
        return 200 <= self.status < 300


class HttpSender:
    """Sends; never raises for what a target or a network does."""

    def __init__(self) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_SECONDS
        )

    async def send(self, call: HttpCall, headers: list[tuple[str, str]], deadline: timedelta) -> Answer:
        """Send and read the answer to its end, within the deadline."""
        raw_headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                response = await self._pool.request(call.method, call.url, headers=raw_headers, content=call.body)
        except TimeoutError:
            return Answer(NO_ANSWER, f"DEADLINE_EXCEEDED after {deadline.total_seconds():g} s")
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            return Answer(NO_ANSWER, f"UNAVAILABLE ({type(error).__name__})")
        return Answer(response.status, f"HTTP status {response.status}")

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()
