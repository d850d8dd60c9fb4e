"""The command line, pointed at the emulators by its own means."""

from __future__ import annotations

import os

import pytest

from local.stack.running import Stack
from tests.emulator.operators.command import Command


@pytest.fixture
def playbooks(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """It finds the stack by PORT_OFFSET; what it sets in the environment is undone."""
    monkeypatch.setattr(os, "environ", {**os.environ, "PORT_OFFSET": str(quiet_queues.ports.offset)})
    monkeypatch.delenv("PROJECT", raising=False)
    return Command(capsys)
