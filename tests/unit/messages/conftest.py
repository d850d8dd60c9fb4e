"""Providers on loopback, and an environment that points at them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.messages.provider import Provider, running_provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def mailjet_provider(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    use_mailjet_at(provider.url, monkeypatch)
    return provider


@pytest.fixture
def blackleaf_provider(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("BLACKLEAF_API_KEY", "leaf-key-7f3")
    monkeypatch.setenv("BLACKLEAF_API_URL", provider.url)
    return provider


def use_mailjet_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("MAILJET_API_KEY", "jet-key-1a2")
    monkeypatch.setenv("MAILJET_API_SECRET", "jet-secret-9z8")
    monkeypatch.setenv("MAILJET_API_URL", url)
    monkeypatch.setenv("EMAIL_FROM", "robot@bakedbot.example")
    monkeypatch.setenv("EMAIL_FROM_NAME", "Robot")
