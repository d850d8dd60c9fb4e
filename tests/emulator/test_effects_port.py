"""No action reaches the outside by any road but its effects port.

Every action runs against the real emulators with a port that performs reads only. While no read is under way, a
touch of a Google Cloud client and an opened connection are defects.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from local.stack.running import Stack
from shared.execution.effects import DryRunEffects
from shared.gcp import clients
from shared.steps.base import Org, Recipient, StepContext
from shared.steps.registry import action_modules, load_action

T = TypeVar("T")

LOCAL_ADDRESSES: dict[str, dict[str, Any]] = {"http_request": {"url": "{console}/api/outbox"}}
"""Params that stand in for an example's where that names a place on the internet. `{console}` is the console's."""
AFTER: dict[str, tuple[str, ...]] = {
    "analyze_competitive_intelligence": ("scan_competitors",),
    "analyze_pricing": ("scan_competitors",),
    "diff_snapshots": ("scan_competitors",),
    "generate_competitor_report": ("scan_competitors", "analyze_pricing", "diff_snapshots"),
}
"""The steps whose outputs an action reads."""
MAY_HAVE_NO_EFFECT = {
    "analyze_pricing",
    "consume_competitive_actions",
    "diff_snapshots",
    "generate_competitor_report",
}
"""Because of what the steps before them did, or because there is nothing to do yet."""

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class ReadsOnly(DryRunEffects):
    """A dry run's port that says when a read is under way, during which the outside may be touched."""

    def read(self, call: Callable[[], T]) -> T:
        token = _reading.set(True)
        try:
            return super().read(call)
        finally:
            _reading.reset(token)


class SideRoadError(AssertionError):
    """An action touched the outside without asking its port."""


@pytest.fixture
def guarded(on_emulators: Stack) -> Iterator[Stack]:
    """The demo org, and a guard on every road."""
    from google.cloud.firestore import Client

    write_documents(demo_documents(on_emulators.console_url))
    open_demo_stores(on_emulators.console_url)

    def guard(road: Callable[..., Any]) -> Callable[..., Any]:
        def passing(*args: Any, **kwargs: Any) -> Any:
            if not _reading.get():
                raise SideRoadError(f"{road.__qualname__} was called outside the effects port")
            return road(*args, **kwargs)

        return passing

    with pytest.MonkeyPatch.context() as patch:
        # With a key the actions that ask a model would ask it.
        patch.setenv("ANTHROPIC_API_KEY", "opens-nothing")
        for name in ("collection", "collection_group", "document", "get_all", "batch", "transaction"):
            patch.setattr(Client, name, guard(getattr(Client, name)))
        for factory in ("tasks", "scheduler", "publisher", "secrets", "storage"):
            patch.setattr(clients, factory, guard(getattr(clients, factory)))
        patch.setattr(socket.socket, "connect", guard(socket.socket.connect))
        yield on_emulators


def run(name: str, stack: Stack) -> ReadsOnly:
    """Run the action in a fresh context, after what it builds on; what they would have done."""
    effects = ReadsOnly("s")
    outputs: dict[str, Any] = {}
    for before in AFTER.get(name, ()):
        outputs[before] = _output(before, effects, outputs, stack)
    _output(name, effects, outputs, stack)
    return effects


def _output(name: str, effects: ReadsOnly, outputs: dict[str, Any], stack: Stack) -> dict[str, Any]:
    action = load_action(name)
    local = {key: value.format(console=stack.console_url) for key, value in LOCAL_ADDRESSES.get(name, {}).items()}
    params = action.params.model_validate({**action.example, **local})
    outcome = action.run(params, _context(effects, outputs))
    dumped: dict[str, Any] = outcome.model_dump(mode="json", by_alias=True)
    return dumped


def _context(effects: ReadsOnly, outputs: dict[str, Any]) -> StepContext:
    def start(playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        raise SideRoadError("a playbook was started outside the effects port")

    return StepContext(
        org=Org(DEMO_ORG_ID, "Thrive Syracuse", "America/New_York", "owner@thrive.example", "pro"),
        user=Recipient("u1", "u1@thrive.example"),
        playbook_id="p",
        playbook_name="P",
        execution_id="e" * 32,
        step_id="s",
        agent=None,
        now=datetime.now(UTC),
        effects=effects,
        outputs=outputs,
        start_playbook=start,
    )


def test_the_scan_reads_its_menus_inside_the_port(guarded: Stack) -> None:
    scanned = _output("scan_competitors", ReadsOnly("s"), {}, guarded)
    assert all(entry.get("error") is None for entry in scanned["competitors"])
    assert all(entry["products"] for entry in scanned["competitors"])


@pytest.mark.parametrize("name", sorted(action_modules()))
def test_an_action_reaches_the_outside_through_its_port_only(name: str, guarded: Stack) -> None:
    effects = run(name, guarded)
    expected = load_action(name).effect != "none"
    assert bool(effects.recorded) is expected or name in MAY_HAVE_NO_EFFECT


def test_the_guard_sees_a_side_road(guarded: Stack) -> None:
    with pytest.raises(SideRoadError):
        clients.firestore().collection("x")
    with pytest.raises(SideRoadError), httpx.Client() as client:
        client.get(guarded.console_url)
