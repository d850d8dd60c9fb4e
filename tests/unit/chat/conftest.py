"""The product's address, which replies link to."""

from __future__ import annotations

import pytest

APP = "https://app.example"


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("PUBLIC_BASE_URL", APP)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
