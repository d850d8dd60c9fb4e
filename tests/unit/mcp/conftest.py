"""Callers whose credentials were checked already."""

from __future__ import annotations

from collections.abc import Callable

import flask
import pytest

from functions import mcp as function
from shared.api.principal import Principal
from tests.unit.mcp.door import agent


@pytest.fixture(autouse=True)
def comes_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Principal], None]:
    """Lets another caller in; an agent with every scope where a test says nothing."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")

    def let_in(principal: Principal) -> None:
        def authenticated(_: flask.Request) -> Principal:
            return principal

        monkeypatch.setattr(function, "authenticate", authenticated)

    let_in(agent("*"))
    return let_in
