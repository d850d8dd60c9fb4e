"""The stacks that tests run against: each started once, when the first test asks for it, on free ports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from local.stack.ports import free_offset
from local.stack.running import ALL_EMULATORS, WITHOUT_FUNCTIONS, Stack, running_stack
from shared.web import throttle
from tests.harness import profiles
from tests.harness.clients import forget_jobs, point_clients_at
from tests.harness.production_logs import every_log_line_can_be_written, log_lines
from tests.harness.summary import pytest_terminal_summary

# Fixtures and hooks for all tests.
__all__ = ["every_log_line_can_be_written", "log_lines", "pytest_terminal_summary"]

# Every HTTP client loads the authorities that it trusts, 30 ms for the usual ones. Tests call this machine alone.
os.environ["SSL_CERT_FILE"] = str(Path(__file__).with_name("harness") / "authority.pem")

profiles.register()
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", profiles.CI))

# Short, so that a test can climb the ladder in real time too; tests about its length move the clock instead.
_RETRY_DELAYS_SECONDS = "5,30,300"

# A broken unit breaks what is built on it: tell of the unit first.
_TIERS = ("unit", "deploy", "rules", "emulator", "e2e", "browser", "chaos")
# The Firestore emulator delivers one event at a time, waits 20 s for its function and never delivers it again; in
# production Firestore does so for 24 hours. On a busy machine a test of the whole stack can lose an event by that.
# The summary shows each first try.
_TRIED_TWICE = ("e2e", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tier after tier, whatever order the folders were named in; give tests of the whole stack a second try."""
    tiers = {name: number for number, name in enumerate(_TIERS)}
    items.sort(key=lambda item: tiers.get(_tier(item), len(tiers)))
    for item in items:
        if _tier(item) in _TRIED_TWICE:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _tier(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


@pytest.fixture(autouse=True)
def no_pauses() -> None:
    """No provider has refused an earlier test's calls."""
    throttle.forget()


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
def on_emulators(emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """`emulators`, empty, with the clients of this process pointing at it for one test.

    Firestore has no document and Cloud Scheduler no playbook's job. Emptying costs 5 ms, a Firestore project of the
    test's own 100.
    """
    emulators.require_running()
    emulators.clear_firestore()
    point_clients_at(emulators, monkeypatch)
    forget_jobs()
    return emulators


@pytest.fixture
def on_stack(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """`stack` with the clients of this process pointing at it. It is shared: use an org of your own per test."""
    stack.require_running()
    point_clients_at(stack, monkeypatch)
    return stack
