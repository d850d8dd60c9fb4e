"""The official client, over HTTP, finds out which revision to speak, and its own checks hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import anyio
import flask
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from werkzeug.serving import make_server

from functions.mcp import mcp
from shared.mcp.resources import RESOURCES
from shared.mcp.server import TOOLS


@pytest.fixture
def address() -> Iterator[str]:
    """The door, served as the functions runtime does: over WSGI."""
    app = flask.Flask("door")

    @app.route("/api/mcp", methods=["GET", "POST", "DELETE"])
    def door() -> flask.Response:
        return mcp(flask.request._get_current_object())  # type: ignore[attr-defined]

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/api/mcp"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("mode", "revision"),
    [("auto", "2026-07-28"), ("2026-07-28", "2026-07-28"), ("legacy", "2025-11-25")],
)
def test_the_client_connects_lists_calls_and_reads(address: str, mode: str, revision: str) -> None:
    async def look() -> None:
        async with Client(address, mode=mode) as client:
            assert client.protocol_version == revision
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == list(TOOLS)
            # The client checks the answer against the tool's own output schema.
            described = await client.call_tool("describe_template", {"id": "competitive-price-alert"})
            assert described.structured_content["playbook"]["steps"]
            refused = await client.call_tool("describe_template", {"id": "none"})
            assert refused.is_error
            assert [str(one.uri) for one in (await client.list_resources()).resources] == list(RESOURCES)
            read = await client.read_resource("playbooks://catalog/events")
            assert read.contents[0].mime_type == "application/json"
            with pytest.raises(MCPError):
                await client.read_resource("playbooks://none")

    anyio.run(look)


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
def test_many_clients_at_once_are_kept_apart(address: str, mode: str) -> None:
    async def ask(number: int) -> None:
        name = ("notify", "set", "stop")[number % 3]
        async with Client(address, mode=mode) as client:
            told = await client.call_tool("describe_action", {"name": name})
            assert told.structured_content["name"] == name

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            for number in range(9):
                group.start_soon(ask, number)

    anyio.run(crowd)
