"""Delivers HTTP requests and reports the outcomes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import h11

from local.cloud.http_call import HttpCall
from local.cloud.http_connection import ConnectionPool

NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A request's outcome: an HTTP status, or NO_ANSWER and the reason."""

    status: int
    reason: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class HttpSender:
    """Sends requests; never raises for target or network errors."""

    def __init__(self) -> None:
        self._pool = ConnectionPool()

    async def send(self, call: HttpCall, headers: list[tuple[str, str]], deadline: timedelta) -> Answer:
        """Sends and reads the whole response within the deadline."""
        raw_headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                status = await self._pool.request(call.method, call.url, raw_headers, call.body)
        except TimeoutError:
            return Answer(NO_ANSWER, f"DEADLINE_EXCEEDED after {deadline.total_seconds():g} s")
        except (OSError, h11.ProtocolError) as error:
            return Answer(NO_ANSWER, f"UNAVAILABLE ({type(error).__name__})")
        return Answer(status, f"HTTP status {status}")

    def close(self) -> None:
        self._pool.close()
