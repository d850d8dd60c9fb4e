"""The stacks that tests run against: each started once, when the first test asks for it, on free ports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from local.stack.ports import free_offset
from local.stack.running import ALL_EMULATORS, WITHOUT_FUNCTIONS, Stack, running_stack
from shared.gcp.clients import forget_clients
from tests.harness.production_logs import every_log_line_can_be_written, log_lines

__all__ = ["every_log_line_can_be_written", "log_lines"]  # fixtures for all tests

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("playbooks", deadline=None)
settings.load_profile("playbooks")

# Short, so that a test can climb the ladder in real time too; tests about its length move the clock instead.
_RETRY_DELAYS_SECONDS = "5,30,300"


@pytest.fixture(scope="session")
def emulators() -> Iterator[Stack]:
    """Firestore, Pub/Sub, Auth, the local cloud and the console; no function runs by itself."""
    with running_stack(free_offset(), only=WITHOUT_FUNCTIONS) as running:
        yield running


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Everything, with every function loaded: what `make up` starts."""
    environment = {"RETRY_DELAYS_SECONDS": _RETRY_DELAYS_SECONDS}
    with running_stack(free_offset(), only=ALL_EMULATORS, environment=environment) as running:
        yield running


@pytest.fixture
def on_emulators(emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """`emulators`, empty, with the clients of this process pointing at it for one test."""
    emulators.require_running()
    emulators.clear_firestore()
    yield from _point_clients_at(emulators, monkeypatch)


@pytest.fixture
def on_stack(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """`stack` with the clients of this process pointing at it. It is shared: use an org of your own per test."""
    stack.require_running()
    yield from _point_clients_at(stack, monkeypatch)


def _point_clients_at(running: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield running
    forget_clients()
