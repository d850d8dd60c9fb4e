"""The official client builds and runs the README's playbook, through Hosting, in both revisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from tests.e2e.competitive import competitor_sells_blue_dream_for
from tests.e2e.org import OWNER_EMAIL, Org
from tests.harness.eventually import PATIENCE_SECONDS

SENTENCE = "track our top 3 competitors' prices every morning and email me if they undercut us by more than 10%"
each_revision = pytest.mark.parametrize(
    ("mode", "revision"), [("2026-07-28", "2026-07-28"), ("legacy", "2025-11-25")]
)


@asynccontextmanager
async def connected(stack: Stack, key: str, mode: str) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(headers={"X-Api-Key": key}, timeout=PATIENCE_SECONDS) as http:
        transport = streamable_http_client(f"{stack.public_url}/api/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def use(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    content: dict[str, Any] = result.structured_content
    return content


@each_revision
def test_the_readmes_playbook_is_built_checked_tried_run_and_explained(
    on_stack: Stack, org: Org, mode: str, revision: str
) -> None:
    competitor_sells_blue_dream_for(org, "34.00")

    async def story() -> str:
        async with connected(on_stack, create_agent_key(org.id, "ezal", ["*"]), mode) as client:
            assert client.protocol_version == revision
            tools = {tool.name for tool in (await client.list_tools()).tools}
            assert {"preview_sentence", "create_playbook", "run_playbook"} <= tools
            preview = await use(client, "preview_sentence", message=f"{SENTENCE} to {OWNER_EMAIL}")
            playbook = preview["playbook"]
            checked = await use(client, "validate_playbook", playbook={**playbook, "status": "active"})
            assert checked["problems"] == []
            made = await use(client, "create_playbook", playbook=playbook, idempotencyKey="readme")
            playbook_id = str(made["playbookId"])
            tried = await use(client, "dry_run_playbook", playbookId=playbook_id)
            assert tried["costUsd"] <= tried["estimate"]["perRunUsd"] <= 0.05
            assert tried["effects"]
            assert org.console.outbox("email") == []
            on = await use(client, "resume_playbook", playbookId=playbook_id, version=made["version"])
            assert on["schedules"][0]["nextRuns"]
            started = await use(client, "run_playbook", playbookId=playbook_id, idempotencyKey="first")
            watched: dict[str, Any] = {"hasEnded": False}
            with anyio.fail_after(PATIENCE_SECONDS):
                while not watched["hasEnded"]:
                    watched = await use(client, "watch_run", executionId=started["executionId"])
            assert watched["run"]["status"] == "completed"
            told = await use(client, "explain_run", executionId=started["executionId"])
            assert told["why"].startswith("It completed.")
            return playbook_id

    playbook_id = anyio.run(story)
    assert len(org.console.outbox("email")) == 1
    assert org.until_scheduled(playbook_id)["nextRunAt"]


def test_a_wrong_credential_is_told_so(on_stack: Stack, org: Org) -> None:
    answer = httpx2.post(f"{on_stack.public_url}/api/mcp", headers={"X-Api-Key": "pbk_no"}, json={})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert httpx2.get(f"{on_stack.public_url}/api/mcp").status_code == 405
