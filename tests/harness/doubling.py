"""A shim between those who deliver (Cloud Tasks, Pub/Sub) and the functions: everything arrives twice, or late."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.stack.ports import HOST
from tests.harness.functions import GUNICORN_LIMITS, free_port

_HOP_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "keep-alive"})
_START_SECONDS = 20
_POLL_SECONDS = 0.01


class Doubler:
    """Passes each request on twice; the sender learns what became of the first.

    The twin comes at the same moment (half of them), shortly after, or when the lease of the first has run out.
    A fifth of the firsts are held back a little, so that deliveries overtake one another.
    """

    def __init__(self, late_seconds: float, seed: int) -> None:
        self.url = f"http://{HOST}:{free_port()}"
        self.delivered: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        """Found nobody listening."""
        self.cut_off: Counter[str] = Counter()
        """The function died while it dealt with them."""
        self.twins_sent = 0
        self._late = late_seconds
        self._random = random.Random(seed)
        self._upstreams: dict[str, str] = {}
        self._in_flight: Counter[str] = Counter()
        self._twins: set[asyncio.Task[Response]] = set()
        self.ready = False

    def route(self, function_id: str, upstream: str) -> None:
        """Pass requests to `/{function_id}/…` on to the upstream's `/…`."""
        self._upstreams[function_id] = upstream

    def url_of(self, function_id: str) -> str:
        return f"{self.url}/{function_id}"

    def in_flight(self, function_id: str) -> int:
        """How many requests the function is dealing with now."""
        return self._in_flight[function_id]

    @property
    def twins_to_come(self) -> int:
        """How many second deliveries have not been answered yet."""
        return len(self._twins)

    def app(self) -> Starlette:
        """The application to serve at `url`."""
        paths = ("/{function}", "/{function}/{rest:path}")
        return Starlette(routes=[Route(path, self._both, methods=["POST"]) for path in paths])

    async def _both(self, request: Request) -> Response:
        function, rest = request.path_params["function"], request.path_params.get("rest", "")
        headers = [(name, value) for name, value in request.headers.items() if name not in _HOP_HEADERS]
        content = await request.body()
        twin = asyncio.create_task(self._pass_on(function, rest, headers, content, self._twin_delay()))
        self._twins.add(twin)
        self.twins_sent += 1
        twin.add_done_callback(self._twins.discard)
        first_delay = self._random.uniform(0, 0.3) if self._random.random() < 0.2 else 0.0
        return await self._pass_on(function, rest, headers, content, first_delay)

    def _twin_delay(self) -> float:
        draw = self._random.random()
        if draw < 0.5:
            return 0.0
        return self._random.uniform(0, 0.5) if draw < 0.8 else self._random.uniform(0.5, self._late)

    async def _pass_on(
        self, function: str, rest: str, headers: list[tuple[str, str]], content: bytes, delay: float
    ) -> Response:
        await asyncio.sleep(delay)
        self._in_flight[function] += 1
        try:
            answer = await self._client.post(
                f"{self._upstreams[function]}/{rest}", headers=headers, content=content
            )
        except httpx.ConnectError:
            self.refused[function] += 1
            return Response("the function is not there", 503)
        except httpx.TransportError:
            self.cut_off[function] += 1
            return Response("the function died", 503)
        finally:
            self._in_flight[function] -= 1
        self.delivered[function] += 1
        return Response(answer.content, answer.status_code)

    async def serve(self, stop: threading.Event) -> None:
        """Serve until `stop`."""
        port = int(self.url.rpartition(":")[2])
        server = uvicorn.Server(
            uvicorn.Config(self.app(), host=HOST, port=port, log_level="warning", lifespan="off")
        )
        async with httpx.AsyncClient(limits=GUNICORN_LIMITS, timeout=60) as self._client:
            serving = asyncio.create_task(server.serve())
            while not stop.is_set():
                self.ready = server.started
                await asyncio.sleep(_POLL_SECONDS)
            server.should_exit = True
            await serving


@contextmanager
def doubling(late_seconds: float, seed: int) -> Iterator[Doubler]:
    """A doubler that is served in a thread of this process."""
    doubler, stop = Doubler(late_seconds, seed), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(doubler.serve(stop)), daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    try:
        while not doubler.ready:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the doubling shim did not start")
            time.sleep(_POLL_SECONDS)
        yield doubler
    finally:
        stop.set()
        thread.join()
