"""Helpers of the tests of outbox dying, shared with other tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp import clients, direct_calls
from shared.gcp.clients import tasks
from shared.messages.channels import blackleaf, mailjet
from shared.notices import sending
from tests.emulator.alerted_org import AlertedOrg, queue
from tests.harness.killing import DIRECT_CALLS, FIRESTORE_CALLS, Executioner, Killed

MOST_CALLS = 60


@pytest.fixture
def stack(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    tasks().pause_queue(name=queue())
    # The dead hold no lease: who comes after them need not wait.
    monkeypatch.setattr(sending, "EMAIL_SECONDS", 0)
    monkeypatch.setattr(sending, "TEXT_SECONDS", 0)
    yield on_emulators
    tasks().purge_queue(name=queue())
    tasks().resume_queue(name=queue())


@contextmanager
def killing(executioner: Executioner) -> Iterator[None]:
    """The executioner stands at every call of Firestore, Cloud Tasks, Mailjet and Blackleaf."""
    guarded: list[tuple[Any, str]] = [(clients.firestore()._firestore_api, name) for name in FIRESTORE_CALLS]
    guarded += [(direct_calls, name) for name in DIRECT_CALLS]
    others = [(clients.tasks(), "create_task"), (mailjet, "send"), (mailjet, "find"), (blackleaf, "send")]
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in [*guarded, *others]:
            patch.setattr(owner, name, executioner.guard(getattr(owner, name)))
        yield


def deaths(
    act: Callable[[AlertedOrg], None], opened: Callable[[], AlertedOrg], *, after: bool, fewest: int = 8
) -> Iterator[AlertedOrg]:
    """An org for each call at which somebody died in `act`, until one got through."""
    for at in range(1, MOST_CALLS):
        org = opened()
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                act(org)
        except Killed:
            yield org
            continue
        assert at > fewest
        return
    raise AssertionError(f"it makes {MOST_CALLS} calls or more")
