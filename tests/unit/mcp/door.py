"""The function `mcp`, called as Flask does, by a caller of the test's choice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import flask

from functions.mcp import mcp
from shared.api.principal import Principal, Role

ORG = "org_a"
LATEST, BEFORE = "2026-07-28", "2025-11-25"
REVISIONS = (LATEST, BEFORE)
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": LATEST,
    "io.modelcontextprotocol/clientCapabilities": {},
}
Send = Callable[..., flask.Response]


def agent(*scopes: str) -> Principal:
    return Principal(kind="agent", org_id=ORG, agent="ezal", scopes=frozenset(scopes), key_id="key")


def user(role: Role) -> Principal:
    return Principal(kind="user", org_id=ORG, uid="uid", role=role)


def post(body: Any, revision: str | None = None, method: str = "POST", **headers: str) -> flask.Response:
    """Send a body: bytes and texts as they are, other things as JSON."""
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json", **headers}
    if revision is not None:
        sent["MCP-Protocol-Version"] = revision
    app = flask.Flask("door")
    with app.test_request_context("/api/mcp", method=method, data=data, headers=sent) as context:
        return mcp(context.request)


def ask(
    method: str,
    params: dict[str, Any] | None = None,
    revision: str = LATEST,
    credential: Mapping[str, str] | None = None,
) -> flask.Response:
    """Send a request as a client of that revision does."""
    headers = dict(credential or {})
    params = dict(params or {})
    if revision == LATEST:
        params["_meta"] = ENVELOPE
        headers["Mcp-Method"] = method
        if name := params.get("name") or params.get("uri"):
            headers["Mcp-Name"] = name
    return post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, revision, **headers)


def result(response: flask.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()
    assert answer["id"] == 1
    found: dict[str, Any] = answer["result"]
    return found


def use(
    tool: str,
    arguments: dict[str, Any] | None = None,
    revision: str = LATEST,
    credential: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Call a tool; its result."""
    return result(ask("tools/call", {"name": tool, "arguments": arguments or {}}, revision, credential))


def tools(revision: str = LATEST) -> dict[str, dict[str, Any]]:
    """The tools that the caller sees, by name."""
    return {one["name"]: one for one in result(ask("tools/list", revision=revision))["tools"]}
