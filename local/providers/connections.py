"""Closes a client's connection without a response, which ASGI doesn't support."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_STATE_KEY = "transport"


class TransportInScope(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, with the connection's transport in `scope["state"]`.

    Pass it as `uvicorn.Config(http=TransportInScope)`.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, _STATE_KEY: transport}


class DroppedConnection(Response):
    """A response that sends no byte and closes the TCP connection.

    Raises RuntimeError when the app is served without `TransportInScope`.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope.get("state", {}).get(_STATE_KEY)
        if transport is None:
            raise RuntimeError("to drop connections, serve the console with local.console.server.server_config")
        transport.abort()
        # uvicorn answers 500 if an app returns silently before it has seen the disconnect.
        await _disconnected(Request(scope, receive))


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
