"""Queues that wait for the tests of executions."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.stack.running import Stack
from shared.api import request_rate
from shared.api.request_rate import RequestRate
from shared.gcp import clients
from tests.emulator.demo_runs import QUEUES, Demo, demo_org
from tests.emulator.executions import put_org
from tests.emulator.heartbeat_shop import Shop, open_shop


@pytest.fixture(autouse=True)
def unused_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's callers have sent no requests before."""
    monkeypatch.setattr(request_rate, "_rate", RequestRate())


@pytest.fixture
def quiet_queues(on_emulators: Stack) -> Iterator[Stack]:
    """Queues that keep their tasks: the tests deliver by hand."""
    parents = [clients.tasks().queue_path("demo-playbooks", "us-central1", name) for name in QUEUES]
    for parent in parents:
        clients.tasks().pause_queue(name=parent)
        clients.tasks().purge_queue(name=parent)
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    httpx.delete(f"{on_emulators.console_url}/api/faults")
    put_org()
    yield on_emulators
    for parent in parents:
        clients.tasks().purge_queue(name=parent)
        clients.tasks().resume_queue(name=parent)


@pytest.fixture(scope="module")
def demo(emulators: Stack) -> Iterator[Demo]:
    """The demo org, for all tests of a file."""
    with demo_org(emulators) as made:
        yield made


@pytest.fixture
def shop(on_emulators: Stack) -> Iterator[Shop]:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    yield open_shop(on_emulators)
    httpx.delete(f"{on_emulators.console_url}/api/faults")
