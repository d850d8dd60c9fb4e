"""Streamable HTTP without sessions: one POST, one message, one JSON response.

The functions runtime speaks WSGI and the protocol's package ASGI, so each request runs the package's own transport
in an event loop of its own. Nothing outlives the request: any instance can answer the next one.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import anyio
import flask
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from shared.api.http import MAX_BODY_BYTES
from shared.mcp.server import server_for
from shared.mcp.tool import Caller

_HOP_BY_HOP = frozenset({"connection", "content-length", "transfer-encoding"})


def answer(request: flask.Request, caller: Caller) -> flask.Response:
    """The answer to one message of the caller's."""
    exchange = _Exchange(request)
    anyio.run(exchange.serve, caller)
    return exchange.response()


class _Exchange:
    """One ASGI request and what was sent for it."""

    def __init__(self, request: flask.Request) -> None:
        self._body: bytes | None = request.get_data(cache=True)
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.scheme,
            "path": request.path,
            "raw_path": request.path.encode(),
            "query_string": request.query_string,
            "root_path": "",
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()
            ],
            "client": None,
            "server": None,
        }
        self._status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        self._headers: list[tuple[str, str]] = []
        self._sent = bytearray()

    async def serve(self, caller: Caller) -> None:
        manager = StreamableHTTPSessionManager(
            server_for(caller), json_response=True, stateless=True, max_request_body_size=MAX_BODY_BYTES
        )
        async with manager.run():
            await manager.handle_request(self._scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if self._body is None:
            # WSGI cannot tell that a client has gone.
            await anyio.sleep_forever()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]
            ]
        else:
            self._sent += message.get("body", b"")

    def response(self) -> flask.Response:
        response = flask.Response(bytes(self._sent), status=self._status)
        response.headers.pop("Content-Type", None)
        for name, value in self._headers:
            if name.lower() not in _HOP_BY_HOP:
                response.headers[name] = value
        return response
