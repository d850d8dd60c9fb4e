from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from shared.steps.agents import _model
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.local.fakes import make_app, served

KEY = "sk-ant-test-0123456789"
MODEL_SETTINGS = ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "MODEL_ROUTINE", "MODEL_ANALYSIS", "MODEL_BEST")


@pytest.fixture(scope="session")
def served_claude() -> Iterator[ClaudeStandIn]:
    with served(make_app()) as url, httpx.Client(base_url=url, trust_env=False) as console:
        yield ClaudeStandIn(url, console)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a key; no test may use it."""
    for name in MODEL_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")


@pytest.fixture
def claude(served_claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClaudeStandIn]:
    """A key is set, the org's budget is open, and the stand-in answers."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{served_claude.url}/providers/anthropic")
    monkeypatch.setattr(_model, "model_steps_allowed", lambda _org_id, _timezone, _now: True)
    yield served_claude
    served_claude.reset()
