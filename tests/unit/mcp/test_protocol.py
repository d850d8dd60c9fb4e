"""The protocol at the function's door: both revisions, what is malformed, and who is kept out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.errors import ForbiddenError
from shared.api.principal import Principal
from shared.mcp.server import TOOLS
from shared.mcp.tool import Tool
from tests.unit.mcp.door import BEFORE, LATEST, REVISIONS, ask, post, result, tools, use

ROOT = Path(__file__).parents[3]
both = pytest.mark.parametrize("revision", REVISIONS)
ComesIn = Callable[[Principal], None]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def initialize(revision: str) -> Any:
    about = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    return post({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about})


def test_the_revision_before_begins_with_a_handshake_and_no_session() -> None:
    response = initialize(BEFORE)
    told = result(response)
    assert told["protocolVersion"] == BEFORE
    assert told["serverInfo"]["name"] == "playbooks"
    assert set(told["capabilities"]) >= {"tools"}
    assert "Mcp-Session-Id" not in response.headers
    assert post({"jsonrpc": "2.0", "method": "notifications/initialized"}, BEFORE).status_code == 202


def test_a_handshake_for_an_unknown_revision_offers_one_that_is_served() -> None:
    assert result(initialize("1999-01-01"))["protocolVersion"] == BEFORE


def test_the_current_revision_is_discovered() -> None:
    told = result(ask("server/discover"))
    assert told["supportedVersions"] == [LATEST]
    assert "explain_run" in told["instructions"]


def test_a_ping_is_answered() -> None:
    assert result(ask("ping", revision=BEFORE)) == {}


@both
def test_notifications_are_taken(revision: str) -> None:
    sent = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 9}}
    response = post(sent, revision)
    assert (response.status_code, response.get_data()) == (202, b"")


@both
def test_the_tools_have_typed_arguments_and_examples_that_fit_them(revision: str) -> None:
    listed = tools(revision)
    assert list(listed) == list(TOOLS)
    for name, tool in listed.items():
        assert tool["description"].endswith("."), name
        assert tool["inputSchema"]["type"] == "object", name
        assert tool["inputSchema"]["additionalProperties"] is False, name
        assert tool["inputSchema"]["examples"], name


@both
def test_a_tool_is_called(revision: str) -> None:
    told = use("describe_action", {"name": "notify"}, revision)
    assert not told.get("isError")
    assert told["structuredContent"]["example"]["action"] == "notify"
    assert "subject" in told["structuredContent"]["params"]["properties"]
    assert told["content"][0]["type"] == "text"


@both
def test_a_wrong_argument_is_named(revision: str) -> None:
    told = use("describe_action", {"nam": "notify"}, revision)
    assert told["isError"] is True
    problems = told["structuredContent"]["error"]["problems"]
    assert {one["field"] for one in problems} == {"name", "nam"}


@both
def test_a_refusal_is_an_answer_that_says_what_would_be_right(revision: str) -> None:
    told = use("describe_action", {"name": "notfy"}, revision)
    assert told["isError"] is True
    assert "did you mean notify" in told["structuredContent"]["error"]["message"]


@both
def test_an_unknown_tool_is_an_error_of_the_protocol(revision: str) -> None:
    response = ask("tools/call", {"name": "decide_approval", "arguments": {}}, revision)
    assert response.get_json()["error"]["code"] == -32602
    assert response.status_code in (200, 400)


def test_internal_errors_are_logged_and_not_revealed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Tool, "call", broken)
    told = use("list_events")
    assert told["isError"] is True
    assert "secret detail" not in str(told)


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        "7",
        '"text"',
        '{"jsonrpc":"2.0"}',
        '{"id":1}',
        '{"jsonrpc":"1.0","id":1,"method":"ping"}',
        '[{"jsonrpc":"2.0","id":1,"method":"ping"}]',
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}',
        "[" * 5000,
        b"\xff\xfe",
        b"",
    ],
)
@pytest.mark.parametrize("revision", [None, *REVISIONS, "1999-01-01"])
def test_anything_other_than_a_message_is_refused(body: bytes | str, revision: str | None) -> None:
    response = post(body, revision)
    assert response.status_code == 400
    assert response.get_json()["error"]["code"] in (-32700, -32600, -32602)


def test_a_request_whose_id_is_none_is_not_a_notification() -> None:
    assert post('{"jsonrpc":"2.0","id":{},"method":"ping"}', LATEST).status_code == 400


@given(JSON)
def test_any_json_is_answered_by_the_protocol(body: Any) -> None:
    for revision in (None, LATEST, BEFORE):
        response = post(body, revision)
        assert response.status_code in (200, 202, 400, 404)
        assert response.status_code == 202 or "jsonrpc" in response.get_json()


@both
def test_an_unknown_method_is_named(revision: str) -> None:
    assert ask("prompts/list", revision=revision).get_json()["error"]["code"] == -32601


def test_a_revision_that_is_not_served_is_refused_with_those_that_are() -> None:
    response = post({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}, "2031-01-01")
    assert response.status_code == 400


def test_headers_that_contradict_the_message_are_refused() -> None:
    from tests.unit.mcp.door import ENVELOPE

    sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": ENVELOPE}}
    assert post(sent, LATEST, **{"Mcp-Method": "tools/call"}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
def test_only_post_is_there(method: str) -> None:
    response = post("", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


@both
def test_requests_from_other_sites_are_refused(revision: str) -> None:
    sent = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert post(sent, revision, Origin="https://evil.example").status_code == 403
    assert post(sent, revision, Origin="null").status_code == 403
    assert post(sent, BEFORE, Origin="https://demo-playbooks.web.app").status_code == 200


@both
def test_an_answer_other_than_json_is_not_to_be_had(revision: str) -> None:
    sent = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert post(sent, revision, Accept="text/html").status_code == 406
    assert post(sent, revision, **{"Content-Type": "text/plain"}).status_code in (400, 415)


def test_the_platforms_own_credential_has_no_tools(comes_in: ComesIn) -> None:
    comes_in(Principal(kind="cron"))
    response = ask("tools/list")
    assert response.status_code == 403
    assert response.mimetype == "application/problem+json"


def test_a_tool_that_is_not_seen_cannot_be_used(comes_in: ComesIn) -> None:
    caller = Principal(kind="agent", org_id="org_a", agent="ezal", scopes=frozenset({"chat"}), key_id="k")
    with pytest.raises(ForbiddenError):
        TOOLS["list_runs"].require(caller)
    comes_in(caller)
    told = use("list_runs")
    assert told["isError"] is True
    assert "executions:read" in told["structuredContent"]["error"]["message"]


def test_a_cold_start_that_refuses_does_not_wait_for_the_protocols_package() -> None:
    program = (
        "import functions.mcp, sys; sys.exit(any(name.startswith(('mcp.', 'mcp_types')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
