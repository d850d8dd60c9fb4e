"""The story that `make demo` tells happens, every step of it, and a step that does not ends it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import pytest

from clients.python.playbooks_client import Playbooks
from local.demo.narrator import Narrator
from local.demo.seed import DEMO_ORG_ID
from local.demo.story import ACTS, tell
from local.demo.story_error import StoryError
from local.demo.world import World
from local.stack.accounts import Account
from local.stack.running import Stack
from shared.gcp import clients
from tests.e2e.conftest import Console


@pytest.fixture
def stage(on_stack: Stack, console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The stack as the story needs it; what the story wrote is deleted at the end."""
    monkeypatch.setenv("PORT_OFFSET", str(on_stack.ports.offset))
    yield on_stack
    for found in clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/playbooks").list_documents():
        found.delete()


@pytest.mark.timeout(1_200)
def test_the_whole_story_happens(stage: Stack) -> None:
    told = io.StringIO()
    tell(stage, Narrator(told))
    text = told.getvalue()
    assert text.count("Exactly one email") == 3, text
    assert f"{len(ACTS) + 1}. " in text
    assert text.count("One email has its ") == 1, text
    assert "✗" not in text


def test_a_step_that_does_not_happen_breaks_the_story_off(stage: Stack) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, text="not now")

    refusing = httpx.MockTransport(refuse)
    with (
        Playbooks(stage.public_url, agent_key="pbk_none", transport=refusing) as api,
        httpx.Client(transport=refusing, base_url=stage.console_url) as console,
    ):
        world = World(stage, Narrator(io.StringIO()), api, console, Account("u", "u@shop.example", "token"))
        with pytest.raises(StoryError, match="should be answered") as caught:
            world.run_now("any")
    assert caught.value.found == "503 not now"
